/** A colleague with a staff link: how its address is taken from the clinician's page, opened, and signed in for. */
import { request, type IncomingHttpHeaders } from "node:http";
import { guestLinks } from "../../../harness/clinician.ts";
import type { Deployment } from "../../../harness/deployment.ts";
import type { Page, Person } from "../../../harness/person.ts";

/** Invites somebody from the visit's page. @returns their link */
export async function invite(person: Person, visit: Page, role: string): Promise<string> {
  const page = await person.send(new URL(visit.url.pathname + "/invitations", visit.url), { role });
  const link = [...guestLinks(page)].sort(([one], [other]) => one - other).at(-1)?.[1];
  if (link === undefined) throw new Error("no link was made:\n" + page.html);
  return link;
}

/** The link as our own pages open it when a person clicks. */
export const clicked = (link: string) => link + "?anyway=1";

/** Opens the link, picks an account at Microsoft, and returns the page to which that leads. */
export async function joinAs(person: Person, link: string, account: string): Promise<Page> {
  const picker = await person.open(clicked(link));
  return person.send(picker.url, { account });
}

/** The address of Microsoft's answer, which has not been requested yet. */
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

/** Sends exactly the given headers. Fetch would add some that say that it is no navigation. */
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

/** The headers that a browser sends when a person opens an address. */
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
