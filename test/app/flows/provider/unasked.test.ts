/** Where messages go by themselves that bring the patient's link, and who was told another time than the visit has now. */
import { expect, test } from "vitest";
import type { VisitId } from "../../../../app/domain/linkToken.ts";
import type { Person, Visit } from "../../../../app/domain/visit.ts";
import type { OpenVisit } from "../../../../app/flows/provider/opened.ts";
import { toldOtherwise } from "../../../../app/flows/provider/sending.ts";
import { mayWriteUnasked, textedUnasked, unaskedOf } from "../../../../app/flows/provider/unasked.ts";
import type { Message } from "../../../../app/records/messages.ts";
import { NOTHING_UNKNOWN } from "../../../../app/records/portalTexting.ts";
import { connectionOf } from "../../../harness/findingDeployment.ts";

const NOW = new Date("2027-01-04T10:00:00Z");
const inMinutes = (minutes: number) => new Date(NOW.getTime() + minutes * 60_000);
const NUMBER = "+12025550123";
const MAIL = "pat@patients.example";
const TEXT = { way: "text", to: "(•••) •••-0123" };
const BY_MAIL = { way: "mail", to: "p•••@patients.example" };
const visit: Visit = {
  ...{ id: "AAAAAAAAAAAAAAAA" as VisitId, kind: "appointment", connectionId: "lamna", departmentId: "d" },
  ...{ start: inMinutes(60), end: inMinutes(90), state: "open", organizer: "o" },
  ...{ meeting: { id: "m", joinUrl: "https://teams.example/j" }, people: [] },
};

interface Said {
  readonly messaging?: object | "none";
  readonly rules?: object;
  readonly connection?: object;
  readonly environment?: string;
  readonly visit?: Partial<Visit>;
  readonly patients?: readonly string[];
  readonly isDeclined?: true;
  /** What the chart says of the appointment could not be read. */
  readonly isUnread?: true;
  readonly patient?: object | "not-read";
  readonly chart?: object;
}

/** A deployment that texts and mails this chart's patients, except for `said`. */
function partsOf(said: Said) {
  const messaging = {
    ...{
      number: "+18335550100",
      isApproved: true,
      isAgreed: true,
      textsPatientsOf: () => true,
      isLive: true,
    },
    ...{ isStaff: () => false, unknown: NOTHING_UNKNOWN, whyNotTexted: () => "not-said" },
    ...{ mailSender: { isForStaffsOnly: false }, ...(said.messaging === "none" ? {} : said.messaging) },
  };
  return {
    environment: said.environment ?? "production",
    messageRules: { byMail: true, connections: [], ...said.rules },
    messaging: said.messaging === "none" ? undefined : messaging,
    now: () => NOW,
  } as unknown as Parameters<typeof unaskedOf>[0];
}
const sessionOf = (said: Said) =>
  ({ connection: { ...connectionOf("lamna"), ...said.connection } }) as unknown as Parameters<
    typeof unaskedOf
  >[1];
const patientOf = ({ patient }: Said) =>
  (patient === "not-read"
    ? "not-read"
    : { textNumber: NUMBER, mail: MAIL, ...patient }) as unknown as OpenVisit["patient"];

/** Where they go for a visit in an hour of a patient who has a number and an address, except for `said`. */
function unasked(said: Said = {}) {
  const { patients = ["p-a"], isDeclined, isUnread } = said;
  const open = {
    visit: { ...visit, ...said.visit },
    appointment: isUnread === true ? undefined : { patients, isDeclined },
    patient: patientOf(said),
  } as unknown as OpenVisit;
  return unaskedOf(partsOf(said), sessionOf(said), open, { chart: { isStopped: false, ...said.chart } });
}

test.each<[what: string, said: Said, to: object | undefined]>([
  ["the chart's number", {}, TEXT],
  [
    "a number of which nobody can say that it has ended texts",
    { chart: { isStopped: true, isStopUnknown: true } },
    TEXT,
  ],
  [
    "the number, while what is set of texts cannot be read",
    { messaging: { unknown: { ...NOTHING_UNKNOWN, number: true } } },
    TEXT,
  ],
  [
    "the number, while the kinds cannot be read",
    { rules: { isUnknown: true }, connection: { messages: { kinds: [] } } },
    TEXT,
  ],
  ["the number, while the chart does not say what the appointment is", { isUnread: true }, TEXT],
  [
    "the address, while it cannot be read whether patients are written to",
    { messaging: { number: undefined, isLive: false, unknown: { ...NOTHING_UNKNOWN, isLive: true } } },
    BY_MAIL,
  ],
  ["a number that is not shown here", { patient: "not-read" }, { way: "text" }],
  ["the address of who prefers it", { patient: { prefers: "mail" } }, BY_MAIL],
  ["the address of who has no number", { patient: { textNumber: undefined } }, BY_MAIL],
  ["the address of who has ended texts", { chart: { isStopped: true } }, BY_MAIL],
  ["the address where nobody is texted", { messaging: { number: undefined } }, BY_MAIL],
  [
    "an address that is not shown here",
    { messaging: { number: undefined }, patient: "not-read" },
    { way: "mail" },
  ],
  ["the number, once it is let go", { visit: { held: NOW } }, { ...TEXT, isHeld: true }],
  ["nobody, and nothing is held back", { messaging: "none", visit: { held: NOW } }, undefined],
  ["nobody where mails are off", { messaging: { number: undefined }, rules: { byMail: false } }, undefined],
  [
    "nobody where mails are for links of staff's",
    { messaging: { number: undefined, mailSender: { isForStaffsOnly: true } } },
    undefined,
  ],
  [
    "nobody where there is no sender of mails",
    { messaging: { number: undefined, mailSender: undefined }, patient: "not-read" },
    undefined,
  ],
  ["nobody where the chart has neither", { patient: { textNumber: undefined, mail: undefined } }, undefined],
  ["nobody who has died", { patient: { gone: "deceased" } }, undefined],
  ["nobody whose record another one has replaced", { patient: { gone: "replaced" } }, undefined],
  ["nobody who wants neither", { patient: { prefers: "other" } }, undefined],
  ["nobody who has declined", { isDeclined: true }, undefined],
  ["nobody of several patients", { patients: ["p-a", "p-b"] }, undefined],
  ["nobody in a consult", { visit: { kind: "consult" } }, undefined],
  ["nobody once it is over", { visit: { start: inMinutes(-30), end: NOW } }, undefined],
  ["nobody where nothing is sent", { messaging: "none" }, undefined],
  ["nobody of a chart that is read by people alone", { connection: { system: undefined } }, undefined],
  [
    "nobody where cancellations alone are told",
    { connection: { messages: { kinds: ["cancellation"] } } },
    undefined,
  ],
  ["who is reminded", { connection: { messages: { kinds: ["reminder"] } } }, TEXT],
  ["no patient in the pilot", { messaging: { isLive: false } }, undefined],
  [
    "listed staff in the pilot",
    { messaging: { isLive: false, isStaff: (to: string) => to === NUMBER } },
    TEXT,
  ],
  ["no patient in test", { environment: "test" }, undefined],
])("they go to %s", (_what, said, to) => {
  expect(unasked(said)).toEqual(to);
});

const PILOT = { isLive: false, isStaff: (to: string) => to === NUMBER };
test.each<[texted: string, where: string, said: Said]>([
  ["yes", "patients of this chart are", {}],
  ["yes", "the patient's number is a listed one, in the pilot", { messaging: PILOT }],
  ["staff", "nobody else is, in the pilot", { messaging: PILOT, patient: { textNumber: "+12025550124" } }],
  ["staff", "the patient is not shown here, in the pilot", { messaging: PILOT, patient: "not-read" }],
  ["staff", "the chart is a test chart", { environment: "test" }],
  ["no", "nothing is sent", { messaging: "none" }],
  ["no", "the chart is read by people alone", { connection: { system: undefined } }],
  ["no", "there is no number to text from", { messaging: { number: undefined } }],
  [
    "unknown",
    "it cannot be read whether there is a number",
    { messaging: { unknown: { ...NOTHING_UNKNOWN, number: true } } },
  ],
  [
    "unknown",
    "it cannot be read whether it is the pilot still",
    { messaging: { isLive: false, unknown: { ...NOTHING_UNKNOWN, isLive: true } } },
  ],
])("whether patients are texted unasked: %s where %s", (texted, _where, said) => {
  expect(textedUnasked(partsOf(said), sessionOf(said), patientOf(said))).toBe(texted);
});

test.each<[what: string, may: boolean, visit: Partial<Visit>, more: object]>([
  ["a visit in an hour", true, {}, {}],
  ["a visit until its end", true, { end: inMinutes(1) }, {}],
  ["a visit that is over", false, { end: NOW }, {}],
  ["a consult", false, { kind: "consult" }, {}],
  ["a visit where nothing is sent", false, {}, { messaging: undefined }],
  ["a visit of a chart that is read by people alone", false, {}, { system: undefined }],
])("whether there may be messages to hold back: %s", (_what, may, change, more) => {
  const parts = { messaging: {}, now: () => NOW, ...more } as unknown as Parameters<
    typeof mayWriteUnasked
  >[0];
  const session = { connection: { ...connectionOf("lamna"), ...more } } as unknown as Parameters<
    typeof mayWriteUnasked
  >[1];
  expect(mayWriteUnasked(parts, session, { ...visit, ...change })).toBe(may);
});

const guest: Person = { number: 2, role: "interpreter", generation: 0 };
const link = (start: Date, more: Partial<Message> = {}) =>
  ({ kind: "link", person: 2, state: "delivered", start: start.toISOString(), ...more }) as Message;
test.each<[what: string, sent: readonly Message[], told: Date | undefined]>([
  ["was told nothing", [], undefined],
  ["was told the time", [link(visit.start)], undefined],
  ["was told another time", [link(inMinutes(30))], inMinutes(30)],
  ["was told anew since", [link(visit.start), link(inMinutes(30))], undefined],
  [
    "was not reached when told anew",
    [link(visit.start, { state: "failed" }), link(inMinutes(30))],
    inMinutes(30),
  ],
  ["was never reached", [link(inMinutes(30), { state: "withheld" })], undefined],
  ["had a link that was replaced", [link(inMinutes(30), { generation: 7 })], inMinutes(30)],
  ["is not the one who was told", [link(inMinutes(30), { person: 3 })], undefined],
])("a guest who %s", (_what, sent, told) => {
  const about = { open: { visit }, sending: { sent } };
  expect(toldOtherwise(about, guest)).toEqual(told);
  // The patient is told of a move by the connector, and by whichever way it takes.
  expect(toldOtherwise(about, { ...guest, role: "patient" })).toBeUndefined();
});
