import express from "express";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { launchCookie } from "../../../../app/flows/provider/routes.ts";
import { visitCookie } from "../../../../app/flows/provider/session.ts";
import { readCookie, setCookie } from "../../../../app/web/cookies.ts";
import { signInCookie } from "../../../../app/web/microsoftSignIn.ts";
import {
  asShown,
  ACCOUNT,
  launchFrom,
  launchOf,
  launchScenario,
  patientLink,
  signInToMicrosoft,
  signInToPowerChart,
} from "../../../harness/clinician.ts";
import { startDeployment, type Deployment } from "../../../harness/deployment.ts";
import { fieldIn } from "../../../harness/html.ts";
import { Person, type Page } from "../../../harness/person.ts";
import { heading } from "./otherChart.ts";

let deployment: Deployment;
beforeAll(async () => {
  deployment = await startDeployment();
});
beforeEach(() => deployment.sandbox.oracle.faults.clear());
afterAll(() => deployment.stop());

const at = (path: string) => new URL(path, deployment.url);
const directives = ({ headers }: { readonly headers: Headers }) =>
  (headers.get("content-security-policy") ?? "").split("; ");

test("no page may be framed, runs script that is not ours, or is kept by a cache", async () => {
  const person = new Person();
  const visit = await launchScenario(deployment, person, "inProgress");
  const question = await signInToMicrosoft(person, visit, ACCOUNT);
  const choice = await launchFrom(
    deployment,
    person,
    await launchOf(deployment, "firstOfTwo", { fromEncounter: false }),
  );
  const noVisit = await launchFrom(
    deployment,
    person,
    await launchOf(deployment, "inPerson", { fromEncounter: false }),
  );
  deployment.sandbox.oracle.faults.set("forbidden");
  const fault = await person.open(visit.url);
  const pages: Readonly<Record<string, Page>> = {
    visit,
    question,
    choice,
    noVisit,
    fault,
    patient: await person.open(patientLink(visit).replace("/j/", "/v/")),
    patientUnknown: await person.open(at("/j/unknown")),
    notFound: await person.open(at("/nothing/here")),
    unknownChart: await person.open(at("/launch/provider?iss=https://evil.example/r4/x&launch=y")),
    crossSite: await person.send(visit.url.href + "/end", {}, { "sec-fetch-site": "cross-site" }),
    health: await person.open(at("/healthz")),
  };
  expect(Object.values(pages).map(({ status }) => status)).toEqual([
    200, 200, 200, 404, 200, 200, 404, 404, 403, 403, 200,
  ]);
  for (const [name, page] of Object.entries(pages)) {
    expect(directives(page), name).toContain("frame-ancestors 'none'");
    expect(directives(page), name).toContain("default-src 'none'");
    expect(page.headers.get("content-security-policy"), name).not.toMatch(/unsafe|\*|https?:/);
    expect(page.headers.get("referrer-policy"), name).toBe("no-referrer");
    expect(page.headers.get("cache-control"), name).toBe("no-store");
    expect(page.html, name).not.toMatch(/<script(?![^>]*\ssrc=")|<style|\sstyle="|\son[a-z]+="|javascript:/);
    expect(page.html, name).not.toMatch(/<(script|link|img|iframe)[^>]*(src|href)="(https?:)?\/\//);
  }
});

test("the redirects of a launch may be neither framed nor kept, and pass no referrer on", async () => {
  const person = new Person();
  const launch = await launchOf(deployment, "startsSoon");
  await signInToPowerChart(deployment, person, launch);
  const isEhr = (url: URL) => url.origin !== deployment.url;
  const begun = await person.open(deployment.sandbox.oracle.launchUrl(launch), isEhr);
  const away = await person.open(begun.url, (url) => url.pathname.startsWith("/launch/callback"));
  const finished = await person.open(away.url, () => true);
  for (const hop of [begun, finished]) {
    expect(directives(hop)).toContain("frame-ancestors 'none'");
    expect(hop.headers.get("cache-control")).toBe("no-store");
    expect(hop.headers.get("referrer-policy")).toBe("no-referrer");
  }
  expect([begun.status, finished.status]).toEqual([302, 303]);
});

test("what an address says is escaped on whatever page answers", async () => {
  const bad = "<script>alert(1)</script>";
  for (const path of [
    "/launch/provider?iss=" + encodeURIComponent(bad) + "&launch=x",
    "/visits/" + encodeURIComponent(bad),
  ]) {
    const page = await new Person().open(at(path));
    expect(page.html).not.toContain(bad);
  }
});

describe("cookies", () => {
  async function setCookies(
    address: string | URL,
    cookie = "",
  ): Promise<{ lines: string[]; location: string }> {
    const answer = await fetch(address, { redirect: "manual", headers: { cookie } });
    await answer.body?.cancel();
    return { lines: answer.headers.getSetCookie(), location: answer.headers.get("location") ?? "" };
  }

  test("of a launch and of its visit cannot be read by script, stay on their path, and come from no other site's form", async () => {
    const launch = await launchOf(deployment, "startsSoon");
    const begun = await setCookies(deployment.sandbox.oracle.launchUrl(launch));
    expect(begun.lines).toHaveLength(1);
    expect(begun.lines[0]).toMatch(/^launch-[0-9a-f]{12}=[\w-]{43}; /);
    expect(attributes(begun.lines[0])).toEqual(["HttpOnly", "Max-Age=600", "Path=/launch", "SameSite=Lax"]);

    const person = new Person();
    await signInToPowerChart(deployment, person, launch);
    const away = await person.open(begun.location, (url) => url.pathname.startsWith("/launch/callback"));
    const finished = await setCookies(away.url, begun.lines[0]?.split(";")[0]);
    const [gone, visit] = finished.lines;
    expect(gone).toMatch(/^launch-[0-9a-f]{12}=; .*Expires=Thu, 01 Jan 1970/);
    expect(visit).toMatch(/^visit=[\w-]{43}; /);
    expect(attributes(visit)).toEqual(["HttpOnly", "Path=" + finished.location, "SameSite=Lax"]);
  });

  test("are Secure, by attribute and by name, where the connector is reached by https", async () => {
    const app = express().set("trust proxy", 1);
    app.get("/", (request, response) => {
      for (const cookie of [launchCookie("abcdefghijkl"), signInCookie("abcdefghijkl"), visitCookie("v")])
        setCookie(response, cookie, "secret");
      response.json(readCookie(request, visitCookie("v")) ?? "none");
    });
    const server = app.listen(0, "127.0.0.1");
    await new Promise((resolve) => server.once("listening", resolve));
    const address = server.address();
    const url =
      "http://127.0.0.1:" + String(typeof address === "object" && address !== null ? address.port : 0);
    const asked = async (cookie: string) => {
      const answer = await fetch(url, { headers: { "x-forwarded-proto": "https", cookie } });
      return { read: (await answer.json()) as unknown, lines: answer.headers.getSetCookie() };
    };
    const { lines, read } = await asked("visit=" + "A".repeat(43));
    for (const line of lines) {
      expect(line).toMatch(/^__Secure-/);
      expect(attributes(line)).toContain("Secure");
    }
    expect(read).toBe("none");
    const ours = "B".repeat(43);
    expect((await asked("__Secure-visit=" + ours)).read).toBe(ours);
    await new Promise((resolve) => server.close(resolve));
  });

  const attributes = (line = "") =>
    line
      .split("; ")
      .slice(1)
      .filter((attribute) => !attribute.startsWith("Expires="))
      .sort();
});

describe("a write that did not come from our own page is refused and changes nothing", () => {
  const WRITES: readonly (readonly [string, Record<string, string>])[] = [
    ["end", {}],
    ["links", { person: "0" }],
    ["removals", { person: "1" }],
    ["invitations", { role: "guest" }],
    ["consult", { department: "cardiology" }],
    ["account", { answer: "yes", account: ACCOUNT }],
    ["back", {}],
    ["sign-out", {}],
    ["unlink", {}],
  ];
  const FOREIGN: readonly (readonly [string, Record<string, string>])[] = [
    ["from another site", { "sec-fetch-site": "cross-site", origin: "https://evil.example" }],
    ["from a sibling host", { "sec-fetch-site": "same-site", origin: "http://127.0.0.1:1" }],
    ["from the address bar", { "sec-fetch-site": "none" }],
    ["from an old browser on another site", { origin: "https://evil.example" }],
    ["from a sandboxed frame", { origin: "null" }],
    ["from who knows where", {}],
  ];

  const post = (
    visit: Page,
    person: Person,
    path: string,
    fields: Record<string, string>,
    headers: Record<string, string>,
  ) =>
    fetch(visit.url.href + "/" + path, {
      method: "POST",
      redirect: "manual",
      body: new URLSearchParams(fields),
      headers: {
        ...headers,
        cookie: person
          .cookies()
          .map(({ name, value }) => name + "=" + value)
          .join("; "),
      },
    });
  /** The visit's page without what differs at each view. */
  const shown = async (person: Person, visit: Page) => asShown(await person.open(visit.url));

  test.each(FOREIGN)("%s", async (_name, headers) => {
    const person = new Person();
    const visit = await launchScenario(deployment, person, "inRoomBelow");
    const before = await shown(person, visit);
    for (const [path, fields] of WRITES) {
      const answer = await post(visit, person, path, fields, headers);
      expect([path, answer.status, heading({ html: await answer.text() })]).toEqual([
        path,
        403,
        "This was not sent from our page",
      ]);
    }
    expect(await shown(person, visit)).toBe(before);
  });

  test("but one of an old browser on our own page is taken", async () => {
    const person = new Person();
    const visit = await launchScenario(deployment, person, "inRoomBelow");
    const shows = Object.fromEntries(["visit", "start", "epoch"].map((name) => [name, fieldIn(visit, name)]));
    const answer = await post(visit, person, "end", shows, { origin: deployment.url });
    expect(answer.status).toBe(303);
    expect(await shown(person, visit)).toContain("Links closed at");
  });

  test("and reading changes nothing: no write answers a GET", async () => {
    const person = new Person();
    const visit = await launchScenario(deployment, person, "startsSoon");
    const before = await shown(person, visit);
    for (const path of [
      "end",
      "links?person=0",
      "invitations?role=guest",
      "reopening",
      "late",
      "on-time",
      "messages-held",
      "messages-again?held=2026-01-01T00:00:00.000Z",
      "unlink",
      "consult?department=cardiology",
    ])
      expect((await person.open(visit.url.href + "/" + path)).status, path).toBe(404);
    expect(await shown(person, visit)).toBe(before);
  });
});

describe("a sign-in that the EHR refuses", () => {
  test("gets a page with the EHR's own help", async () => {
    deployment.sandbox.oracle.faults.set("signInRefused");
    const page = await launchScenario(deployment, new Person(), "startsSoon");
    expect([page.status, heading(page)]).toEqual([403, "The chart did not let you in"]);
    expect(page.html).toContain('href="' + deployment.sandbox.oracle.pages + "/errors/");
  });

  test.each([
    "https://evil.example/help",
    "javascript:alert(1)",
    "//evil.example/help",
    "http://localhost/help",
    "data:text/html,x",
  ])("gets no help from %s", async (help) => {
    const person = new Person();
    const launch = await launchOf(deployment, "startsSoon");
    await signInToPowerChart(deployment, person, launch);
    const isCallback = (url: URL) => url.pathname.startsWith("/launch/callback");
    const { url } = await person.open(deployment.sandbox.oracle.launchUrl(launch), isCallback);
    url.searchParams.delete("code");
    url.searchParams.set("error", "access_denied");
    url.searchParams.set("error_uri", help);
    const page = await person.open(url);
    expect(heading(page)).toBe("The chart did not let you in");
    expect(page.html).not.toContain("What the chart system says");
    expect(page.html).not.toContain(help);
  });

  test("or refuses only at the token endpoint, gets a page of its own with the same help", async () => {
    deployment.sandbox.oracle.faults.set("tokenRefused");
    const page = await launchScenario(deployment, new Person(), "startsSoon");
    expect([page.status, heading(page)]).toEqual([403, "The chart did not complete the sign-in"]);
    expect(page.html).toContain('href="' + deployment.sandbox.oracle.pages + "/errors/");
  });
});
