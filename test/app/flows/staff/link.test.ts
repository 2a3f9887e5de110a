/** What a staff link stands for, and what comes of the answer from Microsoft, one by one. */
import { describe, expect, test } from "vitest";
import type { LinkClaims, VisitId } from "../../../../app/domain/linkToken.ts";
import type { KnownVisit } from "../../../../app/domain/visit.ts";
import { staffFaults } from "../../../../app/flows/staff/faults.tsx";
import { findLink, isOfTestChart } from "../../../../app/flows/staff/link.ts";
import type { LinkPicks } from "../../../../app/flows/staff/parts.ts";
import { goingOn, linkOfAnswer, signInFault, staffLinkPath } from "../../../../app/flows/staff/signIn.ts";
import { OBSTACLES } from "../../../../app/flows/staff/words.ts";
import { StaffSignInFault } from "../../../../app/ports/staffSignIn.ts";
import { StoreConflict, StoreFault } from "../../../../app/ports/store.ts";
import { UnreadableRecord } from "../../../../app/records/record.ts";
import type { Fault, Problem } from "../../../../app/web/fault.ts";

const now = new Date("2027-01-12T15:00:00Z");
const inMinutes = (minutes: number) => new Date(now.getTime() + minutes * 60_000);
const id = "AAAABBBBCCCCDDDD" as VisitId;
const claims: LinkClaims = { visit: id, person: 1, generation: 0, epoch: 7 };
const visit = (more: Partial<KnownVisit> = {}): KnownVisit => ({
  id,
  kind: "appointment",
  connectionId: "lamna",
  departmentId: "cardiology",
  start: now,
  end: inMinutes(30),
  state: "open",
  meeting: { id: "m", joinUrl: "https://teams.example/j" },
  people: [
    { number: 0, role: "patient", generation: 0 },
    { number: 1, role: "colleague", generation: 0 },
  ],
  epoch: 7,
  ...more,
});
const found = (kept: KnownVisit | undefined, of = claims, isDeleted = false) =>
  findLink(
    {
      visits: { ofLink: () => Promise.resolve(kept), isDeleted: () => Promise.resolve(isDeleted) },
      hospital: { visitRules: { opensMinutesBefore: 30, closesMinutesAfter: 240 } },
      now: () => now,
    } as unknown as LinkPicks,
    "token",
    of,
  );

describe("a staff link", () => {
  test("leads on while its visit is open and has a meeting", async () => {
    const open = visit();
    expect(await found(open)).toEqual({ kind: "open", visit: open, joinUrl: "https://teams.example/j" });
  });

  test.each<[what: string, kept: KnownVisit | undefined, link: object]>([
    [
      "is not ready without a meeting",
      (({ meeting: _none, ...rest }) => rest)(visit()),
      { obstacle: "not-ready" },
    ],
    ["is over with a visit that is forgotten", undefined, { obstacle: "over" }],
    ["is over with its visit", visit({ state: "ended" }), { obstacle: "over" }],
    ["is over once its time is", visit({ end: inMinutes(-240.01) }), { obstacle: "over" }],
    ["is in doubt with its visit", visit({ doubted: inMinutes(-1) }), { obstacle: "doubted" }],
    [
      "is in doubt with its visit before that opens, too",
      visit({ doubted: inMinutes(-1), start: inMinutes(90), end: inMinutes(120) }),
      { obstacle: "doubted" },
    ],
    ["is cancelled with its visit", visit({ state: "cancelled" }), { obstacle: "cancelled" }],
    [
      "is revoked with its generation",
      visit({ people: [{ number: 1, role: "colleague", generation: 1 }] }),
      { obstacle: "revoked" },
    ],
    ["is revoked with its epoch", visit({ epoch: 8 }), { obstacle: "revoked" }],
    ["is revoked where nobody has it", visit({ people: [] }), { obstacle: "revoked" }],
  ])("%s", async (_what, kept, link) => {
    expect(await found(kept)).toEqual({ kind: "obstacle", ...link, ...(kept && { visit: kept }) });
  });

  test("of a visit that an administrator deleted says so", async () => {
    expect(await found(undefined, claims, true)).toEqual({ kind: "obstacle", obstacle: "deleted" });
  });

  test("is early until half an hour before", async () => {
    const early = visit({ start: inMinutes(30.01), end: inMinutes(60) });
    expect(await found(early)).toEqual({ kind: "early", token: "token", visit: early });
  });

  test.each(["patient", "guest", "interpreter", "relative"] as const)(
    "that is a %s's is followed by them without an account, whatever its state",
    async (role) => {
      const people = [{ number: 1, role, generation: 9 }];
      expect(await found(visit({ people, state: "ended" }))).toEqual({ kind: "joining", token: "token" });
    },
  );

  test("belongs to a test chart by its connection", async () => {
    const of = (environment: string | undefined) => ({
      hospital: { connection: () => Promise.resolve(environment && { environment }) } as never,
    });
    expect(await isOfTestChart(of("test"), visit())).toBe(true);
    expect(await isOfTestChart(of("production"), visit())).toBe(false);
    expect(await isOfTestChart(of(undefined), visit())).toBe(false);
    expect(await isOfTestChart(of("test"), undefined)).toBe(false);
  });

  test("that leads nowhere is answered by a status and words of its own", () => {
    const { unknown, "not-ready": notReady, doubted, ...gone } = OBSTACLES;
    expect([unknown, notReady, doubted].map(({ status }) => status)).toEqual([404, 503, 409]);
    expect(new Set(Object.values(gone).map(({ status }) => status))).toEqual(new Set([410]));
    const all = Object.values(OBSTACLES);
    expect(new Set(all.map(({ title }) => title)).size).toBe(all.length);
    for (const { title, text } of all) {
      expect(title).toMatch(/^This (link|visit) .{8,}[^.]$/);
      expect(text).toHaveLength(2);
      for (const sentence of text) expect(sentence).toMatch(/^[A-Z].{15,}\.$/);
    }
  });
});

const begun = { prompt: "none", link: "token" } as const;
const account = { objectId: "a", displayName: "", userName: "", isProvenMember: true, appRoles: [] };
const thrown = (act: () => unknown) => {
  try {
    act();
  } catch (error) {
    return error as Fault<Problem>;
  }
  throw new Error("nothing was thrown");
};
const AGAIN = "/s/token?anyway=1";
const OTHER = "/s/token?anyway=1&account=other";

describe("an answer of Microsoft's", () => {
  test("that somebody has signed in names the link and the account", () => {
    expect(linkOfAnswer({ kind: "signed-in", account, begun })).toEqual({ token: "token", account: "a" });
  });

  test.each<[answer: Parameters<typeof linkOfAnswer>[0], problem: object]>([
    [
      { kind: "not-a-members", whose: "guest", begun },
      { kind: "account-guest", back: OTHER },
    ],
    [
      { kind: "not-a-members", whose: "organizer", begun },
      { kind: "account-organizer", back: OTHER },
    ],
    [
      { kind: "failed", fault: new StaffSignInFault("declined", ""), begun },
      { kind: "sign-in-cancelled", back: AGAIN },
    ],
    [{ kind: "unknown" }, { kind: "sign-in-late" }],
    [{ kind: "used" }, { kind: "sign-in-used" }],
    [{ kind: "other-browser" }, { kind: "sign-in-other-browser" }],
  ])("%o", (answer, problem) => {
    expect(thrown(() => linkOfAnswer(answer)).problem).toEqual(problem);
  });

  test.each([
    ["other-tenant", { kind: "account-other-tenant", back: OTHER }, true],
    ["declined", { kind: "sign-in-cancelled", back: AGAIN }, false],
    ["invalid", { kind: "sign-in-failed", back: AGAIN, why: "invalid" }, true],
    ["unavailable", { kind: "sign-in-failed", back: AGAIN, why: "unavailable" }, true],
    ["registration", { kind: "sign-in-failed", back: AGAIN, why: "registration" }, true],
  ] as const)("%s: what a person did is not logged as a cause", (reason, problem, isLogged) => {
    const cause = new StaffSignInFault(reason, "no");
    const fault = signInFault(cause, "token");
    expect([fault.problem, fault.cause]).toEqual([problem, isLogged ? cause : undefined]);
  });

  test("leads back by the link, past the judging of browsers", () => {
    expect([staffLinkPath("token"), goingOn("token")]).toEqual(["/s/token", AGAIN]);
  });
});

test.each<[error: Error, isStores: boolean]>([
  [new StoreFault("away"), true],
  [new StoreConflict("x"), true],
  [new UnreadableRecord("x"), true],
  [new TypeError("a bug"), false],
])("%o is the store's failure: %s", (error, isStores) => {
  const fault = staffFaults(
    () => "",
    () => Promise.resolve(false),
  ).recognize?.(error);
  expect(fault?.problem).toEqual(isStores ? { kind: "store-failing" } : undefined);
  if (isStores) expect(fault?.cause).toBe(error);
});
