/**
 * What administrators are told of telling patients: the consents, the number, whether it is a pilot, where mails come from.
 */
import { expect, test } from "vitest";
import type { ConfiguredConnection } from "../../../../app/domain/hospital.ts";
import type { Verification } from "../../../../app/domain/texting.ts";
import { mailSenderOf } from "../../../../app/domain/mailing.ts";
import { messageChecks } from "../../../../app/flows/messages/checks.ts";
import { connectionOf } from "../../../harness/findingDeployment.ts";
import { NOTHING_UNKNOWN } from "../../../../app/records/portalTexting.ts";

type Asked = Parameters<typeof messageChecks>[0];
type Sending = NonNullable<Asked["messaging"]>;
type WhyNot = ReturnType<ReturnType<Asked["textingNow"]["current"]>["whyNotTexted"]>;

interface Said {
  readonly environment?: Asked["environment"];
  readonly other?: Partial<ConfiguredConnection>;
  /** Which of the two connections are texted, and which of them the stack file names. */
  readonly texted?: readonly string[];
  readonly ofStack?: readonly string[];
  readonly isSaid?: boolean;
  readonly why?: WhyNot;
  readonly messaging?: Partial<Sending> | "none";
  readonly verification?: Verification;
  /** Whether no connection is on. */
  readonly isEmpty?: boolean;
}

/** The check of that name, of a live hospital with two connections, of which the first is texted. */
async function checked(name: string, said: Said = {}): Promise<readonly object[]> {
  const connections = said.isEmpty === true ? [] : [connectionOf("lamna"), connectionOf("other", said.other)];
  const { texted = ["lamna"], ofStack = [] } = said;
  const messaging = {
    number: "+18335550100",
    isApproved: true,
    isAgreed: true,
    isLive: true,
    mailSender: mailSenderOf("visits@mail.lamna.example", undefined),
    textsPatientsOf: ({ id }: { readonly id: string }) => texted.includes(id),
    unknown: NOTHING_UNKNOWN,
    ...(said.messaging === "none" ? {} : said.messaging),
  };
  const asked = {
    environment: said.environment ?? "production",
    hospital: {
      connections: () => Promise.resolve(connections),
      stackConnections: connections.filter(({ id }) => ofStack.includes(id)),
    },
    messaging: said.messaging === "none" ? undefined : messaging,
    textingNow: {
      said: said.isSaid === true ? {} : undefined,
      current: () => ({
        whyNotTexted: () => said.why ?? "not-said",
        verification: said.verification ?? "submitted",
      }),
    },
  } as unknown as Asked;
  return (await messageChecks(asked)).filter((check) => check.name === name);
}

const OPTIONAL = "Texts are optional, and nobody has agreed to them for this connection.";
const NOBODY_CHOSE =
  "Patients of other connections are texted, and of this one nobody has chosen whether they are.";
const NOT_IN_STACK =
  "Patients of other connections are texted. The stack file says of which (sms.connections), and can name this one only once it has it: its export is on the page of FHIR connections.";
const OTHER_CHART = "It leads to another chart than it did when somebody agreed to texts to its patients.";

test.each<[what: string, said: Said, other: object]>([
  ["both are texted", { texted: ["lamna", "other"] }, {}],
  ["of the other nobody has said anything", {}, { isWarning: true, fault: NOBODY_CHOSE }],
  ["the other is a test chart", { other: { environment: "test" } }, { unseen: OPTIONAL }],
  ["the other was given no number", { why: "chosen" }, {}],
  ["the other leads to another chart", { why: "other-chart" }, { isWarning: true, fault: OTHER_CHART }],
  ["the stack says which, without the other", { isSaid: true }, { isWarning: true, fault: NOT_IN_STACK }],
  [
    "the stack says which, and has the other",
    { isSaid: true, ofStack: ["other"] },
    { isWarning: true, fault: NOBODY_CHOSE },
  ],
  ["the stack has the other, and says nothing of texts", { why: "chosen", ofStack: ["lamna"] }, {}],
])("consents, where %s", async (_what, said, other) => {
  expect(await checked("consents", said)).toEqual([
    { name: "consents", of: "lamna" },
    { name: "consents", of: "other", ...other },
  ]);
});

test.each<[said: Said, each: object]>([
  [{ texted: [] }, { unseen: OPTIONAL }],
  [{ texted: [], isSaid: true }, { unseen: OPTIONAL }],
  [
    { texted: [], why: "other-chart" },
    { isWarning: true, fault: OTHER_CHART },
  ],
])(
  "where nobody is texted, that is no fault, but for consents that were of another chart: %j",
  async (said, each) => {
    expect(await checked("consents", said)).toEqual([
      { name: "consents", of: "lamna", ...each },
      { name: "consents", of: "other", ...each },
    ]);
  },
);

test("while what is set of texts cannot be read, no check says what nobody knows", async () => {
  const unknown = {
    ...{ number: false, isLive: true, staff: true },
    ...{ textsPatientsOf: () => true, verificationOf: () => true },
  };
  const messaging = { isAgreed: false, isApproved: false, isLive: false, unknown };
  const all = await Promise.all(
    ["consents", "number", "going-live"].map((name) => checked(name, { texted: [], messaging })),
  );
  const unseen = "What is set of texts cannot be read now: see the check of it.";
  expect(all.flat().map((check) => ({ ...check, name: 0, of: 0 }))).toEqual(
    Array(4).fill({ name: 0, of: 0, unseen }),
  );
  // The stack file says that texts are live, and nobody knows for whom.
  expect(
    await checked("going-live", { texted: [], messaging: { unknown: { ...unknown, isLive: false } } }),
  ).toEqual([{ name: "going-live", unseen }]);
  // Nobody knows it of one of the two.
  const ofOther = {
    ...NOTHING_UNKNOWN,
    textsPatientsOf: ({ id }: { readonly id: string }) => id === "other",
  };
  const ofOne = { number: undefined, unknown: ofOther };
  expect(await checked("number", { texted: [], messaging: ofOne })).toEqual([{ name: "number", unseen }]);
  expect(await checked("going-live", { messaging: { unknown: ofOther } })).toEqual([{ name: "going-live" }]);
  // The stack file says whose patients are texted, and nobody knows whether the carriers approve.
  const ofNumber = { isApproved: false, unknown: { ...NOTHING_UNKNOWN, verificationOf: () => true } };
  expect(await checked("number", { messaging: ofNumber })).toEqual([{ name: "number", unseen }]);
  const noNumber = { number: undefined, unknown: { ...NOTHING_UNKNOWN, number: true } };
  expect(await checked("number", { messaging: noNumber })).toEqual([{ name: "number", unseen }]);
});

const UNVERIFIED =
  "The carriers’ verification of the number is not known to be approved, so no text is sent from it; the carriers would block it with code 4010.";
const BLOCKED = ", so no text is sent from it; the carriers would block it with code 4010.";
const LIVE_WITHOUT_NUMBER =
  "It is live, and no text can be sent yet: see the number. Where mails are set, patients are mailed: it is no pilot.";
const PILOT = "Texts and mails go to the listed staff alone: it is a pilot.";
const LIVE_WITHOUT_TEXTS = "Texts are off. Where mails are set, patients are mailed: it is no pilot.";
const AZURES =
  "Mails come from Azure’s own domain, which lets 10 an hour out: only those are sent that a clinician asks for.";
const NOTHING_SENT = "This deployment has no Communication Services, so nothing is sent.";

test.each<[name: string, what: string, said: Said, check: object]>([
  ["number", "it is approved", {}, {}],
  [
    "number",
    "there is none, and nobody is texted",
    { texted: [], messaging: { number: undefined } },
    { unseen: "Texts are off, so no number is needed." },
  ],
  [
    "number",
    "there is none to text from",
    { messaging: { number: undefined } },
    { fault: "Texts are on, and there is no number to send them from." },
  ],
  [
    "number",
    "it is not approved",
    { messaging: { isApproved: false } },
    { fault: UNVERIFIED, move: "carriers" },
  ],
  [
    "number",
    "it is not approved, and nobody is texted",
    { texted: [], messaging: { isApproved: false } },
    { fault: UNVERIFIED, isWarning: true },
  ],
  [
    "number",
    "the carriers have rejected it",
    { messaging: { isApproved: false }, verification: "rejected" },
    { fault: `The carriers have rejected the number’s form, which is to be mended and sent again${BLOCKED}` },
  ],
  [
    "number",
    "its form was not sent yet",
    { messaging: { isApproved: false }, verification: "notStarted" },
    { fault: `The carriers’ form was not sent yet for the number${BLOCKED}` },
  ],
  ["going-live", "it is live", {}, {}],
  [
    "going-live",
    "it is live, and the number is not approved",
    { messaging: { isApproved: false } },
    { unseen: LIVE_WITHOUT_NUMBER },
  ],
  [
    "going-live",
    "it is live, and there is no number",
    { messaging: { number: undefined, isApproved: false } },
    { unseen: LIVE_WITHOUT_NUMBER },
  ],
  [
    "going-live",
    "it is live, and nobody knows whether there is a number",
    { messaging: { number: undefined, isApproved: false, unknown: { ...NOTHING_UNKNOWN, number: true } } },
    {},
  ],
  [
    "going-live",
    "it is live, and nobody knows how far the carriers are",
    { messaging: { isApproved: false, unknown: { ...NOTHING_UNKNOWN, verificationOf: () => true } } },
    {},
  ],
  [
    "going-live",
    "it is live, and consent was taken back",
    { texted: [], messaging: { isAgreed: false } },
    { unseen: LIVE_WITHOUT_TEXTS },
  ],
  [
    "going-live",
    "it is live, and no connection has the number",
    { texted: [] },
    { unseen: LIVE_WITHOUT_TEXTS },
  ],
  ["going-live", "it is live in test", { environment: "test" }, {}],
  [
    "going-live",
    "it is test",
    { environment: "test", messaging: { isLive: false } },
    { unseen: "A test deployment writes to its listed staff alone, always." },
  ],
  [
    "going-live",
    "nobody has agreed",
    { messaging: { isLive: false, isAgreed: false } },
    { unseen: "Texts are off." },
  ],
  ...(["local", "test", "production"] as const).flatMap((environment) =>
    [true, false].map((isLive): [string, string, Said, object] => [
      "going-live",
      `nothing is set up in ${environment}, live or not (${String(isLive)})`,
      { isEmpty: true, environment, messaging: { isLive } },
      {
        unseen: "Nothing to check yet: no FHIR connection is on, so there are no patients to tell.",
        isNothingYet: true,
      },
    ]),
  ),
  ["going-live", "it is a pilot", { messaging: { isLive: false } }, { isWarning: true, fault: PILOT }],
  ["mail", "the hospital has its own domain", {}, {}],
  [
    "mail",
    "there is no address",
    { messaging: { mailSender: undefined } },
    { isWarning: true, fault: "There is no address that mails come from." },
  ],
  [
    "mail",
    "it is Azure's domain",
    { messaging: { mailSender: mailSenderOf("DoNotReply@c0ffee00.azurecomm.net", undefined) } },
    { isWarning: true, fault: AZURES },
  ],
  ...["consents", "number", "going-live", "mail"].map((name): [string, string, Said, object] => [
    name,
    "there are no Communication Services",
    { messaging: "none" },
    { unseen: NOTHING_SENT },
  ]),
])("%s, where %s", async (name, _what, said, check) => {
  expect(await checked(name, said)).toEqual([{ name, ...check }]);
});
