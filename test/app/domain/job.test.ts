import { describe, expect, test } from "vitest";
import {
  anew,
  askedAgain,
  beaten,
  begun,
  broughtForward,
  discarded,
  handedBack,
  hung,
  isOpen,
  isPastUse,
  JOB_KINDS,
  JOB_STATES,
  lapsed,
  PATIENCE,
  patienceFor,
  reasonCode,
  replayed,
  revived,
  settled,
  settledSince,
  vanished,
  waitSeconds,
  type Job,
  type Moment,
  type Outcome,
} from "../../../app/domain/job.ts";

const now = new Date("2026-12-01T15:00:00Z");
const after = (seconds: number) => new Date(now.getTime() + seconds * 1000);
const patience = { firstWaitSeconds: 10, longestWaitSeconds: 60, failures: 3, losses: 2 };
const moment: Moment = { now, chance: 1, patience };
const due = after(-60);

const waiting: Job = {
  id: "meeting:v-1",
  kind: "meeting",
  of: { visit: "v-1" },
  state: "waiting",
  due,
  tries: 0,
  failures: 0,
  losses: 0,
  postponements: 0,
  beat: 0,
  wokenAt: due,
};
const { holder: _nobody, ...running } = begun(waiting, "one");

test("what a job is about and how long it may take, by its kind", () => {
  expect(JOB_KINDS).toEqual({
    canary: { ids: ["slot"], limitSeconds: 30 },
    meeting: { ids: ["visit"], limitSeconds: 30 },
    prepare: { ids: ["visit"], limitSeconds: 120 },
    arrive: { ids: ["visit", "status", "start"], limitSeconds: 60 },
    fulfil: { ids: ["visit"], limitSeconds: 60 },
    message: { ids: ["visit", "what", "by", "as"], limitSeconds: 120 },
    room: { ids: ["visit"], limitSeconds: 60 },
    watch: { ids: ["visit"], limitSeconds: 60 },
    notification: { ids: ["visit", "notification"], limitSeconds: 30 },
    usage: { ids: ["visit"], limitSeconds: 60 },
    calls: { ids: ["hour", "look"], limitSeconds: 600 },
    forget: { ids: ["revision"], limitSeconds: 900 },
    "opt-out": { ids: ["optOut", "said", "at"], limitSeconds: 60, isNeverGivenUp: true },
    number: { ids: ["purchase"], limitSeconds: 900 },
  });
});

test("the patience that production has: half a minute at first, an hour at most, eight failures, twenty vanished", () => {
  expect(PATIENCE).toEqual({ firstWaitSeconds: 30, longestWaitSeconds: 3_600, failures: 8, losses: 20 });
});

test("what is never given up is tried however often it failed, each five minutes at least", () => {
  expect(patienceFor(JOB_KINDS.message, PATIENCE)).toBe(PATIENCE);
  expect(patienceFor(undefined, PATIENCE)).toBe(PATIENCE);
  const forever = { failures: Infinity, losses: Infinity };
  const [least, most] = [{ ...PATIENCE, longestWaitSeconds: 60 }, PATIENCE];
  const rule = JOB_KINDS["opt-out"];
  expect(patienceFor(rule, most)).toEqual({ firstWaitSeconds: 30, longestWaitSeconds: 300, ...forever });
  expect(patienceFor(rule, least)).toEqual({ firstWaitSeconds: 30, longestWaitSeconds: 60, ...forever });
});

test.each(JOB_STATES.map((state) => [state, state === "waiting" || state === "running"] as const))(
  "a job that is %s is open: %s",
  (state, open) => {
    expect(isOpen({ ...waiting, state })).toBe(open);
  },
);

describe("a reason", () => {
  test.each(["graph.429", "no-answer", "a", "A_1", "x".repeat(64)])("%s is a code and is kept", (reason) => {
    expect(reasonCode(reason)).toBe(reason);
  });

  test.each(["", "Maria Lopez", ".hidden", "x".repeat(65), "graph.429!", "!graph.429"])(
    "%s is none and is not kept",
    (reason) => {
      expect(reasonCode(reason)).toBe("no-code");
    },
  );
});

describe("the wait before another try", () => {
  test("doubles up to a ceiling", () => {
    expect([1, 2, 3, 4, 5].map((times) => waitSeconds(patience, times, 1))).toEqual([10, 20, 40, 60, 60]);
    expect(waitSeconds(patience, 5_000, 1)).toBe(60);
  });

  test("is spread over its last quarter", () => {
    expect(waitSeconds(patience, 1, 0)).toBe(7.5);
    expect(waitSeconds(patience, 1, 0.5)).toBe(8.75);
  });
});

test("who begins a job holds it, and counts the try and their own beats anew", () => {
  const taken = begun({ ...waiting, tries: 2, beat: 9 }, "two");
  expect(taken).toEqual({ ...waiting, state: "running", holder: "two", tries: 3, beat: 0 });
  expect(beaten(beaten(taken))).toEqual({ ...taken, beat: 2 });
});

describe("what a handler says", () => {
  const job: Job = { ...running, holder: "one" };

  test("done: it has ended, and nobody holds it", () => {
    expect(settled(job, { kind: "done" }, moment)).toEqual({ ...running, state: "done", endedAt: now });
  });

  test("hopeless: it is poison at once, and a failure", () => {
    expect(settled(job, { kind: "hopeless", reason: "graph.404" }, moment)).toEqual({
      ...running,
      state: "poisoned",
      endedAt: now,
      failures: 1,
      lastFailure: { how: "failed", reason: "graph.404", at: now },
    });
  });

  test("failed: it waits for its next try, longer each time, and is poison after the last one", () => {
    const outcome = { kind: "failed", reason: "graph.400" } as const;
    const lastFailure = { how: "failed", reason: "graph.400", at: now };
    const once = settled(job, outcome, moment);
    const next = { ...running, state: "waiting", lastFailure };
    expect(once).toEqual({ ...next, failures: 1, due: after(10), wokenAt: after(10) });
    const twice = settled(once, outcome, moment);
    expect(twice).toEqual({ ...next, failures: 2, due: after(20), wokenAt: after(20) });
    expect(settled(twice, outcome, moment)).toMatchObject({ state: "poisoned", failures: 3, endedAt: now });
  });

  test("not now: no failure, and the usual wait where the vendor says none", () => {
    const outcome = { kind: "not-now", reason: "graph.429" } as const;
    const once = settled(job, outcome, moment);
    expect(once).toEqual({
      ...running,
      state: "waiting",
      postponements: 1,
      lastFailure: { how: "not-now", reason: "graph.429", at: now },
      due: after(10),
      wokenAt: after(10),
    });
    expect(settled(once, outcome, moment)).toMatchObject({ postponements: 2, due: after(20) });
  });

  test("not now for another reason: it waits as if for the first time", () => {
    const wait = { afterSeconds: 15, growsToSeconds: 300 };
    const away = { kind: "not-now", reason: "ehr.down", ...wait } as const;
    const long = [1, 2, 3, 4].reduce((before) => settled(before, away, moment), job);
    expect(long).toMatchObject({ postponements: 4, due: after(120) });
    const other = { ...away, reason: "messages.unreachable" };
    expect(settled(long, other, moment)).toMatchObject({ postponements: 1, due: after(15) });
    const failed = settled(long, { kind: "failed", reason: "ehr.down" }, moment);
    expect(settled(failed, away, moment)).toMatchObject({ postponements: 1, due: after(15) });
  });

  test("a reason that is no code counts as itself", () => {
    const odd = { kind: "not-now", reason: "not a code" } as const;
    expect(settled(settled(job, odd, moment), odd, moment)).toMatchObject({ postponements: 2 });
  });

  test.each([
    [17, 17],
    [0.2, 1],
    [200_000, 86_400],
    [0, 10],
    [-5, 10],
    [NaN, 10],
  ])("not now, ask in %d seconds: it waits %d", (afterSeconds, waits) => {
    const outcome = { kind: "not-now", reason: "graph.429", afterSeconds } as const;
    expect(settled(job, outcome, moment).due).toEqual(after(waits));
  });
});

test("a job that hangs has failed, and waits for its next try", () => {
  expect(hung(running, moment)).toMatchObject({
    state: "waiting",
    failures: 1,
    lastFailure: { how: "hung", reason: "took-too-long", at: now },
    due: after(10),
  });
});

test("a job whose process vanished is due as before and looked at now; too often, it is poison", () => {
  const once = vanished({ ...running, holder: "one" }, moment);
  expect(once).toEqual({
    ...running,
    state: "waiting",
    losses: 1,
    lastFailure: { how: "vanished", reason: "no-sign-of-life", at: now },
    due,
    wokenAt: now,
  });
  expect(vanished(once, moment)).toMatchObject({ state: "poisoned", losses: 2, failures: 0, endedAt: now });
});

test("a job that is handed back waits again, with nothing counted", () => {
  expect(handedBack({ ...running, holder: "one" }, now)).toEqual({
    ...running,
    state: "waiting",
    wokenAt: now,
  });
});

test("a job lapses when its next try would come too late", () => {
  const useful: Job = { ...running, usefulUntil: after(10) };
  const failed = settled(useful, { kind: "failed", reason: "graph.400" }, moment);
  expect(failed).toMatchObject({ state: "lapsed", endedAt: now, failures: 1 });
  const longer: Job = { ...running, usefulUntil: after(11) };
  expect(settled(longer, { kind: "failed", reason: "graph.400" }, moment).state).toBe("waiting");
});

test("a job is past its use from that moment on; one that is always of use never is", () => {
  expect(isPastUse({ ...waiting, usefulUntil: after(1) }, now)).toBe(false);
  expect(isPastUse({ ...waiting, usefulUntil: now }, now)).toBe(true);
  expect(isPastUse(waiting, now)).toBe(false);
});

describe("what is not tried any more", () => {
  const tired: Job = {
    ...waiting,
    usefulUntil: after(-1),
    failures: 8,
    losses: 3,
    postponements: 5,
    tries: 9,
  };
  const patient = { state: "waiting", failures: 0, losses: 0, postponements: 0, tries: 9, wokenAt: now };

  test("lapses or is discarded, and it is known since when", () => {
    expect(lapsed(tired, now)).toEqual({ ...tired, state: "lapsed", endedAt: now });
    expect(discarded(tired, now)).toEqual({ ...tired, state: "discarded", endedAt: now });
  });

  test("is tried at once with all patience when an administrator says so, whatever it was of use until", () => {
    const { usefulUntil: _, ...rest } = tired;
    expect(replayed(lapsed(tired, now), now)).toEqual({ ...rest, ...patient, due: now });
  });

  test("lives again when the clock was wrong, due and of use as before", () => {
    expect(revived(lapsed(tired, now), now)).toEqual({ ...tired, ...patient });
  });
});

describe("one that was asked for again while it was under way", () => {
  const asked = (seconds: number) => askedAgain({ ...running, holder: "one" }, { due: after(seconds) });
  const notNow = { kind: "not-now", reason: "ehr.down", afterSeconds: 600 } as const;
  const settle = (seconds: number, outcome: Outcome) =>
    settledSince(running, asked(seconds), outcome, moment);

  test("is done once more when it was asked for", () => {
    expect(settle(5, { kind: "done" })).toMatchObject({ state: "waiting", due: after(5) });
    const lastFailure = { how: "not-now", reason: "ehr.down", at: now } as const;
    const wanted = { ...asked(5), lastFailure };
    expect(settledSince(running, wanted, { kind: "done" }, moment).lastFailure).toBeUndefined();
    expect(settledSince(running, running, { kind: "done" }, moment).state).toBe("done");
  });

  test("and was put off is tried when it was asked for: what it was put off for may be over", () => {
    expect(settle(5, notNow)).toMatchObject({ state: "waiting", due: after(5), wokenAt: after(5) });
    expect(settle(-30, notNow)).toMatchObject({ due: now, postponements: 1 });
    expect(settledSince(running, running, notNow, moment)).toMatchObject({ due: after(600) });
  });

  test("and failed or hung waits for the later of the two", () => {
    const failed = { kind: "failed", reason: "graph.500" } as const;
    expect(settle(300, failed)).toMatchObject({ due: after(300), failures: 1 });
    expect(settle(1, failed)).toMatchObject({ due: after(10), failures: 1 });
    expect(hung(asked(300), moment)).toMatchObject({ due: after(300), failures: 1 });
  });

  test("and was put off until it makes no sense any more lapses, and is not tried meanwhile", () => {
    const brief = { ...asked(5), usefulUntil: after(60) };
    expect(settledSince({ ...running, usefulUntil: after(60) }, brief, notNow, moment)).toMatchObject({
      state: "lapsed",
      endedAt: now,
    });
  });

  test("and is hopeless is given up all the same", () => {
    expect(settle(5, { kind: "hopeless", reason: "graph.404" }).state).toBe("poisoned");
  });
});

test("what has come up again after its end is a new job, with nothing of how it failed before", () => {
  const lastFailure = { how: "failed", reason: "x", at: now } as const;
  const over: Job = {
    ...running,
    state: "done",
    endedAt: now,
    usefulUntil: after(60),
    tries: 3,
    failures: 2,
    losses: 1,
    postponements: 4,
    lastFailure,
  };
  const { endedAt: _ended, usefulUntil: _until, lastFailure: _failed, ...rest } = over;
  const fresh = { ...rest, state: "waiting", failures: 0, losses: 0, postponements: 0 };
  const again = { due: after(30), wokenAt: after(30) };
  expect(anew(over, { due: after(30) })).toStrictEqual({ ...fresh, ...again });
  expect(anew(over, { due: after(30), usefulUntil: after(90) })).toEqual({
    ...fresh,
    ...again,
    usefulUntil: after(90),
  });
});

test("what a job was put off for is over: it is due then, and as if it had not been put off", () => {
  expect(broughtForward({ ...waiting, postponements: 7 }, after(5))).toEqual({
    ...waiting,
    due: after(5),
    wokenAt: after(5),
  });
});
