/** What the page says was just done, only where that is so: its address may be kept, and loaded again after the opposite. */
import { expect, test } from "vitest";
import type { HeldVisit } from "../../../../app/flows/provider/problems.ts";
import type { Said } from "../../../../app/flows/provider/said.ts";
import { saidNow, saidOfHeld } from "../../../../app/flows/provider/saidNow.ts";

type Now = Parameters<typeof saidNow>[1];
interface Change {
  readonly account?: object;
  readonly isMeetingClosed?: true;
  readonly isPicked?: true;
  readonly lateness?: string;
  readonly state?: string;
  readonly held?: Date;
}

/** An open visit, of which nothing is said or held back, joined as nobody. */
const now = ({ account, isMeetingClosed = false as never, isPicked = false as never, ...more }: Change) => {
  const { lateness = "offered", state = "open", held } = more;
  const open = { visit: { state, ...(held !== undefined && { held }) } };
  return { account, isMeetingClosed, isPicked, lateness: { kind: lateness }, open } as unknown as Now;
};
const ENDED = { state: "ended" };
const LATE = { lateness: "said" };
const HELD = { held: new Date(0) };
const LINKED = { account: {} };

test.each<[kind: Said["kind"], so: Change, not: Change]>([
  ["account-for-now", LINKED, {}],
  ["account-linked", LINKED, {}],
  ["account-unlinked", {}, LINKED],
  ["late-said", LATE, {}],
  ["late-said-since", LATE, {}],
  ["late-said-untexted", LATE, {}],
  ["late-taken-back", {}, LATE],
  ["link-off", ENDED, {}],
  ["links-closed", ENDED, {}],
  ["links-not-open", ENDED, {}],
  ["links-opened", {}, ENDED],
  ["links-opened-not-meeting", { isMeetingClosed: true }, {}],
  ["links-opened-not-meeting", { isMeetingClosed: true }, { ...ENDED, isMeetingClosed: true }],
  ["messages-held", HELD, {}],
  ["messages-held-before", HELD, {}],
  ["messages-held-since", HELD, {}],
  ["messages-let-go", {}, HELD],
  ["visit-chosen", { isPicked: true }, {}],
])("%s is said while it is so", (kind, so, not) => {
  expect(saidNow({ kind }, now(so))).toEqual({ kind });
  expect(saidNow({ kind }, now(not))).toBeUndefined();
});

test("that the links are open again says, too, that Teams still keeps the meeting closed", () => {
  const closed = { isMeetingClosed: true } as const;
  expect(saidNow({ kind: "links-opened" }, now(closed))).toEqual({ kind: "links-opened-not-meeting" });
  expect(saidNow({ kind: "links-opened" }, now({ ...closed, ...ENDED }))).toBeUndefined();
});

test("what is about the moment alone is said as it was asked for, and nothing of nothing", () => {
  const sent: Said = { kind: "link-sent", person: 2 };
  expect(saidNow(sent, now(ENDED))).toBe(sent);
  expect(saidNow(undefined, now({}))).toBeUndefined();
});

test("on a page without a visit, only what was done with messages is said, where it is so", () => {
  const held = [{} as HeldVisit];
  const said = (kind: Said["kind"], of: readonly HeldVisit[]) => saidOfHeld({ kind }, of)?.kind;
  expect([said("messages-let-go", []), said("messages-let-go", held)]).toEqual([
    "messages-let-go",
    undefined,
  ]);
  expect([said("messages-held-since", held), said("messages-held-since", [])]).toEqual([
    "messages-held-since",
    undefined,
  ]);
  expect([said("link-sent", []), said("link-sent", held), saidOfHeld(undefined, [])]).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
});
