/** What the visit's page says and offers in each state: its cards by themselves, made from what they are given. */
import { renderToString } from "preact-render-to-string";
import type { VNode } from "preact";
import { describe, expect, test } from "vitest";
import type { Standing } from "../../../../app/domain/presence.ts";
import type { VisitId } from "../../../../app/domain/linkToken.ts";
import type { Person, Visit } from "../../../../app/domain/visit.ts";
import { UNWRITTEN } from "../../../../app/domain/found.ts";
import { HeldBack, HeldElsewhereCards } from "../../../../app/flows/provider/heldCard.tsx";
import { RunningLate } from "../../../../app/flows/provider/lateCard.tsx";
import type { Texted, Untexted } from "../../../../app/flows/provider/runningLate.ts";
import { Links } from "../../../../app/flows/provider/linkCards.tsx";
import { NotReadNotices } from "../../../../app/flows/provider/notReadNotice.tsx";
import type { ChartProblem, NotRead } from "../../../../app/flows/provider/notRead.ts";
import type { OpenVisit } from "../../../../app/flows/provider/opened.ts";
import { saidIn, toSay, wasDone, type Said } from "../../../../app/flows/provider/said.ts";
import { SaidNotice } from "../../../../app/flows/provider/saidNotice.tsx";
import { SendForm, SentList } from "../../../../app/flows/provider/sendCards.tsx";
import type { Sending } from "../../../../app/flows/provider/sending.ts";
import {
  CloseLinks,
  Ended,
  Heading,
  JoinCard,
  NotInChart,
} from "../../../../app/flows/provider/visitCards.tsx";
import type { VisitView } from "../../../../app/flows/provider/visitView.ts";
import type { Waiting } from "../../../../app/flows/provider/waiting.ts";
import { shownOf, WaitingCard } from "../../../../app/flows/provider/waitingCard.tsx";
import type { Message } from "../../../../app/records/messages.ts";
import { departmentOf } from "../../../harness/findingDeployment.ts";
import { attributesOf } from "../../../harness/html.ts";
import { elementsOf, textOf } from "../../../../infra/rehearsal/visit/html.ts";

const ZONE = "America/Chicago";
/** In Chicago, on the first of December. */
const at = (clock: string, day = "01") => new Date(`2026-12-${day}T${clock}:00-06:00`);
const CLINIC = departmentOf("lamna", { timeZone: ZONE, name: "Lamna Cardiology" });
const patient: Person = { number: 0, role: "patient", generation: 0 };
const visit: Visit = {
  id: "AAAAAAAAAAAAAAAA" as VisitId,
  kind: "appointment",
  connectionId: "lamna",
  departmentId: CLINIC.id,
  start: at("10:00"),
  end: at("10:30"),
  state: "open",
  organizer: "o",
  meeting: { id: "m", joinUrl: "https://teams.example/j" },
  people: [patient],
};
const appointment = { type: "Follow-up", status: "booked" } as NonNullable<OpenVisit["appointment"]>;
const sending: Sending = { isPossible: false, sent: [], chart: { isStopped: false }, language: "en" };

type Change = Omit<Partial<VisitView>, "open"> & {
  readonly visit?: Partial<Visit>;
  readonly open?: Partial<OpenVisit>;
};
function view({ visit: change, open, ...more }: Change = {}): VisitView {
  return {
    base: "/visits/L",
    open: {
      kind: "visit",
      patient: undefined,
      hints: [],
      notRead: [],
      department: CLINIC,
      visit: { ...visit, ...change },
      ...open,
    },
    account: undefined,
    links: new Map([0, 1, 2, 3].map((number) => [number, "https://a.example/j/" + String(number)])),
    messages: { en: "your visit", es: "su consulta" },
    invitation: "AAAAAAAAAAAA",
    sending,
    opensAt: at("09:30"),
    closesAt: at("14:30"),
    now: at("09:50"),
    waiting: { kind: "off" },
    lateness: { kind: "not-now" },
    missing: new Set(),
    isMeetingClosed: false,
    isPicked: false,
    isHoldable: false,
    ...more,
  };
}
const html = (shown: VNode) => renderToString(shown).replace(/\u202f/g, " ");
const words = (shown: VNode | string) => textOf(typeof shown === "string" ? shown : html(shown));
const someone = (look: Standing["look"], whereabouts: Standing["whereabouts"], since: string) =>
  ({ look, whereabouts, since: at(since) }) as Standing;

describe("what was just done", () => {
  const KINDS: Readonly<Record<Said["kind"], boolean>> = {
    "link-renewed": true,
    "link-off": true,
    "link-off-doubted": true,
    "guest-invited": true,
    "guest-removed": true,
    "late-said": true,
    "late-said-untexted": true,
    "late-taken-back": true,
    "links-closed": true,
    "links-opened": true,
    "account-linked": true,
    "account-for-now": true,
    "account-unlinked": true,
    "messages-held": true,
    "messages-let-go": true,
    "visit-chosen": true,
    "link-sent": true,
    "account-outdated": false,
    "not-signed-in": false,
    "account-other": false,
    "other-visit": false,
    "visit-moved": false,
    "links-anew": false,
    "none-picked": false,
    "guest-gone": false,
    "link-of-chart": false,
    "links-not-open": false,
    "links-over": false,
    "links-doubted": false,
    "links-unread": false,
    "links-opened-not-meeting": false,
    "late-said-since": false,
    "link-replaced": false,
    "late-said-before": false,
    "late-not-now": false,
    "messages-held-before": false,
    "messages-held-since": false,
    "link-perhaps-sent": false,
    "link-not-sent": false,
    "link-sent-before": false,
    "link-sent-often": false,
    "link-visit-often": false,
    "link-too-many": false,
    "link-to-nobody": false,
    "link-to-other": false,
    "link-to-two": false,
    "link-sending-off": false,
    "link-sent-unknown": false,
  };
  const kinds = Object.keys(KINDS) as Said["kind"][];

  test.each(kinds)("%s has words, and looks like done or not done", (kind) => {
    const notice = html(<SaidNotice said={{ kind }} />);
    expect(words(notice)).toMatch(/^[A-Z1].{15,}\.$/);
    expect([
      wasDone({ kind }),
      notice.includes('class="said"'),
      notice.includes('class="said not-done"'),
    ]).toEqual([KINDS[kind], KINDS[kind], !KINDS[kind]]);
    for (const said of [{ kind }, { kind, person: 0 }, { kind, person: 255 }])
      expect(saidIn(new URL("https://a.example/" + toSay(said)).searchParams)).toEqual({ said });
  });

  test("each has words of its own, and the address leads to them", () => {
    const all = kinds.map((kind) => words(<SaidNotice said={{ kind }} />));
    expect(new Set(all).size).toBe(kinds.length);
    expect(toSay({ kind: "link-sent" })).toBe("?said=link-sent#said");
    expect(toSay({ kind: "link-sent", person: 0 })).toBe("?said=link-sent&person=0#said");
  });

  test.each([
    ["", {}],
    ["said=", {}],
    ["said=toString", {}],
    ["said=%3Cb%3E", {}],
    ["said=link-sent&person=256", { said: { kind: "link-sent" } }],
    ["said=link-sent&person=-1", { said: { kind: "link-sent" } }],
    ["said=link-sent&person=0.5", { said: { kind: "link-sent" } }],
    ["said=link-sent&person=x", { said: { kind: "link-sent" } }],
  ])("an address picks one of our own sentences or none: %j", (query, said) => {
    expect(saidIn(new URLSearchParams(query))).toEqual(said);
  });
});

describe("who waits", () => {
  const told = (more: object = {}): Waiting => ({ kind: "told", people: [], isPatient: false, ...more });
  const over = (more: object = {}): Waiting => ({
    kind: "over",
    because: "ended",
    people: [],
    isTold: true,
    ...more,
  });
  const lobby = [someone("outside", "lobby", "09:51")];
  const shown = (waiting: Waiting, now = at("09:00")) => shownOf(waiting, { visit, zone: ZONE, now });

  test.each<[string, Waiting, string, string | undefined]>([
    [
      "off",
      { kind: "off" },
      "Live status is off in this deployment: who waits is seen in Teams alone.",
      undefined,
    ],
    [
      "not yet",
      { kind: "not-yet", from: at("09:15") },
      "Who waits is shown here from 9:15 AM on.",
      undefined,
    ],
    [
      "not yet, on another day",
      { kind: "not-yet", from: at("09:15", "02") },
      "Who waits is shown here from Wednesday, December 2, 9:15 AM on.",
      undefined,
    ],
    ["soon", { kind: "soon" }, "Teams is being asked who waits.", undefined],
    ["nobody", told(), "Nobody is waiting Teams has said nothing yet.", undefined],
    [
      "heard",
      told({ heard: at("09:52") }),
      "Nobody is waiting Teams last said something at 9:52 AM.",
      undefined,
    ],
    [
      "one",
      told({ people: lobby }),
      "Somebody is waiting A guest has waited since 9:51 AM Teams has said nothing yet.",
      "Somebody is waiting",
    ],
    [
      "the patient, and staff",
      told({ people: [someone("staff", "in", "09:50"), ...lobby], isPatient: true }),
      "The patient is waiting The patient has waited since 9:51 AM Somebody with an account of the hospital has been in the meeting since 9:50 AM Teams has said nothing yet.",
      "The patient is waiting",
    ],
    [
      "one of several patients",
      told({ people: lobby, isPatient: true, sharedBy: 2 }),
      "One of 2 patients is waiting One of 2 patients has waited since 9:51 AM Teams has said nothing yet.",
      "One of 2 patients is waiting",
    ],
    [
      "two",
      told({ people: [someone("phone", "lobby", "09:50"), someone("unnamed", "lobby", "09:51")] }),
      "2 people are waiting Somebody by telephone has waited since 9:50 AM Somebody whom Teams does not name has waited since 9:51 AM Teams has said nothing yet.",
      "2 people are waiting",
    ],
    [
      "somebody who may be the patient",
      told({ people: [someone("staff", "in", "09:51")], mayBePatient: true }),
      "Somebody who may be the patient is in the meeting The patient’s link was opened shortly before. It may be the patient: whoever is signed in with an account of the hospital does not wait to be let in. Or it is a colleague who did not join from a visit’s page. Look in Teams. Somebody with an account of the hospital has been in the meeting since 9:51 AM Teams has said nothing yet.",
      "Somebody who may be the patient is in the meeting",
    ],
    [
      "of who left, the last three",
      told({ people: ["1", "2", "3", "4"].map((minute) => someone("attendee", "left", "09:4" + minute)) }),
      "Nobody is waiting" +
        ["2", "3", "4"]
          .map((minute) => ` Somebody whom Teams does not name left at 9:4${minute} AM`)
          .join("") +
        " Teams has said nothing yet.",
      undefined,
    ],
    [
      "a gap",
      told({ gap: at("09:48") }),
      "Nobody is known to be waiting Teams has said nothing yet. Until 9:48 AM Teams did not tell all: look there, too.",
      undefined,
    ],
    [
      "what was not read",
      told({ isBehind: true, people: lobby }),
      "Somebody is waiting A guest has waited since 9:51 AM Teams has said nothing yet. Something that Teams told since has not been read yet: look there, too.",
      "Somebody is waiting",
    ],
    [
      "what was not read, of nobody",
      told({ isBehind: true }),
      "Nobody is known to be waiting Teams has said nothing yet. Something that Teams told since has not been read yet: look there, too.",
      undefined,
    ],
    ["over", over(), "The links of this visit were closed. Nobody new can join.", undefined],
    [
      "over by itself",
      over({ because: "closed" }),
      "The links of this visit have closed. Nobody new can join.",
      undefined,
    ],
    [
      "cancelled",
      over({ because: "cancelled" }),
      "The chart has canceled this visit. Nobody new can join.",
      undefined,
    ],
    [
      "over, somebody waits",
      over({ people: lobby }),
      "The links of this visit were closed. Nobody new can join. Somebody waits in Teams all the same: admit them and say so, or call. A guest has waited since 9:51 AM",
      undefined,
    ],
    [
      "over, somebody waited",
      over({ people: lobby, isTold: false, heard: at("09:52") }),
      "The links of this visit were closed. Nobody new can join. Somebody waited in Teams when it told last, at 9:52 AM: look there and say so, or call. A guest began to wait at 9:51 AM",
      undefined,
    ],
    [
      "over, somebody was in or left",
      over({ people: [someone("staff", "in", "09:51"), someone("phone", "left", "09:52")], isTold: false }),
      "The links of this visit were closed. Nobody new can join. Somebody with an account of the hospital came into the meeting at 9:51 AM Somebody by telephone left at 9:52 AM",
      undefined,
    ],
    [
      "over, somebody waited, it is not known when",
      over({ people: lobby, isTold: false }),
      "The links of this visit were closed. Nobody new can join. Somebody waited in Teams when it told last: look there and say so, or call. A guest began to wait at 9:51 AM",
      undefined,
    ],
  ])("%s: in words, and what is read out", (_what, waiting, text, say) => {
    const { html: now } = shown(waiting);
    expect(words(now)).toBe(text);
    expect(now).toMatch(
      /^<div data-visit="AAAAAAAAAAAAAAAA" data-start="2026-12-01T16:00:00.000Z" data-links(="")?[ >]/,
    );
    const anew = shownOf({ kind: "soon" }, { visit: { ...visit, epoch: 7 }, zone: ZONE, now: at("09:50") });
    expect(anew.html).toContain('data-links="7"');
    expect(/data-say="([^"]*)"/.exec(now)?.[1]).toBe(say);
    expect(now.includes(" data-alone=")).toBe(say?.startsWith("Somebody who may be") === true);
  });

  test.each(["limit", "not-reached", "refused", "unavailable"] as const)(
    "nothing is known, or nothing new, and the page says why: %s",
    (reason) => {
      const text = words(shown({ kind: "unavailable", reason }).html);
      expect(text).toMatch(
        /^Live status unavailable: who waits is seen in Teams alone\. Microsoft .{20,}\.$/,
      );
      const [, why = ""] = text.split("alone. ");
      const after = words(shown(told({ trouble: reason, people: lobby })).html);
      expect(after).toContain("Nothing new comes: who waits now is seen in Teams alone. " + why);
      expect(after).toMatch(/^Somebody was waiting/);
      expect(words(shown(told({ trouble: reason })).html)).toMatch(/^Nobody was waiting/);
      const two = [...lobby, ...lobby];
      expect(words(shown(told({ trouble: reason, people: two })).html)).toMatch(/^2 people were waiting/);
    },
  );

  test("a change has a mark of its own, what is the same has the same", () => {
    expect(shown(told()).tag).toMatch(/^[\w-]{16}$/);
    expect(shown(told()).tag).toBe(shown(told()).tag);
    expect(shown(told({ people: lobby })).tag).not.toBe(shown(told()).tag);
  });

  test("the card is live where Teams tells, offers to call, and says who waits there", () => {
    const off = html(<WaitingCard {...view()} />);
    expect(off).not.toMatch(/data-live=|data-attention/);
    const on = html(<WaitingCard {...view({ waiting: { kind: "soon" } })} />);
    expect(on).toContain('data-live="/visits/L/waiting"');
    expect(on).toContain("data-attention");
    for (const why of ["other", "none", "lost", "moved"])
      expect(elementsOf(on, `p[data-live-${why}][hidden]`)).toHaveLength(1);
    expect(words(on)).toContain(
      "Patients wait in the waiting room (Teams says lobby) until you admit them. People type their own name",
    );
    const consult = words(<WaitingCard {...view({ visit: { kind: "consult" } })} />);
    expect(consult).toContain(
      "Guests wait in the waiting room (Teams says lobby) until you admit them. Nobody can be written",
    );
  });
});

describe("the heading", () => {
  test("says what the visit is, when, where, and how the chart has it", () => {
    expect(words(<Heading {...view({ open: { appointment } })} />)).toBe(
      "Follow-up Starts in 10 min · 10:00 – 10:30 AM Central (CST) Lamna Cardiology Booked as of 9:50 AM",
    );
    expect(words(<Heading {...view()} />)).toMatch(/^Video visit .* Lamna Cardiology Chart as of/);
    expect(words(<Heading {...view({ visit: { kind: "consult" } })} />)).toMatch(/^Consult /);
    const ended = view({ open: { appointment }, visit: { state: "ended" } });
    expect(words(<Heading {...ended} />)).not.toContain("Booked");
  });

  test("says what has changed: that it was moved, and that it was another patient's", () => {
    const moved = words(<Heading {...view({ visit: { movedFrom: at("09:00") } })} />);
    expect(moved).toContain(
      "This visit was moved It was planned for 9:00 AM. The patient’s link is still good",
    );
    expect(moved).not.toContain("Guests");
    const relinked = words(<Heading {...view({ visit: { relinked: at("08:00") } })} />);
    expect(relinked).toContain(
      "All its links were replaced on Tuesday, December 1, 2026, 8:00 AM Central Standard Time:",
    );
    expect(words(<Heading {...view()} />)).not.toMatch(/moved|another patient/);
  });

  test("says as of when the chart is, in one way with the notices", () => {
    const chart = { kind: "chart", problem: "chart-unavailable", readAt: at("09:30") } as const;
    const { readAt: _never, ...never } = chart;
    const asOf = (open: Partial<OpenVisit>, visit: Partial<Visit> = {}) => {
      const shown = view({ open, visit });
      const notices = <NotReadNotices notRead={shown.open.notRead} zone={ZONE} now={shown.now} />;
      return [...(words(<Heading {...shown} />) + words(notices)).matchAll(/as of ([^.]*?[AP]M)/g)].map(
        ([, moment]) => moment,
      );
    };
    expect(asOf({})).toEqual(["9:50 AM"]);
    expect(asOf({ notRead: [chart] })).toEqual(["9:30 AM", "9:30 AM"]);
    // What was read the evening before has its day.
    const [head, notice] = asOf({ notRead: [{ ...chart, readAt: new Date("2026-11-30T23:50:00-06:00") }] });
    expect([head, notice]).toEqual([expect.stringMatching(/November 30.* 11:50 PM$/), head]);
    for (const notRead of [never, { kind: "appointment-hidden" } as const])
      expect(asOf({ notRead: [notRead] })).toEqual([]);
    expect(asOf({ notRead: [{ kind: "meeting-behind" }] })).toEqual(["9:50 AM"]);
    expect(asOf({}, { kind: "consult" })).toEqual([]);
  });

  test("does not say that a visit starts whose links are closed", () => {
    const heading = (now: Date) => words(<Heading {...view({ visit: { state: "ended" }, now })} />);
    expect(heading(at("09:50"))).toMatch(/^Video visit 10:00 – 10:30 AM Central \(CST\) Lamna/);
    expect(heading(at("10:10"))).not.toContain("Started");
    expect(heading(at("10:31"))).toContain("Ended 1 min ago");
  });

  test.each([
    ["arrived", ["p-1"], "Arrived"],
    ["arrived", ["p-1", "p-1"], "Arrived"],
    ["arrived", ["p-1", "p-2"], "At least one of 2 patients has arrived"],
    ["checked-in", ["p-1", "p-2", "p-3"], "At least one of 3 patients has checked in"],
    ["booked", ["p-1", "p-2"], "Booked"],
  ] as const)("of several patients does not say that all have come: %s, %j", (status, patients, said) => {
    const shown = html(
      <Heading {...view({ open: { appointment: { ...appointment, status, patients } } })} />,
    );
    expect(/<span class="badge calm">([^<]+)/.exec(shown)?.[1]).toBe(said);
  });

  test.each([
    "proposed",
    "pending",
    "waitlist",
    "booked",
    "arrived",
    "checked-in",
    "fulfilled",
    "cancelled",
    "noshow",
    "entered-in-error",
    "unknown",
  ] as const)("has a word for the status %s", (status) => {
    const said = html(<Heading {...view({ open: { appointment: { ...appointment, status } } })} />);
    expect(said).toMatch(/<span class="badge calm">[A-Z][^<]{4,}<\/span>/);
  });
});

describe("joining", () => {
  test("needs an account, which is asked for once", () => {
    const card = html(<JoinCard {...view()} />);
    expect(card).toContain('href="/visits/L/sign-in"');
    expect(words(card)).toBe("Sign in to join Once only: you are asked which Microsoft account is yours.");
  });

  test("is not there while the only meeting is another patient's", () => {
    const meeting = { ...visit.meeting, knownTo: "another" } as const;
    for (const account of [undefined, { id: "o-1", name: "Ann", userName: "ann@x" }]) {
      const card = html(<JoinCard {...view({ visit: { meeting }, account })} />);
      expect(words(card)).toContain("There is no meeting yet");
      expect(card).not.toMatch(/teams\.example|sign-in/);
    }
  });

  test("is done as the account that is linked, which can be another or none", () => {
    const account = { id: "o-1", name: "Robin", userName: "robin@lamna.example" };
    const card = html(<JoinCard {...view({ account })} />);
    expect(card).toContain('href="https://teams.example/j"');
    expect(card).toContain('href="/visits/L/sign-in?account=other"');
    expect(card).toContain('action="/visits/L/unlink"><input type="hidden" name="account" value="o-1"');
    expect(words(card)).toContain(
      "You join as Robin robin@lamna.example Use another account Unlink Robin Teams opens",
    );
    const unnamed = words(
      <JoinCard {...view({ account: { id: "o-1", name: undefined, userName: undefined } })} />,
    );
    expect(unnamed).toContain(
      "You join as the Microsoft account that you linked Use another account Unlink this account",
    );
  });

  test.each([
    "account-linked",
    "account-unlinked",
    "account-outdated",
    "account-other",
    "not-signed-in",
  ] as const)("says here what became of the account: %s", (kind) => {
    expect(html(<JoinCard {...view({ said: { kind } })} />)).toContain('id="said"');
    expect(html(<JoinCard {...view({ said: { kind: "link-sent" } })} />)).not.toContain('id="said"');
  });
});

describe("the end", () => {
  test("says since when nobody can join, and lets the links be opened again", () => {
    const closed = html(<Ended {...view({ visit: { state: "ended", closedAt: at("09:45") } })} />);
    expect(words(closed)).toBe(
      "Links closed at 9:45 AM Nobody new can join this visit. People who are in Teams stay until the meeting is ended there. Open the links again",
    );
    expect(closed).toContain('action="/visits/L/reopening"');
    expect(closed).not.toContain('id="said"');
    const said = view({ visit: { kind: "consult" }, said: { kind: "links-closed" } });
    expect(words(<Ended {...said} />)).toMatch(
      /^The links are closed Nobody new can join this consult\..* Links closed\./,
    );
  });

  test("is offered apart, and says when the links work again", () => {
    const offered = html(<CloseLinks {...view()} />);
    expect([offered.includes('action="/visits/L/end"'), offered.includes('id="said"')]).toEqual([
      true,
      false,
    ]);
    expect(offered).toContain('class="close-links"');
    expect(html(<CloseLinks {...view({ said: { kind: "links-opened" } })} />)).toContain('id="said"');
  });

  test.each(UNWRITTEN)("says that the chart does not say so, and why: %s", (unwritten) => {
    const open = words(<NotInChart {...view({ unwritten })} />);
    expect(open).toMatch(/^The chart does not say that the patient has come \S.{20,}\. Where it matters/);
    const ended = words(<Ended {...view({ unwritten, visit: { state: "ended" } })} />);
    expect(ended).toContain("The chart does not say that the visit is over");
    expect(words(<NotInChart {...view()} />)).toBe("");
  });

  test("each reason why the chart does not say so has words of its own", () => {
    expect(new Set(UNWRITTEN.map((unwritten) => words(<NotInChart {...view({ unwritten })} />))).size).toBe(
      UNWRITTEN.length,
    );
  });
});

describe("running late", () => {
  test("is offered in time, with whether a text goes out", () => {
    expect(words(<RunningLate {...view()} />)).toBe("");
    const offer = (texted: Texted) =>
      html(<RunningLate {...view({ lateness: { kind: "can-be-said", texted } })} />);
    expect(words(offer("yes"))).toContain(
      "then says so for an hour, and they get a text. A patient who already waits",
    );
    expect(words(offer("no"))).toContain(
      "then says so for an hour; no text goes out from here. A patient who already waits",
    );
    expect(words(offer("staff"))).toContain("for an hour; a text goes to listed staff alone. A patient who");
    expect(words(offer("unknown"))).toContain(
      "then says so for an hour; whether they get a text cannot be said now. A patient who already waits",
    );
    expect(offer("yes")).toContain('action="/visits/L/late"');
  });

  const CALL: Readonly<Record<Untexted, boolean>> = {
    "several-patients": true,
    "not-found": true,
    declined: true,
    held: true,
    deceased: false,
    inactive: true,
    replaced: true,
    preference: true,
    "prefers-mail": true,
    "no-mobile": true,
    "opted-out": true,
    "late-often": false,
  };
  test.each(Object.entries(CALL) as [Untexted, boolean][])(
    "is offered with why no text goes out for this visit, and whether to call instead: %s",
    (texted, isCall) => {
      const said = words(<RunningLate {...view({ lateness: { kind: "can-be-said", texted } })} />);
      const [, promise = ""] = /says so for an hour; ([^.]+)\. A patient/.exec(said) ?? [];
      expect(promise).toMatch(/^(?:no (?:further )?text goes out, because|a text goes out only if)/);
      expect(promise.endsWith(": call")).toBe(isCall);
    },
  );

  test("that was said is taken back as it was said", () => {
    const lateness = { kind: "said", since: at("09:40"), until: at("10:40") } as const;
    const said = html(<RunningLate {...view({ lateness })} />);
    expect(words(said)).toContain(
      "You said at 9:40 AM that you are running late. The patient’s page says so until 10:40 AM,",
    );
    expect(said).toContain('action="/visits/L/on-time"');
    expect(said).toContain('name="late" value="2026-12-01T15:40:00.000Z"');
  });

  test.each(["late-said", "late-said-before", "late-said-since", "late-taken-back", "late-not-now"] as const)(
    "says here what became of it: %s",
    (kind) => {
      expect(html(<RunningLate {...view({ said: { kind } })} />)).toContain('id="said"');
      expect(html(<RunningLate {...view({ said: { kind: "link-sent" } })} />)).toBe("");
    },
  );
});

describe("messages that are held back", () => {
  const held = at("09:40");

  test("can be held back where there may be any, folded, with what that means", () => {
    expect(html(<HeldBack {...view()} />)).toBe("");
    const offer = html(<HeldBack {...view({ isHoldable: true })} />);
    expect(offer).toMatch(/^<details class="card fold">/);
    expect(offer).toContain('action="/visits/L/messages-held"');
    expect(offer).toContain(`name="visit" value="${visit.id}"`);
    expect(words(offer)).toMatch(
      /no reminder, and not that this visit was moved, canceled or runs late\. You then call the patient about any change\./,
    );
  });

  test("are named since when, with whom to call, and are let go as they were held back", () => {
    for (const isHoldable of [true, false]) {
      const card = html(<HeldBack {...view({ isHoldable, visit: { held } })} />);
      expect(words(card)).toMatch(
        /^Messages are held back Since 9:40 AM, the connector writes nothing .*runs late\. Call the patient about any change\./,
      );
      expect(card).toContain('action="/visits/L/messages-again"');
      expect(card).toContain(`name="held" value="${held.toISOString()}"`);
      expect(card).not.toContain("/messages-held");
    }
    const dayBefore = new Date(held.getTime() - 86_400_000);
    expect(words(<HeldBack {...view({ visit: { held: dayBefore } })} />)).toContain(
      "Since Monday, November 30, 9:40 AM,",
    );
  });

  test.each(["messages-held", "messages-held-before", "messages-let-go", "messages-held-since"] as const)(
    "are said here to be as they are now: %s",
    (kind) => {
      for (const change of [{}, { isHoldable: true }, { visit: { held } }])
        expect(html(<HeldBack {...view({ ...change, said: { kind } })} />)).toContain('id="said"');
      const ended = { held, state: "ended" } as const;
      expect(html(<HeldBack {...view({ visit: ended, said: { kind } })} />)).not.toContain('id="said"');
      expect(html(<HeldBack {...view({ said: { kind: "link-sent" } })} />)).toBe("");
    },
  );

  test("of another visit are as wide as the page that they are on: a visit's is wide, any other one is narrow", () => {
    const one = { visit: visit.id, start: visit.start, since: held, department: CLINIC, isOff: false };
    const card = (isBeside?: true) =>
      html(
        <HeldElsewhereCards
          of={{ launchId: "L" }}
          held={[one]}
          now={at("09:50")}
          {...(isBeside && { isBeside })}
        />,
      );
    expect([card(), card(true)].map((its) => /^<[^>]*class="([^"]*)"/.exec(its)?.[1])).toEqual([
      "card narrow",
      "card",
    ]);
  });

  test("leave a patient who is to be called where the visit was moved", () => {
    const moved = (change: Partial<Visit>) =>
      words(<Heading {...view({ visit: { movedFrom: at("08:00"), ...change } })} />);
    const CALL_THEM = "Its messages are held back, so the patient may not know of this: call.";
    expect(moved({ held })).toContain(`shows the new time. ${CALL_THEM}`);
    expect(moved({})).not.toContain(CALL_THEM);
    expect(words(<Heading {...view({ visit: { held } })} />)).not.toContain(CALL_THEM);
  });

  test("bring no new link, and the page says so before and after", () => {
    const row = (more: Change) => words(<Links {...view({ ...more })} />);
    const to = { way: "text", to: "(•••) •••-0123" } as const;
    const free = row({ unasked: to });
    expect(free).toContain(
      "Is that somebody else’s? Correct it there first, or hold back messages on this page.",
    );
    const isHeld = { unasked: { ...to, isHeld: true }, visit: { held } } as const;
    const before = row(isHeld);
    const none =
      "The messages of this visit are held back: until they are let go, none brings the new link by itself to (•••) •••-0123, the number in the chart.";
    expect(before).toContain(none);
    expect(before).not.toMatch(/somebody else’s|bring the new link/);
    expect(row({ ...isHeld, said: { kind: "link-renewed", person: 0 } }).split(none)).toHaveLength(3);
  });
});

describe("what could not be read", () => {
  const notice = (...notRead: NotRead[]) =>
    words(<NotReadNotices notRead={notRead} zone={ZONE} now={at("09:50")} />);

  test("of the chart says how it answered, if it did", () => {
    const chart = { kind: "chart", problem: "chart-unavailable" } as const;
    expect(notice({ ...chart, answered: "error" })).toMatch(/^The chart answers with an error Times/);
    expect(notice({ ...chart, answered: "busy" })).toMatch(/^The chart asks to slow down Times/);
  });

  test("of the chart says as of when the times are", () => {
    expect(notice({ kind: "chart", problem: "chart-unavailable", readAt: at("09:30") })).toMatch(
      /^The chart is not answering Times are as of 9:30 AM\. You can still join,/,
    );
    expect(notice({ kind: "chart", problem: "chart-unavailable" })).toContain(
      "Times are as this page last knew them.",
    );
  });

  test("of a removed department, too, promises nobody to get in while Teams keeps the meeting closed", () => {
    const removed = { kind: "department-removed" } as const;
    expect(notice(removed)).toContain("You can still join, and links can be replaced and closed.");
    const both = notice(removed, { kind: "meeting-closed" });
    expect(both).toContain("not set up any more Links can be replaced and closed. The hospital is named");
    expect(both).not.toContain("You can still join");
  });

  test("of the chart promises nobody to get in while Teams keeps the meeting closed", () => {
    const both = notice({ kind: "chart", problem: "chart-unavailable" }, { kind: "meeting-closed" });
    expect(both).toContain(
      "last knew them. Links can be copied and replaced. Teams still keeps this meeting",
    );
    expect(both).not.toContain("You can still join");
  });

  /** Whether clinicians are sent to IT by the page; the compiler refuses this table if a problem is missing. */
  const SENDS_TO_IT: Readonly<Record<ChartProblem, boolean>> = {
    "chart-unavailable": false,
    "sign-in-unavailable": false,
    "whose-untold": false,
    "chart-refused": true,
    "chart-not-fhir": true,
    "clocks-differ": true,
    "code-refused": true,
    "connection-failing": true,
    "keys-unreadable": true,
    "not-staff": true,
    "proof-missing": true,
    "registration-refused": true,
    "scopes-trimmed": true,
    "session-over": true,
    "sign-in-refused": true,
    "sign-in-unproven": true,
    "token-refused": true,
  };
  const problems = Object.keys(SENDS_TO_IT) as ChartProblem[];

  test.each(problems)("of the chart has words for %s, and says whom to tell", (problem) => {
    const told = notice({ kind: "chart", problem });
    expect(told).toMatch(/^(The chart|A patient’s record)\S* \S.{10,} Times are .{60,}\.$/);
    expect(/[Tt]ell your IT help desk/.test(told)).toBe(SENDS_TO_IT[problem]);
    expect(told.includes("is not answering")).toBe(/^(chart|sign-in)-unavailable$/.test(problem));
  });

  test("of the chart has words of its own for each problem", () => {
    const all = problems.map((problem) => notice({ kind: "chart", problem }));
    expect(new Set(all).size).toBe(problems.length);
  });

  test.each([
    "appointment-hidden",
    "department",
    "location",
    "meeting-behind",
    "meeting-closed",
    "consult",
  ] as const)("of something else says so: %s", (kind) => {
    expect(notice({ kind })).toMatch(
      /^(The chart does not show you|The appointment’s location is not set up|The chart does not show the appointment’s location|Teams has not taken over|Teams still keeps|The consult could not be started).{60,}\.$/,
    );
    expect(notice({ kind }, { kind: "chart", problem: "session-over" })).toContain("ended your session");
  });

  test("is nothing where all was read", () => {
    expect(notice()).toBe("");
  });
});

describe("the links", () => {
  const guests: readonly Person[] = [
    { number: 1, role: "guest", generation: 2 },
    { number: 2, role: "interpreter", generation: 0 },
    { number: 3, role: "relative", generation: 0 },
    { number: 4, role: "colleague", generation: 0, ofChart: true },
  ];
  test("say that somebody has opened the patient's who must have come by it, whatever their browser says", () => {
    const said = (people: readonly object[], guests: readonly Person[] = [], generation = 0) => {
      const waiting = { kind: "told", people, isPatient: false } as unknown as VisitView["waiting"];
      const unopened = { number: 0, role: "patient", generation } as const;
      return words(
        rowsOf(<Links {...view({ visit: { people: [unopened, ...guests] }, waiting })} />)[0] ?? "",
      );
    };
    const someone = (look: string, whereabouts = "in") => ({ look, whereabouts, since: new Date(0) });
    const chartsOwn = { number: 4, role: "colleague", generation: 0, ofChart: true } as const;
    for (const where of ["lobby", "in", "left"])
      expect(said([someone("staff"), someone("outside", where)], [chartsOwn])).toMatch(
        /^Patient Opened: somebody has come by it /,
      );
    const notKnown = /^Patient Not known whether the link was opened /;
    expect(said([someone("attendee")], guests)).toMatch(notKnown);
    expect(said([someone("outside")], [], 1)).toMatch(notKnown);
    for (const look of ["staff", "phone", "unnamed"])
      expect(said([someone(look)])).toMatch(/^Patient Link not seen to be opened yet /);
  });
  const rowsOf = (shown: VNode) => elementsOf(html(shown), "li.person").map(({ outerHTML }) => outerHTML);
  const withGuests = (change: Change = {}) =>
    view({ visit: { people: [patient, ...guests], ...change.visit }, ...change });

  test("have a row each, the patient's first; of a guest one can be removed", () => {
    const rows = rowsOf(<Links {...withGuests()} />);
    expect(rows.map((row) => words(row).slice(0, 40))).toEqual([
      expect.stringMatching(/^Patient Link not seen to be opened yet/),
      expect.stringMatching(/^Interpreter Guest 2/),
      expect.stringMatching(/^Family or caregiver Guest 3/),
      expect.stringMatching(/^Guest Guest 1/),
    ]);
    expect(rows.map((row) => row.includes("/removals"))).toEqual([false, true, true, true]);
    expect(rows.map((row) => row.includes('id="message-en"'))).toEqual([true, false, false, false]);
    expect(rows.map((row) => attributesOf(row, "[id^=link-]", "id")[0])).toEqual([
      "link-patient",
      "link-2",
      "link-3",
      "link-1",
    ]);
    expect(rows.map((row) => attributesOf(row, "[aria-label]", "aria-label")[0])).toEqual([
      "The patient’s link",
      "The link of guest 2",
      "The link of guest 3",
      "The link of guest 1",
    ]);
    expect(rows[3]).toContain('value="https://a.example/j/1"');
    expect(rows[3]).toContain('name="person" value="1"');
    expect(rows[3]).toContain('name="generation" value="2"');
    expect(rows[3]).toContain('data-copied="The link of guest 1 is copied"');
    expect(words(rows[3] ?? "")).toContain("Turn off the old link? Whoever has it can no longer join");
    expect(words(rows[0] ?? "")).toContain("Turn off the old link? The patient can no longer join");
    expect(words(rows[3] ?? "")).toContain("New link of guest 1");
    expect(words(rows[0] ?? "")).toContain("New link of the patient");
    expect(words(rows[3] ?? "")).toContain("Remove guest 1");
  });

  test.each<[VisitView["unasked"], string | undefined]>([
    [{ way: "text", to: "(•••) •••-0123" }, "to (•••) •••-0123, the number in the chart."],
    [{ way: "mail", to: "p•••@example.org" }, "to p•••@example.org, the address in the chart."],
    [{ way: "text" }, "to the number in the chart."],
    [{ way: "mail" }, "to the address in the chart."],
    [undefined, undefined],
  ])("say where the patient's new one goes by itself, before it is made and after: %j", (unasked, to) => {
    const [theirs = "", ...others] = rowsOf(
      <Links {...withGuests({ ...(unasked && { unasked }), said: { kind: "link-renewed", person: 0 } })} />,
    ).map(words);
    const goes = "Reminders, and what else the connector sends by itself, bring the new link ";
    if (to === undefined) expect(theirs).not.toContain(goes);
    else {
      expect(theirs).toContain(`${goes}${to} Is that somebody else’s? Correct it there first, or hold`);
      expect(theirs).toContain(`The old link is off. Send the new one. ${goes}${to}`);
    }
    for (const row of others) expect(row).not.toContain(goes);
  });

  test("say which guests were told another time, and the notice that the visit was moved says that some were", () => {
    const told = (clock: string, more: Partial<Message>) => {
      const start = at(clock).toISOString();
      return { kind: "link", way: "text", state: "accepted", begun: start, start, ...more } as Message;
    };
    const sent = [
      told("09:00", { id: "m1" as Message["id"], person: 1 }),
      told("10:00", { id: "m2" as Message["id"], person: 2 }),
      told("09:00", { id: "m3" as Message["id"], kind: "reminder" }),
    ];
    const people = [patient, ...guests];
    const shown = view({ visit: { people, movedFrom: at("09:00") }, sending: { ...sending, sent } });
    const [theirs, interpreter, , guest] = rowsOf(<Links {...shown} />).map(words);
    expect(guest).toContain("Was told 9:00 AM. The connector does not tell guests that a visit was moved");
    for (const row of [theirs, interpreter]) expect(row).not.toContain("Was told");
    const notice = "Guests were sent their links with another time: tell them.";
    expect(words(<Heading {...shown} />)).toContain("shows the new time. " + notice);
    const { movedFrom: _moved, ...others } = shown.open.visit;
    const unmoved = { ...shown, open: { ...shown.open, visit: others } };
    expect(words(<Heading {...unmoved} />)).not.toContain(notice);
  });

  test.each<[Said["kind"], boolean, boolean]>([
    ["link-to-nobody", true, true],
    ["link-sent-before", true, false],
    ["link-sending-off", false, false],
  ])("have what was typed in vain in the form again, or in the notice: %s", (kind, isPossible, isInForm) => {
    const picked = { to: "typed", language: "es" } as const;
    const said: Said = { kind, person: 1, typed: "202-555-01", picked };
    const shown = withGuests({ said, sending: { ...sending, isPossible } });
    const row = rowsOf(<Links {...shown} />).at(-1) ?? "";
    expect(row.includes('name="typed" value="202-555-01"')).toBe(isInForm);
    expect(elementsOf(row, "details[open] summary").map(({ text }) => text.startsWith("Send link"))).toEqual(
      isInForm ? [true] : [],
    );
    expect(row.includes('<option value="es" selected>')).toBe(isInForm);
    expect(words(row).includes("You had typed: 202-555-01")).toBe(!isInForm);
    const [why = ""] = elementsOf(row, "#said").map(({ text }) => text);
    expect(why.startsWith(words(<SaidNotice said={{ kind }} />))).toBe(true);
    expect(html(<Links {...shown} />).split("202-555-01")).toHaveLength(2);
  });

  test("count guests as they were invited, whatever numbers are in links, and say who was removed", () => {
    const people: readonly Person[] = [
      patient,
      { number: 1, role: "colleague", generation: 0, ofChart: true },
      { number: 2, role: "guest", generation: 1, removed: true },
      { number: 3, role: "guest", generation: 0 },
      { number: 4, role: "colleague", generation: 0, ofChart: true, removed: true },
    ];
    const shown = view({ visit: { people } });
    const [, row = ""] = rowsOf(<Links {...shown} />);
    expect(words(row)).toMatch(/^Guest Guest 2 .* Remove guest 2$/);
    expect(row).toContain('name="person" value="3"');
    expect(words(<Links {...shown} />)).toContain("Removed: guest 1.");
    expect(words(<Links {...withGuests()} />)).not.toContain("Removed:");
  });

  test("say when the patient opened theirs, with the day where it was another", () => {
    const opened = (when: Date) =>
      words(<Links {...view({ visit: { people: [{ ...patient, opened: when }] } })} />);
    expect(opened(at("09:46"))).toContain("Opened at 9:46 AM");
    expect(opened(at("09:46", "02"))).toContain("Opened on Wednesday, December 2 at 9:46 AM");
  });

  test("say from when until when they open, and whether they stay when the visit is moved", () => {
    expect(words(<Links {...view()} />)).toContain(
      "Each link is one person’s, opens from 9:30 AM to 2:30 PM, and stays the same if the visit is moved. Colleagues",
    );
    // Of a visit on another day, and of one around midnight, each time has its day.
    const tomorrow = view({ opensAt: at("09:30", "02"), closesAt: at("14:30", "02") });
    expect(words(<Links {...tomorrow} />)).toContain("opens from Wednesday, December 2, 9:30 AM to 2:30 PM,");
    expect(words(<Links {...view({ closesAt: at("03:30", "02") })} />)).toContain(
      "opens from 9:30 AM to Wednesday, December 2, 3:30 AM,",
    );
    const consult = html(<Links {...view({ visit: { kind: "consult", people: [] } })} />);
    expect(words(consult)).toContain("opens from 9:30 AM to 2:30 PM. Colleagues");
    expect(consult).not.toContain('class="people"');
  });

  test("can be given to somebody else, in each role, until the visit is full", () => {
    const card = html(<Links {...view()} />);
    expect(card).toContain('action="/visits/L/invitations"');
    expect(card).toContain('name="invitation" value="AAAAAAAAAAAA"');
    expect(
      elementsOf(card, 'select[name="role"] option').map((one) => [one.getAttribute("value"), one.text]),
    ).toEqual([
      ["colleague", "Colleague"],
      ["interpreter", "Interpreter"],
      ["relative", "Family or caregiver"],
      ["guest", "Guest"],
    ]);
    const many = Array.from(
      { length: 20 },
      (_one, index) => ({ number: index + 1, role: "guest", generation: 0 }) as const,
    );
    for (const people of [many, [patient, { number: 255, role: "guest", generation: 0 } as const]]) {
      const full = html(<Links {...view({ visit: { people } })} />);
      expect(full).not.toContain("/invitations");
      expect(words(full)).toMatch(/This visit has .{20,}\. Each link is/);
    }
  });

  test.each<[Said, string]>([
    [{ kind: "link-renewed", person: 2 }, "link-2"],
    [{ kind: "link-renewed", person: 0 }, "link-patient"],
    [{ kind: "guest-invited" }, "link-4"],
    ...(
      [
        "link-sent",
        "link-perhaps-sent",
        "link-not-sent",
        "link-sent-before",
        "link-sent-often",
        "link-visit-often",
        "link-too-many",
        "link-to-nobody",
        "link-to-other",
        "link-to-two",
        "link-sending-off",
      ] as const
    ).map((kind): [Said, string] => [{ kind, person: 2 }, "link-2"]),
  ])("say what was done in the row of whom it is about: %j", (said, id) => {
    const people = [patient, ...guests.map(({ ofChart: _none, ...guest }) => guest)];
    const rows = rowsOf(<Links {...view({ said, visit: { people } })} />);
    expect(
      rows.filter((row) => row.includes('id="said"')).map((row) => attributesOf(row, "[id^=link-]", "id")[0]),
    ).toEqual([id]);
  });

  test("say below the rows that somebody was removed, and nothing of what is said elsewhere", () => {
    const said = (kind: Said["kind"]) => html(<Links {...withGuests({ said: { kind } })} />);
    expect(said("guest-removed")).toMatch(/<\/ul><p id="said"/);
    expect(said("account-linked")).not.toContain('id="said"');
  });

  test("have a message to paste in both languages", () => {
    const card = html(<Links {...view()} />);
    for (const [language, value, name] of [
      ["en", "your visit", "English"],
      ["es", "su consulta", "Spanish"],
    ] as const) {
      expect(card).toContain(`id="message-${language}" type="text" readonly value="${value}"`);
      expect(words(card)).toContain(`In ${name} Copy ${name} message`);
      expect(card).toContain(`data-copied="The ${name} message is copied"`);
    }
  });

  test("can be sent where anything can be sent", () => {
    expect(html(<Links {...view()} />)).not.toContain("/messages");
    expect(html(<Links {...view({ sending: { ...sending, isPossible: true } })} />)).toContain(
      'action="/visits/L/messages"',
    );
  });
});

describe("sending a link", () => {
  const number = { masked: "(•••) •••-0123", hash: "hash-t" };
  const mail = { masked: "p•••@example.org", hash: "hash-m" };
  const message = (change: Partial<Message>): Message =>
    ({
      id: "m" + String(change.begun),
      kind: "link",
      way: "text",
      person: 0,
      state: "delivered",
      begun: at("09:40").toISOString(),
      ...change,
    }) as Message;
  const form = (chart: Partial<Sending["chart"]>, person = patient, more: Partial<Sending> = {}) =>
    html(
      <SendForm
        view={view({ sending: { ...sending, ...more, chart: { isStopped: false, ...chart } } })}
        person={person}
      />,
    );
  const ways = (shown: string) =>
    elementsOf(shown, 'input[type="radio"][name="to"]').map((one) => [
      one.getAttribute("value"),
      one.hasAttribute("checked"),
      one.parentNode?.text.trim(),
    ]);
  const TYPED = ["typed", false, "Another number or address"];

  test("offers the chart's number first, then its address, then any other", () => {
    const both = form({ number, mail });
    expect(ways(both)).toEqual([
      ["text", true, "Text to (•••) •••-0123"],
      ["mail", false, "E-mail to p•••@example.org"],
      TYPED,
    ]);
    expect(both).toContain('name="text" value="hash-t"');
    expect(both).toContain('name="mail" value="hash-m"');
    expect(words(both)).toContain("The other number or address");
    expect(both).not.toMatch(/name="typed"[^>]* required/);
    expect(ways(form({ mail }))).toEqual([["mail", true, "E-mail to p•••@example.org"], TYPED]);
    expect(form({ mail })).not.toContain('name="text"');
    expect(form({ number })).not.toContain('name="mail"');
  });

  test("to somebody without either takes what is typed", () => {
    for (const shown of [form({}), form({ number, mail }, { number: 2, role: "guest", generation: 1 })]) {
      expect(ways(shown)).toEqual([]);
      expect(shown).toContain('type="hidden" name="to" value="typed"');
      expect(words(shown)).toContain("Mobile number or e-mail address");
      expect(shown).toMatch(/name="typed"[^>]* required/);
      expect(shown).not.toContain("hash-");
    }
  });

  test("says who has ended texts, and how the patient wants to be reminded", () => {
    const stopped = form({ number, mail, isStopped: true, prefers: "mail" });
    expect(ways(stopped).map(([way]) => way)).toEqual(["mail", "typed"]);
    expect(words(stopped)).toContain("(•••) •••-0123 has ended texts (STOP), and gets none.");
    const says = (["text", "mail", "other"] as const).map((prefers) => words(form({ number, prefers })));
    expect(new Set(says).size).toBe(3);
    for (const said of says)
      expect(said).toMatch(/The chart says that this patient wants appointment reminders (by|neither)/);
    const guest = { number: 2, role: "guest", generation: 1 } as const;
    expect(words(form({ number, isStopped: true, prefers: "text" }, guest))).not.toMatch(/STOP|chart says/);
    expect(words(form({ number }))).not.toMatch(/STOP|chart says/);
  });

  test("says beforehand that nobody is written to at the chart's number or address, and offers neither", () => {
    const guest = { number: 2, role: "guest", generation: 1 } as const;
    for (const [gone, says] of [
      ["deceased", "The chart says that this patient has died"],
      ["inactive", "The chart says that this patient’s record is not in use"],
      [
        "replaced",
        "Another record has replaced this patient’s, or may have, and the chart does not show which",
      ],
    ] as const) {
      const shown = form({ gone });
      expect(words(shown)).toContain(
        says + ". No link is sent to the number or the e-mail address in the chart.",
      );
      expect(ways(shown)).toEqual([]);
      expect(shown).toContain('type="hidden" name="to" value="typed"');
      expect(words(form({ gone }, guest))).not.toContain("The chart says");
    }
  });

  test("has in it again what was picked, where that is still offered", () => {
    const again = (chart: Sending["chart"], to: "text" | "mail" | "typed", typed?: string) =>
      html(
        <SendForm
          view={view({ sending: { ...sending, chart, language: "en" } })}
          person={patient}
          typed={typed}
          picked={{ to, language: "es" }}
        />,
      );
    const picked = (shown: string) => ways(shown).find(([, isPicked]) => isPicked)?.[0];
    const both = { number, mail, isStopped: false };
    for (const to of ["text", "mail", "typed"] as const) {
      for (const typed of [undefined, "202-555-01"]) expect(picked(again(both, to, typed))).toBe(to);
      expect(again(both, to)).toContain('<option value="es" selected>');
      expect(again(both, to)).not.toContain('<option value="en" selected>');
    }
    // The chart has lost its number meanwhile.
    expect(picked(again({ mail, isStopped: false }, "text"))).toBe("mail");
    expect(picked(again({ mail, isStopped: false }, "text", "202-555-01"))).toBe("typed");
  });

  test("says what the page showed, and the language that the patient speaks", () => {
    const sent = [message({}), message({ person: 2 }), message({ kind: "reminder" })];
    const shown = form({ number }, { ...patient, generation: 7 }, { sent, language: "es" });
    for (const [name, value] of [
      ["person", "0"],
      ["generation", "7"],
      ["sent", "1"],
    ] as const)
      expect(shown).toContain(`type="hidden" name="${name}" value="${value}"`);
    expect(shown).toContain('<option value="es" selected>');
    expect(shown).not.toContain('<option value="en" selected>');
    expect(form({})).toContain('<option value="en" selected>');
    expect(form({})).not.toContain('<option value="es" selected>');
    expect(shown).toContain('class="send"');
    expect(shown).toContain('<label for="send-0">');
    expect(shown).toContain('<input id="send-0"');
  });

  const list = (sent: readonly Message[], person = patient) =>
    elementsOf(html(<SentList view={view({ sending: { ...sending, sent } })} person={person} />), "li").map(
      ({ outerHTML }) => words(outerHTML),
    );

  test.each<[Message["state"], string]>([
    ["delivered", "reached"],
    ["begun", "not confirmed"],
    ["accepted", "not confirmed"],
    ["waiting", "waits to be sent"],
    ["refused", "not sent: the phone could not be reached"],
    ["withheld", "not sent: the phone could not be reached"],
    ["failed", "not reached: the phone could not be reached"],
  ])("what was sent and is %s: %s", (state, became) => {
    expect(list([message({ state, code: "4006" })])).toEqual(["Link by text, 9:40 AM: " + became]);
  });

  test("what was sent of a link that was replaced since is told as that, and of no other message", () => {
    const since = "; this link was replaced since";
    const sent = (change: Partial<Message>, relinked?: Date) => {
      const shown = view({
        sending: { ...sending, sent: [message(change)] },
        visit: { ...(relinked && { relinked }) },
      });
      return words(<SentList view={shown} person={{ ...patient, generation: 2 }} />).endsWith(since);
    };
    expect([sent({ generation: 1 }), sent({ generation: 2 }), sent({})]).toEqual([true, false, false]);
    // All links were replaced at 9:45, and it was sent at 9:40.
    expect([sent({}, at("09:45")), sent({}, at("09:40")), sent({}, at("09:35"))]).toEqual([
      true,
      false,
      false,
    ]);
    expect(sent({ kind: "reminder", generation: 1 })).toBe(false);
  });

  test("what was sent is listed for whom it was sent to, the newest first, with the day where it was another", () => {
    const sent = [
      message({ begun: at("09:30", "02").toISOString() }),
      message({ begun: at("09:35").toISOString(), way: "mail" }),
      message({ begun: at("09:34").toISOString(), person: 2 }),
      ...(["confirmation", "update", "cancellation", "reminder", "late"] as const).map((kind, index) =>
        message({ kind, begun: at("09:4" + String(index)).toISOString(), state: "accepted" }),
      ),
    ];
    expect(list(sent)).toEqual([
      "Link by text, Wednesday, December 2, 9:30 AM: reached",
      "Running late by text, 9:44 AM: not confirmed",
      "Reminder by text, 9:43 AM: not confirmed",
      "Cancellation by text, 9:42 AM: not confirmed",
      "New time by text, 9:41 AM: not confirmed",
      "First notice by text, 9:40 AM: not confirmed",
      "Link by e-mail, 9:35 AM: reached",
    ]);
    expect(list(sent, { number: 2, role: "guest", generation: 0 })).toEqual([
      "Link by text, 9:34 AM: reached",
    ]);
    expect(html(<SentList view={view()} person={patient} />)).toBe("");
  });
});
