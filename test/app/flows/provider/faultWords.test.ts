import type { VisitId } from "../../../../app/domain/linkToken.ts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { WORDS } from "../../../../app/flows/provider/faultWords.ts";
import type { ProviderProblem } from "../../../../app/flows/provider/problems.ts";
import type { SignInCheck } from "../../../../app/ports/ehr.ts";
import { wordsFor } from "../../../../app/web/fault.ts";
import { clinicianWords, COMMON, serveFaults, type Faulty } from "../../../harness/faulty.ts";

/** A problem of each kind. The compiler refuses this table if one is missing. */
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
  "sign-in-unproven": { kind: "sign-in-unproven", check: "times" },
  "scopes-trimmed": { kind: "scopes-trimmed", missing: ["user/Appointment.read", "<b>openid"] },
  "chart-unavailable": { kind: "chart-unavailable" },
  "chart-refused": { kind: "chart-refused" },
  "keys-unreadable": { kind: "keys-unreadable" },
  "token-refused": { kind: "token-refused" },
  "form-outdated": { kind: "form-outdated" },
  "session-idle": { kind: "session-idle" },
  "chart-not-fhir": { kind: "chart-not-fhir" },
  "whose-untold": { kind: "whose-untold" },
  "session-over": { kind: "session-over" },
  "visit-cancelled": { kind: "visit-cancelled" },
  "department-unknown": { kind: "department-unknown", location: "21000199" },
  "location-absent": { kind: "location-absent" },
  "visit-deleted": { kind: "visit-deleted" },
  "department-unreadable": { kind: "department-unreadable" },
  "meetings-unavailable": { kind: "meetings-unavailable" },
  "meetings-access-policy": { kind: "meetings-access-policy" },
  "meetings-refused": { kind: "meetings-refused" },
  "staff-account-other-tenant": { kind: "staff-account-other-tenant", back: "/visits/abc" },
  "staff-sign-in-failed": { kind: "staff-sign-in-failed", why: "invalid" },
  "staff-account-guest": { kind: "staff-account-guest", back: "/visits/abc" },
  "staff-account-organizer": { kind: "staff-account-organizer" },
  "staff-link-of-another-release": { kind: "staff-link-of-another-release", back: "/visits/abc" },
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

const told = (problem: ProviderProblem) => wordsFor(WORDS, problem);

test.each(PROBLEMS)("what to do about $kind is whole sentences, one after the other", (problem) => {
  const { happened, next, forIt = "None." } = told(problem as ProviderProblem);
  for (const words of [happened, next, forIt]) {
    expect(words).toMatch(/^\/?[\p{Lu}\p{Ll}].*[.)]$/u);
    expect(words).not.toMatch(/[a-z][.][A-Z]| {2}|^If the patient is waiting/);
  }
});

test.each(["chart-unavailable", "meetings-unavailable", "sign-in-unavailable"] as const)(
  "%s says whether no answer came, or an error, or that too much is asked",
  (kind) => {
    const [silent, error, busy] = [{}, { answered: "error" }, { answered: "busy" }].map((how) =>
      told({ kind, ...how } as ProviderProblem),
    );
    for (const words of [silent, error, busy]) expect(words?.title).toMatch(/^(The chart|Teams|Microsoft)/);
    expect([silent?.title, error?.title, busy?.title].map((title) => title?.split(" ").slice(-3))).toEqual([
      [expect.any(String), "not", "answering"],
      ["with", "an", "error"],
      ["to", "slow", "down"],
    ]);
    expect(silent?.happened).toContain("did not answer in time");
    for (const words of [error, busy]) expect(words?.happened).not.toMatch(/in time|not answer/);
    expect(new Set([silent, error, busy].map((words) => words?.happened)).size).toBe(3);
    expect([silent, error, busy].map((words) => words?.forIt?.includes("status") ?? false)).toEqual([
      false,
      true,
      true,
    ]);
  },
);

test("an answer that is no FHIR is told by what it was instead", () => {
  const instead = (["redirect", "status", "record"] as const).map((one) => ({ instead: one }));
  const each = [{}, ...instead].map((how) => told({ kind: "chart-not-fhir", ...how }));
  for (const { title, happened, forIt } of each) {
    expect(title).toMatch(/^The chart .{10,}/);
    expect(happened).toMatch(/^(The chart|Oracle Health) .{30,}\.$/);
    expect(forIt).toMatch(/^The log .{20,}\.$/);
  }
  expect(new Set(each.map(({ title }) => title)).size).toBe(each.length);
});

test("a sign-in that proved nothing blames what was not as it must be", () => {
  const blames: Readonly<Record<SignInCheck, RegExp>> = {
    times: /expired.*hands out an old one/,
    issuer: /another sign-in than this chart's.*tenant/,
    audience: /another application.*provider\.clientId/,
    signature: /not signed.*jwks_uri/,
    nonce: /another sign-in.*nonce/,
    person: /who signed in.*fhirUser/,
    answer: /lacks what every.*token endpoint/,
  };
  for (const [check, words] of Object.entries(blames)) {
    const { happened, forIt = "" } = told({ kind: "sign-in-unproven", check: check as SignInCheck });
    expect(happened + forIt, check).toMatch(words);
    expect(forIt.includes("clientId"), check).toBe(check === "audience");
    expect(forIt, check).toMatch(/\. The log says which check failed/);
  }
});

test("a fault's page names what is its own: scopes, location, help, the way back", async () => {
  const [forPeople = "", forIt = ""] = (await faulty.text("/scopes-trimmed")).split("For IT:");
  expect(forIt).toContain("user/Appointment.read, &lt;b>openid");
  expect(forPeople).toContain("Video visits lack permissions in the chart");
  expect(forPeople).not.toMatch(/Appointment|openid|scope|right/i);
  expect(faulty.logged.at(-1)).toContain('"names":["user/Appointment.read","<b>openid"]');
  expect(await faulty.text("/department-unknown")).toContain("21000199");
  expect(await faulty.text("/sign-in-refused")).toContain('href="https://ehr.example/help?a=1&amp;b=2"');
  expect(await faulty.text("/staff-account-other-tenant")).toMatch(
    /href="\/visits\/abc"[^>]*>Back to the visit</,
  );
  expect(await faulty.text("/meetings-access-policy")).toContain("Grant-CsApplicationAccessPolicy");
});

test.each<[problem: ProviderProblem, title: RegExp, happened: RegExp, more: RegExp]>([
  [
    { kind: "visit-cancelled" },
    /was canceled$/,
    /appointment is canceled\./,
    /^Whoever was sent a guest’s link.* is not told.*new appointment\.$/,
  ],
  [
    { kind: "visit-cancelled", isMistake: true },
    /booked by mistake$/,
    /entered in error\. .*says that the visit is canceled\.$/,
    /new appointment\.$/,
  ],
  [
    { kind: "visit-cancelled", mayBeOff: true },
    /was canceled$/,
    /does not say now that it takes place\. .*still says that it is canceled\.$/,
    /^Check with the schedule, .*new appointment\.$/,
  ],
  [
    {
      kind: "visit-cancelled",
      held: [{ visit: "AAAAAAAAAAAAAAAA" as VisitId, start: new Date(0), since: new Date(0) }],
    },
    /was canceled$/,
    /appointment is canceled\./,
    /^Call the patient, whose messages are held back\. Whoever was sent a guest’s link.*new appointment\.$/,
  ],
  [
    { kind: "visit-cancelled", mayBeMore: true },
    /was canceled$/,
    /is canceled/,
    /another visit of today may be missing: compare with the schedule\.$/,
  ],
  [
    { kind: "wrong-environment", side: "test" },
    /a test chart$/,
    /^A test chart .* production visits\.$/,
    /launch URL for test,/,
  ],
  [
    { kind: "wrong-environment", side: "production" },
    /a production chart$/,
    /^A production chart .* test visits\.$/,
    /launch URL for production,/,
  ],
  [
    { kind: "department-unknown" },
    /not set up/,
    /^The department for which the consult was asked /,
    /Location id/,
  ],
  [{ kind: "location-absent" }, /where it takes place$/, /names no location /, /^Ask whoever schedules /],
  [
    { kind: "department-unknown", location: "21000199" },
    /not set up/,
    /^The appointment's location, 21000199, belongs to no department here\.$/,
    /Location id/,
  ],
  [{ kind: "answer-invalid", lacks: "state" }, /not complete$/, /\(state\), or with two/, /again/],
  [{ kind: "answer-invalid", lacks: "code" }, /not complete$/, /without its code, or with two/, /again/],
  ...(["invalid_client", "unauthorized_client"] as const).map(
    (code): [ProviderProblem, RegExp, RegExp, RegExp] => [
      { kind: "registration-refused", code },
      /does not accept the connector$/,
      /not you/,
      /the kind of app \(provider\), its secret.* The log has the code of the refusal\.$/,
    ],
  ),
  [
    { kind: "registration-refused", code: "invalid_scope" },
    /does not accept the connector$/,
    /not you/,
    /^(?!.*The log has the code).*Grant the app the scopes/s,
  ],
  [
    { kind: "registration-refused" },
    /does not accept the connector$/,
    /not you/,
    /redirect URI to the letter, scopes.* The log has the code of the refusal\.$/,
  ],
])("%j is told in words of its own", (problem, title, happened, more) => {
  const words = told(problem);
  expect(words.title).toMatch(title);
  expect(words.happened).toMatch(happened);
  expect([words.next, ...(words.forIt === undefined ? [] : [words.forIt])].join(" ")).toMatch(more);
});

test("the chart's own help is led to where there is some", () => {
  const help = "https://ehr.example/help";
  const says = "What the chart system says about it";
  expect(told({ kind: "registration-refused", help })).toHaveProperty("help", { address: help, says });
  expect(told({ kind: "registration-refused" })).not.toHaveProperty("help");
});
