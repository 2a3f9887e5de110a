import { describe, expect, test } from "vitest";
import type { Participant, Standing } from "../../../app/domain/presence.ts";
import type { Person, VisitMeeting } from "../../../app/domain/visit.ts";
import {
  cameByLink,
  isPatientWaiting,
  mayPatientBeAlone,
  patientsWay,
} from "../../../app/domain/whoWaits.ts";

const at = (minute: number) => new Date(Date.UTC(2026, 10, 28, 10, minute));
const meeting: VisitMeeting = { id: "m", joinUrl: "https://teams.example/m" };
const patient: Person = { number: 0, role: "patient", generation: 0, opened: at(10) };
const chart: Person = { number: 1, role: "colleague", generation: 0, ofChart: true };
const waits: Standing = { look: "outside", whereabouts: "lobby", since: at(11) };

test("the patient waits, where nobody else can be it and the link was just opened", () => {
  expect(isPatientWaiting({ meeting, people: [patient] }, [waits])).toBe(true);
  expect(isPatientWaiting({ meeting, people: [patient, chart] }, [waits])).toBe(true);
  const clinician: Standing = { look: "staff", whereabouts: "in", since: at(9) };
  expect(isPatientWaiting({ meeting, people: [patient] }, [clinician, { ...waits, since: at(40) }])).toBe(
    true,
  );
  expect(
    isPatientWaiting({ meeting, people: [patient] }, [
      { ...waits, whereabouts: "left", since: at(8) },
      waits,
    ]),
  ).toBe(true);
});

const { opened: _never, ...unopened } = patient;
const removed: Person = { number: 2, role: "relative", generation: 1, removed: true };

test.each<[what: string, people: readonly Person[], there: readonly Standing[]]>([
  ["nobody waits", [patient], [{ ...waits, whereabouts: "in" }]],
  ["two wait", [patient], [waits, waits]],
  ["somebody of the hospital's directory waits", [patient], [{ ...waits, look: "staff" }]],
  ["somebody waits by telephone", [patient], [{ ...waits, look: "phone" }]],
  ["a guest was given a link, though it is dead by now", [patient, removed], [waits]],
  ["the link was never opened", [unopened], [waits]],
  ["it was opened long before", [patient], [{ ...waits, since: at(41) }]],
  ["it was opened only afterwards", [patient], [{ ...waits, since: at(9) }]],
  ["it is a consult", [chart], [waits]],
  [
    "somebody whom the directory does not know is in already",
    [patient],
    [{ look: "outside", whereabouts: "in", since: at(5) }, waits],
  ],
  ["somebody is in by telephone", [patient], [{ look: "phone", whereabouts: "in", since: at(5) }, waits]],
])("it is not said that the patient waits where %s", (_what, people, there) => {
  expect(isPatientWaiting({ meeting, people }, there)).toBe(false);
});

test.each(["former", "another"] as const)(
  "nobody is taken for the patient where somebody else may have the meeting's address (%s)",
  (knownTo) => {
    const visit = { meeting: { ...meeting, knownTo }, people: [patient] };
    expect(isPatientWaiting(visit, [waits])).toBe(false);
    expect(patientsWay(visit, { people: [guest], ends: [] })).toBeUndefined();
  },
);

describe("somebody who is alone in the meeting", () => {
  const NURSE = "7d0c5a1e-0000-4000-8000-00000000b001";
  const organizer = "7d0c5a1e-0000-4000-8000-00000000a001";
  const signedIn: Participant = {
    ...{ key: "e", look: "staff", account: NURSE },
    moments: [{ at: at(11), whereabouts: "in" }],
  };
  const of = (
    people: readonly Participant[],
    {
      who = [patient],
      opened = [],
      ends = [],
    }: { who?: readonly Person[]; opened?: string[]; ends?: Date[] } = {},
  ) => mayPatientBeAlone({ organizer, people: who }, { people, ends }, () => opened);

  test.each<[what: string, people: readonly Participant[], more: Parameters<typeof of>[1]]>([
    ["is signed in with an account of the hospital", [signedIn], {}],
    ["has an account that Teams does not tell", [{ ...signedIn, account: undefined } as never], {}],
    ["is not named", [{ ...signedIn, look: "unnamed" }], {}],
    [
      "is there after somebody who has opened the visit left",
      [
        {
          ...signedIn,
          key: "d",
          account: "d",
          moments: [
            { at: at(9), whereabouts: "in" },
            { at: at(10), whereabouts: "left" },
          ],
        },
        signedIn,
      ],
      { opened: ["d"] },
    ],
    ["is there where guests have links, too", [signedIn], { who: [patient, removed] }],
  ])("may be the patient, whose link was just opened: whoever %s", (_, people, more) => {
    expect(of(people, more)).toBe(true);
  });

  test.each<[what: string, people: readonly Participant[], more: Parameters<typeof of>[1]]>([
    ["has opened the visit as staff", [signedIn], { opened: [NURSE] }],
    ["is the department's own account", [{ ...signedIn, account: organizer }], {}],
    ["came before the link was opened", [{ ...signedIn, moments: [{ at: at(9), whereabouts: "in" }] }], {}],
    ["came long after it", [{ ...signedIn, moments: [{ at: at(41), whereabouts: "in" }] }], {}],
    ["came where it was never opened", [signedIn], { who: [unopened] }],
    ["came where nobody but staff has a link", [signedIn], { who: [chart, { ...patient, ofChart: true }] }],
    ["is a guest who was let in", [{ ...signedIn, look: "outside" }], {}],
    [
      "has waited",
      [
        {
          ...signedIn,
          look: "unnamed",
          moments: [
            { at: at(10), whereabouts: "lobby" },
            { at: at(11), whereabouts: "in" },
          ],
        },
      ],
      {},
    ],
    ["waits", [{ ...signedIn, moments: [{ at: at(11), whereabouts: "lobby" }] }], {}],
    ["is with another", [signedIn, staff], {}],
    ["is there while somebody waits", [signedIn, guest], {}],
    ["has left", [signedIn], { ends: [at(12)] }],
  ])("is not taken for the patient where they are: whoever %s", (_, people, more) => {
    expect(of(people, more)).toBe(false);
  });

  test("nobody is there", () => {
    expect(of([])).toBe(false);
  });
});

const guest: Participant = { key: "g", look: "outside", moments: [{ at: at(11), whereabouts: "lobby" }] };
const staff: Participant = { key: "s", look: "staff", moments: [{ at: at(9), whereabouts: "in" }] };
const letIn: Participant = { ...guest, moments: [...guest.moments, { at: at(50), whereabouts: "in" }] };

test("the chart may be told how far the patient has come, where nobody else can be it", () => {
  expect(patientsWay({ meeting, people: [patient, chart] }, { people: [staff, guest], ends: [] })).toBe(
    "arrived",
  );
  expect(patientsWay({ meeting, people: [patient] }, { people: [letIn], ends: [] })).toBe("checked-in");
});

const opensAgain: Person = { ...patient, opened: at(49) };
const before: Participant = { ...guest, moments: [...guest.moments, { at: at(30), whereabouts: "left" }] };
const again: Participant = { ...guest, key: "h", moments: [{ at: at(50), whereabouts: "in" }] };

test("who opens the link again comes again, whether Teams knows them again or not", () => {
  expect(patientsWay({ meeting, people: [opensAgain] }, { people: [letIn], ends: [] })).toBe("checked-in");
  expect(patientsWay({ meeting, people: [opensAgain] }, { people: [again, before], ends: [] })).toBe(
    "checked-in",
  );
  expect(patientsWay({ meeting, people: [opensAgain] }, { people: [guest, again], ends: [at(40)] })).toBe(
    "checked-in",
  );
});

test.each<[what: string, people: readonly Person[], there: readonly Participant[]]>([
  ["who opened the link again comes, and who came before is there still", [opensAgain], [guest, again]],
  [
    "another one comes when the first has gone, and the link was not opened again",
    [patient],
    [before, again],
  ],
  ["nobody came", [patient], []],
  ["only staff came", [patient], [staff]],
  ["somebody else came, if long ago", [patient], [guest, { ...guest, key: "h" }]],
  ["somebody came by telephone", [patient], [{ ...guest, look: "phone" }]],
  ["a guest was given a link", [patient, removed], [guest]],
  [
    "the link was opened only afterwards",
    [patient],
    [{ ...guest, moments: [{ at: at(9), whereabouts: "lobby" }] }],
  ],
])("the chart is told nothing where %s", (_what, people, there) => {
  expect(patientsWay({ meeting, people }, { people: there, ends: [] })).toBeUndefined();
});

test.each<
  [
    what: string,
    knownTo: VisitMeeting["knownTo"],
    people: readonly Person[],
    there: readonly Standing[],
    came: boolean | "not-known",
  ]
>([
  ["nobody has come", undefined, [unopened], [], false],
  ["staff alone have come", undefined, [unopened], [{ ...waits, look: "staff" }], false],
  ["somebody has dialled in", undefined, [unopened], [{ ...waits, look: "phone" }], false],
  ["somebody has come and only the patient has a link", undefined, [unopened], [waits], true],
  ["others had a link", undefined, [unopened, removed], [waits], "not-known"],
  ["the patient had another link before", undefined, [{ ...unopened, generation: 1 }], [waits], "not-known"],
  ["the patient has another number", undefined, [{ ...unopened, number: 1 }], [waits], "not-known"],
  ["others may have the meeting's address", "former", [unopened], [waits], "not-known"],
])("whether the patient's link was opened, where %s", (_what, knownTo, people, there, came) => {
  const own = knownTo === undefined ? meeting : { ...meeting, knownTo };
  expect(cameByLink({ meeting: own, people }, there)).toBe(came);
});
