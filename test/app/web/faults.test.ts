import type { AddressInfo } from "node:net";
import type { Server } from "node:http";
import { fileURLToPath } from "node:url";
import express from "express";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { jsonLog } from "../../../app/log.ts";
import { readAssets } from "../../../app/web/assets.ts";
import { Fault, type FaultKind, type Problem } from "../../../app/web/fault.ts";
import { faultPages, nothingHere } from "../../../app/web/faults.tsx";
import { pageRenderer } from "../../../app/web/page.tsx";

/** One of each: a kind that is missing here does not compile. */
const EACH: { readonly [K in FaultKind]: Problem<K> } = {
  "unknown-chart-system": { kind: "unknown-chart-system" },
  "wrong-environment": { kind: "wrong-environment", side: "test" },
  "awaiting-registration": { kind: "awaiting-registration" },
  "connection-failing": { kind: "connection-failing" },
  "launch-invalid": { kind: "launch-invalid" },
  "launch-expired": { kind: "launch-expired" },
  "launch-reused": { kind: "launch-reused" },
  "launch-other-browser": { kind: "launch-other-browser" },
  "sign-in-refused": { kind: "sign-in-refused", help: "https://ehr.example/help?a=1&b=2" },
  "sign-in-unproven": { kind: "sign-in-unproven" },
  "scopes-trimmed": { kind: "scopes-trimmed", missing: ["user/Appointment.read", "<b>openid"] },
  "chart-unavailable": { kind: "chart-unavailable" },
  "chart-refused": { kind: "chart-refused" },
  "session-over": { kind: "session-over" },
  "no-visit": { kind: "no-visit" },
  "visit-cancelled": { kind: "visit-cancelled" },
  "department-unknown": { kind: "department-unknown", location: "21000199" },
  "meetings-unavailable": { kind: "meetings-unavailable" },
  "meetings-access-policy": { kind: "meetings-access-policy" },
  "meetings-refused": { kind: "meetings-refused" },
  "staff-account-other-tenant": { kind: "staff-account-other-tenant", back: "/visits/abc" },
  "staff-sign-in-failed": { kind: "staff-sign-in-failed" },
  "browser-too-old": { kind: "browser-too-old" },
  "not-found": { kind: "not-found" },
  "not-same-origin": { kind: "not-same-origin" },
  "too-many-requests": { kind: "too-many-requests" },
  "request-unreadable": { kind: "request-unreadable" },
  unexpected: { kind: "unexpected" },
};
const PROBLEMS: readonly Problem[] = Object.values(EACH);

const logged: string[] = [];
let server: Server;
let url: string;
beforeAll(async () => {
  const log = jsonLog(
    (line) => void logged.push(line),
    () => new Date(0),
  );
  const renderPage = pageRenderer(readAssets(fileURLToPath(new URL("../../../app/public", import.meta.url))));
  const app = express();
  for (const problem of PROBLEMS)
    app.get("/" + problem.kind, () => {
      throw new Fault(problem);
    });
  app.get("/bug", () => {
    throw new TypeError("cannot read 'name' of undefined");
  });
  app.post("/form", express.urlencoded({ limit: 10 }));
  app.use(nothingHere, faultPages({ renderPage, log }));
  server = app.listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  url = "http://127.0.0.1:" + String((server.address() as AddressInfo).port);
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const text = async (path: string, init: RequestInit = {}) => (await fetch(url + path, init)).text();
const asJson = async (path: string) =>
  (await (await fetch(url + path, { headers: { accept: "application/json" } })).json()) as Record<
    string,
    string
  >;

describe("every kind of fault", () => {
  test.each(PROBLEMS.map(({ kind }) => kind))(
    "%s has a page: what happened, what to do, a reference",
    async (kind) => {
      const answer = await fetch(url + "/" + kind);
      expect(answer.status).toBeGreaterThanOrEqual(400);
      expect(answer.headers.get("cache-control")).toBe("no-store");
      const html = await answer.text();
      expect(html).toMatch(/<h1>[^<]{8,}<\/h1><p>[^<]{20,}<\/p>/);
      expect(html).toMatch(/What to do<\/p><p>[^<]{20,}<\/p>/);
      const reference = /Reference <code>([0-9A-F]{8})<\/code>/.exec(html)?.[1] ?? "none";
      expect(logged.at(-1)).toContain('"reference":"' + reference + '"');
      expect(logged.at(-1)).toContain('"reason":"' + kind + '"');
    },
  );

  test("has a title of its own", async () => {
    const titles = await Promise.all(PROBLEMS.map(async ({ kind }) => (await asJson("/" + kind))["title"]));
    expect(new Set(titles).size).toBe(PROBLEMS.length);
  });

  test("is said in JSON to a caller that prefers it", async () => {
    expect(await asJson("/department-unknown")).toMatchObject({
      kind: "department-unknown",
      title: "This department is not set up for video visits",
      forIt: expect.stringContaining("departments[].locations") as string,
      reference: expect.stringMatching(/^[0-9A-F]{8}$/) as string,
    });
  });
});

describe("a fault's page", () => {
  test("names what is its own: scopes, location, help, the way back", async () => {
    expect(await text("/scopes-trimmed")).toContain("user/Appointment.read, &lt;b>openid");
    expect(await text("/department-unknown")).toContain("21000199");
    expect(await text("/sign-in-refused")).toContain('href="https://ehr.example/help?a=1&amp;b=2"');
    expect(await text("/staff-account-other-tenant")).toContain('href="/visits/abc"');
    expect(await text("/meetings-access-policy")).toContain("Grant-CsApplicationAccessPolicy");
  });

  test("of a bug says nothing about it; the log does", async () => {
    const answer = await fetch(url + "/bug");
    expect(answer.status).toBe(500);
    expect(await answer.text()).not.toContain("cannot read");
    expect(logged.at(-1)).toContain("TypeError: cannot read");
  });

  test("of a request that cannot be read is the sender's, not ours", async () => {
    const answer = await fetch(url + "/form", {
      method: "POST",
      body: new URLSearchParams({ a: "x".repeat(99) }),
    });
    expect(answer.status).toBe(400);
    expect(await answer.text()).toContain("could not be read");
  });

  test("stands where nothing else answers", async () => {
    expect((await fetch(url + "/nowhere")).status).toBe(404);
  });
});
