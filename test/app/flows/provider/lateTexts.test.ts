/** A text has told the patient that staff run late: whoever takes that back reads so, before and after, and calls. */
import { renderToString } from "preact-render-to-string";
import { h } from "preact";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Presence } from "../../../../app/domain/presence.ts";
import type { Visit } from "../../../../app/domain/visit.ts";
import { nameOf } from "../../../../app/domain/visitMessages.ts";
import { lateTextsOf, textOfClick } from "../../../../app/flows/provider/lateTexts.ts";
import { openVisit } from "../../../../app/flows/provider/openVisit.ts";
import { saidIn } from "../../../../app/flows/provider/said.ts";
import { sayLate, sayOnTime } from "../../../../app/flows/provider/visitActions.ts";
import { visitPage } from "../../../../app/flows/provider/visitPage.tsx";
import { StoreFault } from "../../../../app/ports/store.ts";
import type { Message } from "../../../../app/records/messages.ts";
import { NOTHING_UNKNOWN } from "../../../../app/records/portalTexting.ts";
import type { Session } from "../../../../app/records/sessions.ts";
import { elementsOf, textOf } from "../../../../infra/rehearsal/visit/html.ts";
import { launched } from "../../../harness/launched.ts";

const MESSAGING = {
  ...{ number: "+18335550100", isApproved: true, isAgreed: true, isLive: true },
  ...{ textsPatientsOf: () => true, isStaff: () => false, unknown: NOTHING_UNKNOWN },
};

let at: ReturnType<typeof launched>;
let session: Session;
beforeEach(async () => {
  at = launched();
  at.shown.appointments = [at.appointment(10)];
  at.shown.patient = { ...at.shown.patient, textNumber: "+12025550123" };
  session = await at.begin();
});
afterEach(() => at.close());

const texting = (more: object = {}) =>
  at.withParts({
    ...{
      environment: "production",
      messageRules: { hours: "always", connections: [] },
      messaging: MESSAGING,
    },
    foundVisits: { byId: () => Promise.resolve({ standing: "on" }) },
    ...more,
  });

async function page(query = "", parts = texting()): Promise<string> {
  const open = await openVisit(at.parts, await at.again(session));
  if (open.kind !== "visit") throw new Error("no visit");
  const shown = visitPage(
    parts,
    ({ main }) => renderToString(h("main", {}, main)),
    await at.again(session),
    open,
    saidIn(new URLSearchParams(query)),
  );
  return (await shown).replaceAll("\u202f", " ");
}
/** What the page says of running late. */
const card = (html: string) => {
  const cards = elementsOf(html, ".card").map((one) => textOf(one.toString()));
  return cards.find((words) => words.startsWith("Running late")) ?? "none";
};
/** What the page's own form sends there. */
const formTo = (html: string, to: string) =>
  Object.fromEntries(
    elementsOf(html, `form[action$="${to}"] input`).map(({ attributes: { name = "", value = "" } }) => [
      name,
      value,
    ]),
  );
const clickLate = async () => sayLate(at.parts, await at.again(session), formTo(await page(), "/late"));
const takeBack = async () => sayOnTime(at.parts, await at.again(session), formTo(await page(), "/on-time"));
const visitNow = async () => {
  const open = await openVisit(at.parts, await at.again(session));
  if (open.kind !== "visit") throw new Error("no visit");
  return open.visit;
};
/** The text of the click that stands has left. */
async function textLeaves(state: "accepted" | "begun" = "accepted") {
  const { id, late, start } = await visitNow();
  const which = nameOf({ kind: "late", said: late ?? at.now() });
  const of = { visit: id, kind: "late", way: "text", start: start.toISOString(), which } as const;
  const { message } = await at.parts.messages.begin(of);
  return state === "begun" ? message : at.parts.messages.settle(message, { state });
}
const CALL =
  /The patient was texted at \d+:\d\d [AP]M that you are running late, and no text takes that back: call/;

test("whoever takes back what a text has told reads before, just after and later that the patient is to be called", async () => {
  await clickLate();
  expect(card(await page())).toContain(
    "If a text about it has reached the patient, no text takes that back: call",
  );
  await textLeaves();
  expect(card(await page())).toMatch(
    /The patient was texted at \d+:\d\d [AP]M, and no text takes that back: call when you take it back\./,
  );
  at.forward(1);
  expect(await takeBack()).toEqual({ kind: "late-taken-back" });
  const just = await page("said=late-taken-back");
  expect(textOf(elementsOf(just, "#said")[0]?.toString() ?? "")).toMatch(CALL);
  expect(card(just).match(/no text takes that back/g)).toHaveLength(1);
  at.forward(20);
  expect(card(await page())).toMatch(CALL);
});

test("a text of which nobody knows whether it has left is one that was perhaps sent", async () => {
  await clickLate();
  await textLeaves("begun");
  expect(card(await page())).toMatch(
    /The patient was perhaps texted at \d+:\d\d [AP]M, and no text takes that back/,
  );
  await takeBack();
  expect(card(await page())).toMatch(
    /The patient was perhaps texted at \d+:\d\d [AP]M that you are running late/,
  );
});

test("where no text has left, nobody is sent to call", async () => {
  await clickLate();
  await takeBack();
  for (const query of ["", "said=late-taken-back"])
    expect(card(await page(query))).not.toMatch(/no text takes/);
  // One that did not arrive has told nobody.
  await clickLate();
  const text = await textLeaves("begun");
  await at.parts.messages.settle(text, { state: "waiting" });
  expect(card(await page())).toContain("If a text about it has reached the patient");
  await at.parts.messages.settle(text, { state: "refused", code: "recipient" });
  expect(card(await page())).not.toMatch(/no text takes/);
  await takeBack();
  expect(card(await page())).not.toMatch(/no text takes/);
});

test("while the messages are held back since before the click, no text of it can have left; earlier ones still count", async () => {
  const hold = async () => at.parts.visits.holdMessages((await visitNow()).id);
  await clickLate();
  at.forward(1);
  await hold();
  // It may have left before.
  expect(card(await page())).toContain("If a text about it has reached the patient");
  await takeBack();
  at.forward(1);
  await clickLate();
  expect(card(await page())).not.toMatch(/no text takes/);
  await textLeaves();
  expect(card(await page())).toMatch(/The patient was texted at/);
});

test("where nobody is texted from here, nothing is said of texts", async () => {
  await clickLate();
  expect(card(await page("", at.parts))).not.toMatch(/no text takes/);
});

test("the patient goes by it for an hour, until staff come in, or until the visit is moved", async () => {
  await clickLate();
  const { begun } = await textLeaves();
  await takeBack();
  expect(card(await page())).toMatch(CALL);
  const visit = await visitNow();
  const moments = [{ at: new Date(begun), whereabouts: "in" }];
  const presences = {
    of: () => Promise.resolve({ ends: [], people: [{ key: "p", look: "staff", moments }] }),
  };
  expect(card(await page("", texting({ presences })))).not.toMatch(/no text takes/);
  const moved = {
    ...at.parts.messages,
    of: async () => (await at.parts.messages.of(visit.id)).map((one) => ({ ...one, start: begun })),
  };
  expect(card(await page("", texting({ messages: moved })))).not.toMatch(/no text takes/);
  at.forward(59);
  expect(card(await page())).toMatch(CALL);
  at.forward(1);
  expect(card(await page())).not.toMatch(/no text takes/);
  // Nobody needs to know any more who has come in since.
  const away = { of: () => Promise.reject(new StoreFault("it is away")) };
  expect(await page("", texting({ presences: away }))).not.toContain("cannot be read now");
});

test("a further text is offered as what it is, with how many there are at most", async () => {
  const promised = async () => /for an hour(.*?)\. A patient/.exec(card(await page()))?.[1];
  expect(await promised()).toBe(", and they get a text");
  for (const next of [
    ", and they get another text: 2 of at most 3",
    ", and they get another text: 3 of at most 3",
  ]) {
    await clickLate();
    await textLeaves();
    at.forward(1);
    await takeBack();
    expect(await promised()).toBe(next);
  }
  await clickLate();
  await textLeaves();
  await takeBack();
  expect(await promised()).toMatch(/^; no further text goes out/);
});

test("where what was sent cannot be read, no text is promised, and whoever takes it back is told to call", async () => {
  const messages = { ...at.parts.messages, of: () => Promise.reject(new StoreFault("it is away")) };
  const unread = (query = "") => page(query, texting({ messages }));
  expect(card(await unread())).toContain("; whether they get a text cannot be said now.");
  expect(card(await unread("said=late-taken-back"))).toContain(
    "Whether the patient was texted about it cannot be read now, and no text takes that back: call.",
  );
  await clickLate();
  expect(card(await unread())).toContain(
    "If a text about it has reached the patient, no text takes that back: call",
  );
});

describe("by which text the patient goes", () => {
  const NOW = new Date("2027-01-04T10:00:00Z");
  const ago = (minutes: number) => new Date(NOW.getTime() - minutes * 60_000);
  const VISIT = { start: ago(-10), state: "open" } as Visit;
  const said = (change: object = {}) =>
    ({
      ...{ kind: "late", state: "accepted", start: VISIT.start.toISOString() },
      ...{ begun: ago(5).toISOString(), which: nameOf({ kind: "late", said: ago(6) }), ...change },
    }) as Message;
  const STAFF_CAME = {
    ends: [],
    people: [{ key: "p", look: "staff", moments: [{ at: ago(1), whereabouts: "in" }] }],
  } as unknown as Presence;
  const nobodyAsks = () => Promise.reject(new Error("nobody asks"));
  const none = () => Promise.resolve(undefined);
  const texts = (sent: readonly Message[], presence: () => Promise<Presence | undefined> = none) =>
    lateTextsOf(NOW, VISIT, { sent }, { missing: new Set() }, presence);

  test("is the last that has left, and how sure that is; the others are counted", async () => {
    const [earlier, perhaps] = [said({ begun: ago(30).toISOString() }), said({ state: "begun" })];
    expect(await texts([said(), earlier])).toEqual({ count: 2, believed: { at: ago(5), isSure: true } });
    expect(await texts([perhaps, earlier])).toEqual({ count: 2, believed: { at: ago(5), isSure: false } });
  });

  test("is none where none has left, and nobody knows while what was sent cannot be read", async () => {
    for (const sent of [[], [said({ state: "withheld" })], [said({ kind: "link" })]])
      expect(await texts(sent, nobodyAsks)).toBeUndefined();
    const missing = new Set(["messages"] as const);
    expect(await lateTextsOf(NOW, VISIT, { sent: [said()] }, { missing }, nobodyAsks)).toBe("unread");
  });

  test.each<[why: string, sent: Message, presence: () => Promise<Presence | undefined>]>([
    ["is about another start", said({ start: ago(60).toISOString() }), nobodyAsks],
    ["left an hour ago", said({ begun: ago(60).toISOString() }), nobodyAsks],
    ["left before somebody of the staff came in", said(), () => Promise.resolve(STAFF_CAME)],
  ])("is counted, and gone by no more, where it %s", async (_why, sent, presence) => {
    expect(await texts([sent], presence)).toEqual({ count: 1 });
  });

  const OWN = said({ which: nameOf({ kind: "late", said: NOW }) });
  const own = (state: Message["state"]) => ({ ...OWN, state }) as Message;
  const believed = { at: ago(5), isSure: true };
  test.each<
    [
      what: string,
      of: Awaited<ReturnType<typeof texts>>,
      sent: readonly Message[],
      may: boolean,
      became: unknown,
    ]
  >([
    ["while what was sent cannot be read", "unread", [], false, "perhaps"],
    ["while the patient goes by an earlier one", { count: 1, believed }, [], false, believed],
    ["while nothing is known of it yet", undefined, [], true, "perhaps"],
    ["while it waits", { count: 1 }, [own("waiting")], true, "perhaps"],
    ["once it was refused", { count: 1 }, [own("refused")], true, undefined],
    ["once an earlier one was refused", { count: 1 }, [said({ state: "refused" })], true, "perhaps"],
    ["where patients are not texted", undefined, [], false, undefined],
  ])("what became of the click's own text, %s", (_what, of, sent, areTexted, became) => {
    expect(textOfClick(of, { sent }, { since: NOW, areTexted })).toEqual(became);
  });
});
