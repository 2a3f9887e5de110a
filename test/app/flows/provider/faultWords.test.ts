import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ProviderProblem } from "../../../../app/flows/provider/problems.ts";
import { clinicianWords, COMMON, serveFaults, type Faulty } from "../../../harness/faulty.ts";

/** One of each: a kind that is missing here does not compile. */
const EACH: { readonly [K in ProviderProblem["kind"]]: Extract<ProviderProblem, { kind: K }> } = {
  "unknown-chart-system": { kind: "unknown-chart-system" },
  "wrong-environment": { kind: "wrong-environment", side: "test" },
  "awaiting-registration": { kind: "awaiting-registration" },
  "connection-failing": { kind: "connection-failing" },
  "launch-invalid": { kind: "launch-invalid" },
  "proof-missing": { kind: "proof-missing" },
  "launch-too-long": { kind: "launch-too-long" },
  "answer-invalid": { kind: "answer-invalid", lacks: "code" },
  "launch-expired": { kind: "launch-expired" },
  "launch-reused": { kind: "launch-reused" },
  "launch-other-browser": { kind: "launch-other-browser" },
  "sign-in-refused": { kind: "sign-in-refused", help: "https://ehr.example/help?a=1&b=2" },
  "registration-refused": { kind: "registration-refused", code: "invalid_scope" },
  "code-refused": { kind: "code-refused" },
  "sign-in-unavailable": { kind: "sign-in-unavailable" },
  "clocks-differ": { kind: "clocks-differ", minutes: 12 },
  "not-staff": { kind: "not-staff" },
  "sign-in-unproven": { kind: "sign-in-unproven" },
  "scopes-trimmed": { kind: "scopes-trimmed", missing: ["user/Appointment.read", "<b>openid"] },
  "chart-unavailable": { kind: "chart-unavailable" },
  "chart-refused": { kind: "chart-refused" },
  "keys-unreadable": { kind: "keys-unreadable" },
  "token-refused": { kind: "token-refused" },
  "session-idle": { kind: "session-idle" },
  "chart-not-fhir": { kind: "chart-not-fhir" },
  "session-over": { kind: "session-over" },
  "visit-cancelled": { kind: "visit-cancelled" },
  "department-unknown": { kind: "department-unknown", location: "21000199" },
  "visit-deleted": { kind: "visit-deleted" },
  "department-unreadable": { kind: "department-unreadable" },
  "meetings-unavailable": { kind: "meetings-unavailable" },
  "meetings-access-policy": { kind: "meetings-access-policy" },
  "meetings-refused": { kind: "meetings-refused" },
  "staff-account-other-tenant": { kind: "staff-account-other-tenant", back: "/visits/abc" },
  "staff-sign-in-failed": { kind: "staff-sign-in-failed" },
  "staff-account-guest": { kind: "staff-account-guest", back: "/visits/abc" },
  "staff-account-organizer": { kind: "staff-account-organizer" },
  "staff-sign-in-declined": { kind: "staff-sign-in-declined", back: "/visits/abc" },
  "staff-sign-in-expired": { kind: "staff-sign-in-expired" },
  "staff-sign-in-reused": { kind: "staff-sign-in-reused" },
  "staff-sign-in-other-browser": { kind: "staff-sign-in-other-browser" },
  "visit-full": { kind: "visit-full", of: "guests", back: "/visits/abc" },
  "store-failing": { kind: "store-failing" },
  "settings-not-read": { kind: "settings-not-read" },
  "browser-too-old": { kind: "browser-too-old" },
};
const PROBLEMS = [...Object.values(EACH), ...COMMON];

let faulty: Faulty;
beforeAll(async () => {
  faulty = await serveFaults(PROBLEMS, clinicianWords);
});
afterAll(() => faulty.stop());

describe("every kind of fault", () => {
  test.each(PROBLEMS.map(({ kind }) => kind))(
    "%s has a page: what happened, what to do, a reference",
    async (kind) => {
      const answer = await fetch(faulty.url + "/" + kind);
      expect(answer.status).toBeGreaterThanOrEqual(400);
      expect(answer.headers.get("cache-control")).toBe("no-store");
      const html = await answer.text();
      expect(html).toMatch(/<h1>[^<]{8,}<\/h1><p>[^<]{20,}<\/p>/);
      expect(html).toMatch(/What to do<\/p><p>[^<]{20,}<\/p>/);
      const reference = /Reference <code>([0-9A-F]{8})<\/code>/.exec(html)?.[1] ?? "none";
      expect(faulty.logged.at(-1)).toContain('"reference":"' + reference + '"');
      expect(faulty.logged.at(-1)).toContain('"reason":"' + kind + '"');
    },
  );

  test("has a title of its own", async () => {
    const titles = await Promise.all(
      PROBLEMS.map(async ({ kind }) => (await faulty.json("/" + kind))["title"]),
    );
    expect(new Set(titles).size).toBe(PROBLEMS.length);
  });

  test("is said in JSON to a caller that prefers it", async () => {
    expect(await faulty.json("/department-unknown")).toMatchObject({
      kind: "department-unknown",
      title: "This department is not set up for video visits",
      forIt: expect.stringContaining("departments[].locations") as string,
      reference: expect.stringMatching(/^[0-9A-F]{8}$/) as string,
    });
  });
});

test("a fault's page names what is its own: scopes, location, help, the way back", async () => {
  const [forPeople = "", forIt = ""] = (await faulty.text("/scopes-trimmed")).split("For IT:");
  expect(forIt).toContain("user/Appointment.read, &lt;b>openid");
  expect(forPeople).toContain("Video visits lack permissions in the chart");
  expect(forPeople).not.toMatch(/Appointment|openid|scope|right/i);
  expect(faulty.logged.at(-1)).toContain('"names":["user/Appointment.read","<b>openid"]');
  expect(await faulty.text("/department-unknown")).toContain("21000199");
  expect(await faulty.text("/sign-in-refused")).toContain('href="https://ehr.example/help?a=1&amp;b=2"');
  expect(await faulty.text("/staff-account-other-tenant")).toContain('href="/visits/abc"');
  expect(await faulty.text("/meetings-access-policy")).toContain("Grant-CsApplicationAccessPolicy");
});
