/** By which way a message goes, and why it does not go: each condition by itself, with all the others met. */
import { expect, test } from "vitest";
import { mailSenderOf } from "../../../../app/domain/mailing.ts";
import { mailWay, nobody, textWay, type Asked } from "../../../../app/flows/messages/ways.ts";
import { connectionOf } from "../../../harness/findingDeployment.ts";
import { NOTHING_UNKNOWN } from "../../../../app/records/portalTexting.ts";

const NUMBER = "+13125550123";
const MAIL = "pat@patients.example";
const messaging: Asked["messaging"] = {
  number: "+18335550100",
  mailSender: mailSenderOf("visits@mail.lamna.example", undefined),
  isAgreed: true,
  isApproved: true,
  textsPatientsOf: ({ id }) => id === "lamna",
  unknown: NOTHING_UNKNOWN,
  whyNotTexted: ({ id }) => (id === "moved" ? "other-chart" : "not-said"),
  isLive: true,
  isStaff: () => false,
  mayReach: () => true,
};
const ALL_WELL: Asked = {
  environment: "production",
  messaging,
  connection: connectionOf("lamna"),
  kind: "confirmation",
  recipient: { textNumber: NUMBER, mail: MAIL },
  isStopped: false,
  isNight: false,
  was: "live",
};
const withMessaging = (more: Partial<Asked["messaging"]>) => ({ messaging: { ...messaging, ...more } });
const isStaff = (one: string) => one === NUMBER || one === MAIL;

test("with every condition met, both ways are open", () => {
  expect([textWay(ALL_WELL), mailWay(ALL_WELL), nobody(ALL_WELL)]).toEqual([
    { to: NUMBER },
    { to: MAIL },
    undefined,
  ]);
});

test.each<[string, Partial<Asked>]>([
  ["no-number", withMessaging({ number: undefined })],
  ["no-number", { connection: connectionOf("other") }],
  ["no-consent", { connection: connectionOf("other"), ...withMessaging({ isAgreed: false }) }],
  ["other-chart", { connection: connectionOf("moved") }],
  ["known-before", { was: "by-mail" }],
  ["unapproved", withMessaging({ isApproved: false })],
  ["prefers-mail", { recipient: { ...ALL_WELL.recipient, prefers: "mail" } }],
  ["no-mobile", { recipient: { mail: MAIL } }],
  ["opted-out", { isStopped: true }],
  ["opt-out-unreadable", { isStopped: "not-known" }],
  ["night", { isNight: true }],
])("%s keeps a text, and leaves the mail", (code, more) => {
  expect(textWay({ ...ALL_WELL, ...more })).toEqual({ code });
  expect(mailWay({ ...ALL_WELL, ...more })).toEqual({ to: MAIL });
});

const { unknown } = messaging;
const UNREAD = withMessaging({ isApproved: false, unknown: { ...unknown, verificationOf: () => true } });
test.each<[what: string, code: string, more: Partial<Asked>]>([
  [
    "nobody is texted comes before what one patient prefers",
    "no-number",
    { ...withMessaging({ number: undefined }), recipient: { prefers: "mail" } },
  ],
  ["is not readable waits", "texting-unreadable", UNREAD],
  [
    "is not readable does not wait for whoever prefers mails",
    "prefers-mail",
    { ...UNREAD, recipient: { textNumber: NUMBER, prefers: "mail" } },
  ],
  ["is not readable does not wait by night", "night", { ...UNREAD, isNight: true }],
  [
    "may be the pilot does not wait where a visit was known before, if its staff are known",
    "known-before",
    { was: "pilot", ...withMessaging({ isLive: false, unknown: { ...unknown, isLive: true } }) },
  ],
  [
    "may be the pilot waits where a visit was known before, and its staff are not known",
    "texting-unreadable",
    { was: "pilot", ...withMessaging({ isLive: false, unknown: { ...unknown, isLive: true, staff: true } }) },
  ],
  [
    "is no pilot does not wait for its staff where a visit was known before",
    "known-before",
    { was: "pilot", ...withMessaging({ unknown: { ...unknown, staff: true } }) },
  ],
])("of several reasons against a text, what %s", (_what, code, more) => {
  expect(textWay({ ...ALL_WELL, ...more })).toEqual({ code });
});

test.each<[string, Partial<Asked>]>([
  ["test", { environment: "test" }],
  ["test", { connection: connectionOf("lamna", { environment: "test" }) }],
  ["pilot", withMessaging({ isLive: false })],
  ["known-before", { was: "pilot" }],
])("%s keeps both from patients, and neither from listed staff", (code, more) => {
  const asked = { ...ALL_WELL, ...more };
  expect([textWay(asked), mailWay(asked)]).toEqual([{ code }, { code }]);
  const staff = { ...asked, messaging: { ...asked.messaging, isStaff } };
  expect([textWay(staff), mailWay(staff)]).toEqual([{ to: NUMBER }, { to: MAIL }]);
});

test.each(["update", "cancellation", "reminder"] as const)(
  "a visit that was known before patients were told of anything has its %s",
  (kind) => {
    expect(textWay({ ...ALL_WELL, was: "pilot", kind })).toEqual({ to: NUMBER });
  },
);

test.each<[string, Partial<Asked>]>([
  ["no-sender", withMessaging({ mailSender: undefined })],
  [
    "azure-domain",
    withMessaging({ mailSender: mailSenderOf("DoNotReply@c0ffee00.azurecomm.net", undefined) }),
  ],
  ["no-address", { recipient: { textNumber: NUMBER } }],
])("%s keeps a mail", (code, more) => {
  expect(mailWay({ ...ALL_WELL, ...more })).toEqual({ code });
});

test.each([
  ["deceased", { gone: "deceased" }],
  ["inactive", { gone: "inactive" }],
  ["preference", { prefers: "other" }],
] as const)("%s keeps both", (code, recipient) => {
  expect(nobody({ recipient })).toBe(code);
});
