/** A colleague with a staff link: how its address is taken from the clinician's page, opened, and signed in for. */
import { request, type IncomingHttpHeaders } from "node:http";
import { guestLinks } from "../../../harness/clinician.ts";
import type { Deployment } from "../../../harness/deployment.ts";
import type { Page, Person } from "../../../harness/person.ts";

/** Invites somebody from the visit's page; their link. */
export async function invite(person: Person, visit: Page, role: string): Promise<string> {
  const page = await person.send(new URL(visit.url.pathname + "/invitations", visit.url), { role });
  const link = [...guestLinks(page)].sort(([one], [other]) => one - other).at(-1)?.[1];
  if (link === undefined) throw new Error("no link was made:\n" + page.html);
  return link;
}

/** What our own pages add to the link when a person clicks. */
export const clicked = (link: string) => link + "?anyway=1";

/** From the link to Microsoft's picker, and with the picked account to wherever it leads. */
export async function joinAs(person: Person, link: string, account: string): Promise<Page> {
  const picker = await person.open(clicked(link));
  return person.send(picker.url, { account });
}

/** Microsoft's answer, before anybody has opened it. */
export async function answerFor(picker: Page, account: string): Promise<URL> {
  const body = new URLSearchParams({ account });
  const headers = { "sec-fetch-site": "same-origin", origin: picker.url.origin };
  const answer = await fetch(picker.url, { method: "POST", body, headers, redirect: "manual" });
  return new URL(answer.headers.get("location") ?? "");
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly html: string;
}

/** Sends the headers as they are given; fetch would say for itself that it is no navigation. */
export function get(
  address: string,
  headers: Readonly<Record<string, string>> = {},
  method = "GET",
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    request(address, { method, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("end", () => {
        const html = Buffer.concat(chunks).toString();
        resolve({ status: response.statusCode ?? 0, headers: response.headers, html });
      });
    })
      .on("error", reject)
      .end();
  });
}

/** As a browser says it when a person opens an address. */
export const NAVIGATION = {
  "sec-fetch-mode": "navigate",
  "sec-fetch-dest": "document",
  "sec-fetch-site": "none",
  "sec-fetch-user": "?1",
  "user-agent":
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36",
} as const;

/** How many sign-ins are under way. */
export async function signInsUnderWay({ parts }: Deployment): Promise<number> {
  return (await parts.store.changes("signIns", 1000)).items.length;
}
