/** What is told to administrators of live presence, by why Graph could not be asked. */
import { expect, test } from "vitest";
import type { Job } from "../../../../app/domain/job.ts";
import { presenceChecks } from "../../../../app/flows/presence/checks.ts";
import { takeLifecycle } from "../../../../app/flows/presence/lifecycle.ts";
import type { PresencePicks } from "../../../../app/flows/presence/parts.ts";
import { reasonOf } from "../../../../app/flows/presence/watch.ts";
import type { VisitId } from "../../../../app/domain/linkToken.ts";

let now = Date.parse("2027-01-12T15:00:00Z");

/** Open jobs, in slices; it is noted which slices are read. */
function checkedWith(pages: readonly (readonly Partial<Job>[])[]) {
  const looked: object[] = [];
  const jobs = {
    now: () => new Date(now),
    readSlice: (_state: string, asked: { readonly continuation?: string }) => {
      looked.push(asked);
      const at = Number(asked.continuation ?? 0);
      const next = at + 1 < pages.length ? { next: String(at + 1) } : {};
      return Promise.resolve({ jobs: (pages[at] ?? []).map((job) => ({ job })), ...next });
    },
  };
  return { checks: presenceChecks({ callEvents: {}, jobs } as unknown as PresencePicks), looked };
}
const watch = (reason?: string): Partial<Job> => ({
  kind: "watch",
  ...(reason !== undefined && { lastFailure: { how: "not-now", reason, at: new Date(now) } as never }),
});
const faultWith = async (...jobs: Partial<Job>[]) => (await checkedWith([jobs]).checks())[0]?.fault;

test("where it is off that is said, as a choice", async () => {
  const [check] = await presenceChecks({
    callEvents: undefined,
    jobs: { now: () => new Date(now) },
  } as never)();
  expect(check).toMatchObject({
    name: "presence",
    isWarning: true,
    fault: expect.stringMatching(
      /^Live presence is off in this deployment, by features\.presence /,
    ) as string,
  });
});

test.each([
  [
    { reason: "refused", limit: undefined },
    "graph.refused",
    /^Microsoft Graph refuses to tell who is waiting\. /,
  ],
  [
    { reason: "not-reached", limit: undefined },
    "graph.webhook-not-reached",
    /^Microsoft Graph does not reach the connector at its public address/,
  ],
  [
    { reason: "limit", limit: "limit-of-app-in-tenant" },
    "graph.limit-of-app-in-tenant",
    /it gives this application in this organization\. End those/,
  ],
  [{ reason: "limit", limit: "limit-of-tenant" }, "graph.limit-of-tenant", /it gives this organization\. /],
  [{ reason: "limit", limit: "limit-of-app" }, "graph.limit-of-app", /it gives this application\. /],
  [{ reason: "limit", limit: "limit" }, "graph.limit", /it gives here\. /],
] as const)("%j is told in words", async (refusal, reason, words) => {
  expect(reasonOf(refusal)).toBe(reason);
  expect(await faultWith(watch(), watch(reason))).toMatch(words);
});

test("a silence that passes, and what other jobs fail of, is no fault", async () => {
  const other = { ...watch("graph.refused"), kind: "meeting" } as const;
  expect(await faultWith(watch("graph.unavailable"), other, watch())).toBeUndefined();
});

test("of several reasons the one that concerns most is told", async () => {
  expect(await faultWith(watch("graph.limit"), watch("graph.refused"))).toMatch(/refuses to tell/);
});

test("jobs that are due within twenty minutes are looked through, five pages of them, and once a minute", async () => {
  const slice = [watch()];
  const { checks, looked } = checkedWith([
    slice,
    slice,
    slice,
    slice,
    [watch("graph.limit")],
    [watch("graph.refused")],
  ]);
  expect((await checks())[0]?.fault).toMatch(/it gives here/);
  const before = new Date(now + 20 * 60_000);
  expect(looked).toEqual([
    { before, limit: 200 },
    ...["1", "2", "3", "4"].map((continuation) => ({ before, limit: 200, continuation })),
  ]);
  now += 59_999;
  await checks();
  expect(looked).toHaveLength(5);
  now += 2;
  await checks();
  expect(looked).toHaveLength(10);
});

const visit = { id: "AAAABBBBCCCCDDDD" as VisitId };

/** What is done about a notification of the subscription that is kept, or of a former one where none is. */
async function taken(
  event: string,
  subscription?: { readonly id: string; readonly until: Date },
  { known = true, about = subscription?.id ?? "was" } = {},
) {
  const done: unknown[] = [];
  const note =
    (what: string) =>
    (...about: readonly unknown[]) => {
      done.push([what, ...about]);
      return Promise.resolve();
    };
  const parts = {
    log: { info: note("log") },
    presences: {
      of: () => Promise.resolve({ ...(subscription && { subscription }), former: ["was"] }),
      watching: note("watching"),
      missed: note("missed"),
    },
    queue: { now: () => new Date(now) },
    jobs: { add: note("job") },
    visits: { byId: () => Promise.resolve(known ? visit : undefined) },
  };
  const notification = { event, subscription: about };
  const outcome = await takeLifecycle(parts as unknown as PresencePicks, visit.id, notification);
  expect(outcome).toBe(about === (subscription?.id ?? "was") ? "taken" : "another's");
  return done.map((one) => (Array.isArray(one) && one[0] === "job" ? "job" : one));
}
const logged = (reason: string) => ["log", "presence.lifecycle", { reason }];
const inMinutes = (minutes: number) => new Date(now + minutes * 60_000);

test("a subscription that is to be reauthorized is renewed within a minute, and not later than it ends", async () => {
  const until = inMinutes(30);
  expect(await taken("ReauthorizationRequired", { id: "s", until })).toEqual([
    logged("reauthorizationRequired"),
    ["watching", visit, { subscription: { id: "s", until: inMinutes(1) } }, "s"],
    "job",
  ]);
  const soon = inMinutes(0.5);
  expect((await taken("reauthorizationRequired", { id: "s", until: soon }))[1]).toEqual([
    "watching",
    visit,
    { subscription: { id: "s", until: soon } },
    "s",
  ]);
});

test("where none is kept a new one is made, and nothing was lost", async () => {
  expect(await taken("reauthorizationRequired")).toEqual([
    logged("reauthorizationRequired"),
    ["watching", visit, {}],
    "job",
  ]);
});

test.each(["subscriptionRemoved", "missed"])(
  "%s: something was lost, and a new one is made",
  async (event) => {
    expect(await taken(event, { id: "s", until: inMinutes(30) })).toEqual([
      logged(event),
      ["missed", visit, new Date(now)],
      ["watching", visit, {}],
      "job",
    ]);
  },
);

test("what nobody knows, and what is about no visit, is noted only, and not repeated", async () => {
  expect(await taken("Maria Lopez", { id: "s", until: inMinutes(30) })).toEqual([logged("other")]);
  expect(await taken("missed", undefined, { known: false })).toEqual([logged("missed")]);
});

test("what is about another subscription changes nothing, and one of before counts only while none is kept", async () => {
  const kept = { id: "s", until: inMinutes(30) };
  expect(await taken("missed", kept, { about: "was" })).toEqual([]);
  expect(await taken("missed", undefined, { about: "s" })).toEqual([]);
});
