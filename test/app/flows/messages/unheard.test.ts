/**
 * Who was told something by us that is not so any more, and does not hear of the change, leaves the visit at risk until
 * somebody tells them.
 */
import { describe, expect, onTestFinished, test } from "vitest";
import { riskOf } from "../../../../app/domain/risks.ts";
import type { Recipient } from "../../../../app/ports/systemEhr.ts";
import { StoreFault, type Store } from "../../../../app/ports/store.ts";
import { replayJob } from "../../../../app/records/jobUpkeep.ts";
import { connectionOf } from "../../../harness/findingDeployment.ts";
import { MAIL, messagesDeployment, NUMBER } from "../../../harness/messagesDeployment.ts";
import type { Booked } from "../../../harness/scriptedChart.ts";

type Options = NonNullable<Parameters<typeof messagesDeployment>[0]>;

const ANOTHER = "+13125550199";
const TOLD_OF = "2027-01-05T10:00:00.000Z";
const LATER = new Date("2027-01-05T13:00:00Z");
const OFF = { status: "cancelled" } as const;

const ALWAYS = { from: "00:00", to: "23:59" };

/** A patient, p-a, has been told of a visit of tomorrow. */
async function told(recipient: Recipient = { textNumber: NUMBER }, hours = ALWAYS, options: Options = {}) {
  const deployment = messagesDeployment({ hours, ...options });
  onTestFinished(() => deployment.close());
  deployment.setClock("2027-01-04T10:00:00Z");
  await deployment.turn();
  const { chart } = deployment;
  chart.recipients.set("p-a", recipient);
  chart.recipients.set("p-a2", { textNumber: NUMBER });
  chart.recipients.set("p-b", { textNumber: ANOTHER });
  chart.book({ id: "a", start: new Date(TOLD_OF) });
  await deployment.wait(3);
  expect([...deployment.texts.splice(0), ...deployment.mails.splice(0)]).toHaveLength(1);
  const found = () => deployment.parts.foundVisits.byId(deployment.visitOf("lamna", "a"));
  return {
    ...deployment,
    found,
    risk: async () => {
      const one = await found();
      return one && riskOf({ ...one, hasMeeting: true }, deployment.now());
    },
    /** The chart changes in one edit after the other, each of which is looked at. */
    edit: async (...changes: readonly Partial<Booked>[]) => {
      for (const change of changes) {
        chart.change("a", change);
        await deployment.wait(6);
      }
    },
    combine: () => void chart.combined.set("p-a2", ["p-a"]).set("p-a", ["p-a2"]),
    /** The texts since this was last called: to whom they went, and what they said. */
    since: () =>
      deployment.texts.splice(0).map(({ to, text }) => {
        const says = [/canceled/, /moved/, /[Rr]eminder/].find((words) => words.test(text));
        return [to === NUMBER ? "a" : "b", says?.source ?? "first"].join(" ");
      }),
  };
}

describe("a cancelled visit", () => {
  const five = ["p-a", "p-b", "p-c", "p-d", "p-e"];
  test.each<[what: string, edits: readonly Partial<Booked>[], texts: readonly string[], risk?: "untold"]>([
    ["names whom it always named", [OFF], ["a canceled"]],
    [
      "names one of two, who was told",
      [{ patients: ["p-a", "p-b"] }, { ...OFF, patients: ["p-a"] }],
      ["a canceled"],
    ],
    [
      "names the other of two, who was not told",
      [{ patients: ["p-a", "p-b"] }, { ...OFF, patients: ["p-b"] }],
      ["b canceled"],
      "untold",
    ],
    ["names somebody else since the same edit", [{ ...OFF, patients: ["p-b"] }], [], "untold"],
    ["names several since the same edit", [{ ...OFF, patients: ["p-b", "p-a"] }], ["a canceled"]],
    ["names several others since the same edit", [{ ...OFF, patients: ["p-b", "p-c"] }], [], "untold"],
    ["names nobody since the same edit", [{ ...OFF, patients: [] }], [], "untold"],
    [
      "names whoever had it first, and not whoever has it now",
      [{ patients: ["p-b"] }, { ...OFF, patients: ["p-a"] }],
      ["b first", "a canceled"],
      "untold",
    ],
    [
      "names four of five, of whom one was told",
      [{ patients: five }, { ...OFF, patients: five.slice(0, 4) }],
      ["a canceled"],
    ],
    [
      "names four of five, and not the one who was told",
      [{ patients: five }, { ...OFF, patients: five.slice(1) }],
      [],
      "untold",
    ],
    ["was given away before, and went on", [{ patients: ["p-b"] }, OFF], ["b first", "b canceled"]],
  ])("that %s", async (_what, edits, texts, risk) => {
    const at = await told();
    await at.edit(...edits);
    await at.wait(30, 5);
    expect(at.since()).toEqual(texts);
    expect(await at.risk()).toBe(risk);
  });

  test("that names the same person by another id is told to them, and that is no risk", async () => {
    const at = await told();
    at.combine();
    await at.edit({ ...OFF, patients: ["p-a2"] });
    expect([at.since(), await at.risk()]).toEqual([["a canceled"], undefined]);
  });

  test("that names nobody, and was named anew before, is at risk", async () => {
    const at = await told();
    at.combine();
    await at.edit({ patients: ["p-a2"] }, { ...OFF, patients: [] });
    expect([at.since(), await at.risk()]).toEqual([[], "untold"]);
  });

  test("that nobody saw given away before is at risk for whoever was told of it", async () => {
    const at = await told();
    at.chart.change("a", { patients: ["p-b"] });
    at.answers.texts.push(
      ...Array.from({ length: 20 }, () => ({ kind: "not-now", reason: "unreachable" }) as const),
    );
    await at.wait(3);
    at.answers.texts.length = 0;
    at.texts.splice(0);
    await at.edit({ ...OFF });
    expect(at.since()).toEqual([]);
    expect(await at.risk()).toBe("untold");
  });

  test("that is told to one, and not to another who was told, stays at risk when a report says that the text has left", async () => {
    const at = await told();
    await at.edit({ patients: ["p-b"] });
    at.answers.texts.push(...Array.from({ length: 100 }, () => ({ kind: "unknown" }) as const));
    at.texts.splice(0);
    at.chart.change("a", { ...OFF, patients: ["p-a"] });
    await at.wait(10);
    expect(await at.told("a")).toContain("cancellation text begun");
    await at.report(at.texts.at(-1)?.id, "Delivered");
    expect(await at.told("a")).toContain("cancellation text delivered");
    expect(await at.risk()).toBe("untold");
  });

  test("is at risk no longer once it takes place again", async () => {
    const at = await told();
    await at.edit({ ...OFF, patients: ["p-b"] });
    expect(await at.risk()).toBe("untold");
    await at.edit({ status: "booked", patients: ["p-a"] });
    expect(await at.risk()).toBeUndefined();
  });
});

const CHANGES: readonly [what: string, kind: string, change: Partial<Booked>][] = [
  ["a cancellation", "cancellation", OFF],
  ["a move", "update", { start: LATER }],
];

describe("a text that failed", () => {
  test.each(CHANGES)(
    "and whose answer was lost before leaves the visit at risk where nothing can follow it: %s",
    async (_what, kind, change) => {
      const at = await told();
      at.answers.texts.push({ kind: "unknown" });
      at.chart.change("a", change);
      while (at.texts.length === 0) await at.wait(1);
      expect(await at.told("a")).toContain(kind + " text begun");
      await at.report(at.texts.at(-1)?.id, "Failed", "4004");
      // The mail's job, and after it the text's own, which looks what became of its answer.
      for (const seconds of [2, 15]) {
        at.forward(seconds / 60);
        await at.work();
        expect([seconds, await at.risk()]).toEqual([seconds, "untold"]);
      }
      await at.wait(30, 5);
      expect(await at.told("a")).toContain(kind + " mail withheld no-address");
      expect([at.texts.length, await at.risk()]).toEqual([1, "untold"]);
    },
  );

  test("and is told by mail leaves no risk", async () => {
    const at = await told({ textNumber: NUMBER, mail: MAIL });
    at.answers.texts.push({ kind: "unknown" });
    at.chart.change("a", OFF);
    while (at.texts.length === 0) await at.wait(1);
    await at.report(at.texts.at(-1)?.id, "Failed", "4004");
    await at.wait(10);
    expect(await at.told("a")).toContain("cancellation mail accepted");
    expect(await at.risk()).toBeUndefined();
  });
});

describe("a text that failed after what came then seemed to be known by it", () => {
  const named = { patients: ["p-a2"] };
  test.each<[what: string, code: string, mail: string | undefined, says: readonly string[], risk?: "untold"]>(
    [
      ["is sent once more by what is told now", "4006", undefined, ["a moved"]],
      ["is followed by a mail that says what is so now", "4004", MAIL, []],
      ["leaves the visit at risk where nobody can be mailed", "4004", undefined, [], "untold"],
    ],
  )("%s", async (_what, code, mail, says, risk) => {
    const at = await told();
    at.combine();
    at.chart.recipients.set("p-a2", { textNumber: NUMBER, ...(mail !== undefined && { mail }) });
    await at.edit({ start: LATER }, named);
    expect(await at.told("a")).toContain("confirmation text withheld same-time");
    expect([at.texts.length, await at.risk()]).toEqual([1, undefined]);
    await at.report(at.texts.splice(0)[0]?.id, "Failed", code);
    await at.wait(8);
    expect([at.since(), at.mails.map(({ to }) => to), await at.risk()]).toEqual([
      says,
      mail ? [mail] : [],
      risk,
    ]);
  });

  test("is followed by nothing where what came then was told", async () => {
    const at = await told({ textNumber: NUMBER, mail: MAIL });
    await at.edit({ start: LATER });
    const [moved] = at.texts.splice(0);
    await at.edit(OFF);
    await at.report(moved?.id, "Failed", "4004");
    await at.wait(8);
    expect([at.since(), at.mails]).toEqual([["a canceled"], []]);
  });
});

describe("a mail that came back", () => {
  const BY_MAIL: Recipient = { mail: MAIL };
  const BOTH: Recipient = { textNumber: NUMBER, mail: MAIL };

  test.each(
    CHANGES.flatMap(([what, kind, change]) =>
      ["Bounced", "Suppressed", "Quarantined", "FilteredSpam", "Failed"].map(
        (status) => [what, status, kind, change] as const,
      ),
    ),
  )("leaves the visit at risk for %s: %s", async (_what, status, kind, change) => {
    const at = await told(BY_MAIL);
    await at.edit(change);
    expect([await at.told("a"), await at.risk()]).toEqual([
      expect.arrayContaining([kind + " mail accepted"]),
      undefined,
    ]);
    await at.mailReport(at.mails.at(-1)?.id, status);
    await at.wait(2);
    expect(await at.told("a")).toContain(`${kind} mail failed ${status.toLowerCase()}`);
    expect([at.mails.length, await at.risk()]).toEqual([1, "untold"]);
  });

  test.each(CHANGES)(
    "after a text that failed leaves the visit at risk for %s",
    async (_what, kind, change) => {
      const at = await told(BOTH);
      await at.edit(change);
      await at.report(at.texts.at(-1)?.id, "Failed", "4004");
      await at.wait(2);
      expect(await at.risk()).toBeUndefined();
      // Event Grid may bring it twice.
      for (let times = 0; times < 2; times += 1) {
        await at.mailReport(at.mails.at(-1)?.id, "Bounced");
        await at.wait(2);
      }
      expect(await at.told("a")).toContain(kind + " mail failed bounced");
      expect([at.mails.length, at.texts.length, await at.risk()]).toEqual([1, 1, "untold"]);
    },
  );

  test("of something that was told anew since leaves no risk", async () => {
    const at = await told(BY_MAIL);
    await at.edit({ start: LATER }, OFF);
    expect(await at.told("a")).toContain("cancellation mail accepted");
    await at.mailReport(at.mails[0]?.id, "Bounced");
    await at.wait(2);
    expect(await at.risk()).toBeUndefined();
  });

  test("of a first notice leaves whoever knows nothing from us to the clinic", async () => {
    const at = await told(BY_MAIL);
    at.chart.recipients.set("p-b", { mail: "bo@patients.example" });
    at.chart.book({ id: "b", start: LATER, patients: ["p-b"] });
    await at.wait(3);
    await at.mailReport(at.mails.at(-1)?.id, "Bounced");
    await at.wait(3);
    expect(await at.told("b")).toContain("confirmation mail failed bounced");
    expect((await at.parts.foundVisits.byId(at.visitOf("lamna", "b")))?.isUntold).toBeUndefined();
  });

  test("and that went because nobody is texted at night leaves the visit at risk, also for a first notice", async () => {
    const at = await told(BY_MAIL, { from: "08:00", to: "21:00" });
    at.chart.recipients.set("p-b", { textNumber: ANOTHER, mail: "bo@patients.example" });
    at.setClock("2027-01-04T22:00:00Z");
    at.chart.book({ id: "b", start: new Date("2027-01-05T08:10:00Z"), patients: ["p-b"] });
    await at.wait(3);
    expect((await at.told("b")).toSorted()).toEqual([
      "confirmation mail accepted",
      "confirmation text withheld night",
    ]);
    await at.mailReport(at.mails.at(-1)?.id, "Bounced");
    await at.wait(3);
    expect((await at.parts.foundVisits.byId(at.visitOf("lamna", "b")))?.isUntold).toBe(true);
  });

  test("of a patient who has died is no risk", async () => {
    const at = await told(BY_MAIL);
    await at.edit(OFF);
    at.chart.recipients.set("p-a", { ...BY_MAIL, gone: "deceased" });
    await at.mailReport(at.mails.at(-1)?.id, "Bounced");
    await at.wait(2);
    expect(await at.risk()).toBeUndefined();
  });
});

describe("a job that is given up", () => {
  const REQUESTS = ["create", "read", "list", "replace", "batch"] as const;
  type Request = (typeof REQUESTS)[number];

  /** The store refuses these requests for records of messages while `isAway`. */
  async function hospital(requests: readonly Request[]) {
    const state = { isAway: false };
    const store = (own: Store): Store => {
      const refuse = (request: Request, container: string) => {
        if (state.isAway && container === "messages" && requests.includes(request))
          throw new StoreFault("away");
      };
      return {
        ...own,
        create: async (...asked) => (refuse("create", asked[0]), own.create(...asked)),
        read: async (...asked) => (refuse("read", asked[0]), own.read(...asked)),
        list: async (...asked) => (refuse("list", asked[0]), own.list(...asked)),
        replace: async (...asked) => (refuse("replace", asked[0]), own.replace(...asked)),
      };
    };
    return { ...(await told(undefined, ALWAYS, { store })), state };
  }
  const WRITES = ["create", "replace"] as const;
  const jobOf = async ({ parts, visitOf }: Awaited<ReturnType<typeof told>>, id: string, what: string) =>
    (await parts.jobs.read(["message:" + visitOf("lamna", id), what].join(" ")))?.job;

  test.each(CHANGES)(
    "leaves the visit at risk, until it is tried again and told: %s",
    async (_what, kind, change) => {
      const at = await hospital(WRITES);
      at.state.isAway = true;
      at.chart.change("a", change);
      await at.wait(90);
      expect(await jobOf(at, "a", "change-2")).toMatchObject({ state: "poisoned", failures: 8 });
      expect([at.texts, await at.risk()]).toEqual([[], "untold"]);
      at.state.isAway = false;
      await at.wait(30);
      expect([at.texts, await at.risk()]).toEqual([[], "untold"]);
      await replayJob(at.parts.jobs, ["message:" + at.visitOf("lamna", "a"), "change-2"].join(" "), at.now());
      await at.wait(1);
      expect([await at.told("a"), await at.risk()]).toEqual([
        expect.arrayContaining([kind + " text accepted"]),
        undefined,
      ]);
    },
  );

  test.each(CHANGES)(
    "leaves the visit at risk while it fails, and before it is given up: %s",
    async (...[, , change]) => {
      const at = await hospital(WRITES);
      at.state.isAway = true;
      at.chart.change("a", change);
      await at.wait(1);
      expect(await at.risk()).toBeUndefined();
      await at.wait(9);
      expect(await jobOf(at, "a", "change-2")).toMatchObject({ state: "waiting" });
      expect(await at.risk()).toBe("untold");
      at.state.isAway = false;
      await at.wait(10);
      expect(await at.risk()).toBeUndefined();
    },
  );

  test.each(CHANGES)("by processes that vanished leaves the visit at risk: %s", async (...[, , change]) => {
    const at = await hospital([]);
    at.chart.change("a", change);
    for (const round of ["finding.near", "finding.soon"] as const) await at.round(round, "lamna");
    expect([at.texts, await at.risk()]).toEqual([[], undefined]);
    await at.undone["message"]?.({
      of: { visit: at.visitOf("lamna", "a"), what: "change-2", by: "any", as: "live" },
    });
    expect(await at.risk()).toBe("untold");
  });

  test("is not given up before it is known what the patient was told", async () => {
    const at = await hospital(REQUESTS);
    at.state.isAway = true;
    at.chart.change("a", OFF);
    await at.wait(90);
    at.state.isAway = false;
    await at.wait(5);
    expect([at.since(), await at.risk()]).toEqual([["a canceled"], undefined]);
  });

  type At = Awaited<ReturnType<typeof hospital>>;
  const remindsAlone = connectionOf("lamna", { messages: { kinds: ["reminder"] } });
  test.each<[what: string, so: (at: At) => void, isUntold: true | undefined]>([
    ["is at risk, as where it is too late", () => undefined, true],
    ["is none of a pilot", ({ messaging }) => void Object.assign(messaging, { isLive: false }), undefined],
    ["is none that the hospital tells itself", (at) => at.reset({ connections: [remindsAlone] }), undefined],
  ])("and was to tell somebody who knows nothing from us %s", async (_what, so, isUntold) => {
    const at = await hospital(WRITES);
    so(at);
    at.state.isAway = true;
    at.chart.book({ id: "b", start: LATER, patients: ["p-b"] });
    await at.wait(90);
    expect(await jobOf(at, "b", "change-1")).toMatchObject({ state: "poisoned" });
    expect((await at.parts.foundVisits.byId(at.visitOf("lamna", "b")))?.isUntold).toBe(isUntold);
  });

  test("and was to remind somebody is at risk, as where it is too late", async () => {
    const at = await hospital(WRITES);
    await at.wait(22 * 60 + 30, 30);
    at.since();
    at.state.isAway = true;
    await at.wait(80);
    const what = "reminder-15-" + TOLD_OF;
    expect([at.texts, await at.risk()]).toEqual([[], undefined]);
    await at.undone["message"]?.({
      of: { visit: at.visitOf("lamna", "a"), what, by: "any", as: "live" },
    });
    expect(await at.risk()).toBe("untold");
  });

  test.each([
    ["refused", { kind: "refused", reason: "recipient" }],
    ["in doubt", { kind: "unknown" }],
  ] as const)("once its text was %s leaves the visit at risk", async (_what, answer) => {
    const at = await hospital([]);
    at.answers.texts.push(...Array.from({ length: 40 }, () => answer));
    await at.edit(OFF);
    await at.wait(5);
    await at.parts.foundVisits.edit(at.visitOf("lamna", "a"), ({ isUntold: _, ...found }) => ({ found }));
    await at.undone["message"]?.({
      of: { visit: at.visitOf("lamna", "a"), what: "change-2", by: "any", as: "live" },
    });
    expect(await at.risk()).toBe("untold");
  });

  test("once its text has left is no risk", async () => {
    const at = await hospital(WRITES);
    at.chart.change("a", OFF);
    await at.wait(3);
    expect(at.since()).toEqual(["a canceled"]);
    await at.undone["message"]?.({
      of: { visit: at.visitOf("lamna", "a"), what: "change-2", by: "any", as: "live" },
    });
    expect(await at.risk()).toBeUndefined();
  });

  test.each([
    ["of what has changed since", "change-1"],
    ["of nothing that is known", "change-7"],
    ["of staff who run late", "late-2027-01-04T10:00:00.000Z"],
    ["that is named otherwise", "hello"],
  ])("and that is %s marks nothing", async (_what, what) => {
    const at = await hospital([]);
    at.answers.texts.push({ kind: "refused", reason: "recipient" });
    await at.edit({ start: LATER });
    await at.parts.foundVisits.edit(at.visitOf("lamna", "a"), ({ isUntold: _, ...found }) => ({ found }));
    await at.undone["message"]?.({ of: { visit: at.visitOf("lamna", "a"), what, by: "any", as: "live" } });
    expect(await at.risk()).toBeUndefined();
  });
});

describe("what is new in the chart, and was told to its patient at another time,", () => {
  const START = { start: LATER };
  const FAR = { start: new Date("2027-03-01T10:00:00Z") };
  test.each<[what: string, edits: readonly Partial<Booked>[], texts: readonly string[]]>([
    ["is moved for them: named by another id", [{ ...START, patients: ["p-a2"] }], ["a moved"]],
    [
      "is moved for them: named together with somebody for a while",
      [{ patients: ["p-a", "p-b"] }, { ...START, patients: ["p-a"] }],
      ["a moved"],
    ],
    [
      "is moved for them: given to somebody, and back",
      [{ patients: ["p-b"] }, { ...START, patients: ["p-a"] }],
      ["b first", "a moved"],
    ],
    ["is moved for them: far ahead, by another id", [{ ...FAR, patients: ["p-a2"] }], ["a moved"]],
    [
      "is moved for them: far ahead, after somebody was named besides",
      [{ patients: ["p-a", "p-b"] }, { ...FAR, patients: ["p-a"] }],
      ["a moved"],
    ],
    ["is new to whoever it is given to", [{ ...START, patients: ["p-b"] }], ["b first"]],
    ["is told to whoever it is given to once it is near", [{ ...FAR, patients: ["p-b"] }], []],
  ])("%s", async (_what, edits, texts) => {
    const at = await told();
    at.combine();
    await at.edit(...edits);
    expect(at.since()).toEqual(texts);
    expect(await at.risk()).toBeUndefined();
  });
});
