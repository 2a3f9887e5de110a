import { expect, test } from "vitest";
import { mailSenderOf } from "../../../app/domain/mailing.ts";
import { toldNow, whyNotMailed, whyNotTexted, type From } from "../../../app/messages/whyNot.ts";
import { connectionOf } from "../../harness/findingDeployment.ts";
import { NOTHING_UNKNOWN } from "../../../app/records/portalTexting.ts";

const STAFF = "+12025550171";
const PATIENT = "+12025550123";
const usual: From = {
  environment: "production",
  connection: connectionOf("lamna"),
  messaging: {
    number: "+18335550100",
    mailSender: mailSenderOf("DoNotReply@mail.lamna.example", undefined),
    isAgreed: true,
    isApproved: true,
    textsPatientsOf: () => true,
    unknown: NOTHING_UNKNOWN,
    whyNotTexted: () => "not-said",
    isLive: true,
    isStaff: (one) => one === STAFF || one === "staff@lamna.example",
    mayReach: () => true,
  },
};
const withMessaging = (change: Partial<From["messaging"]>): From => ({
  ...usual,
  messaging: { ...usual.messaging, ...change },
});

const OF_NOBODY = { textsPatientsOf: () => false };

test.each<[string, From, string, string | undefined]>([
  ["a live deployment's patient", usual, PATIENT, undefined],
  ["nobody, without a number", withMessaging({ number: undefined }), STAFF, "no-number"],
  [
    "nobody now, while nobody can say whether there is a number",
    withMessaging({ number: undefined, unknown: { ...NOTHING_UNKNOWN, number: true } }),
    STAFF,
    "texting-unreadable",
  ],
  [
    "nobody, without consents, whatever the number is",
    withMessaging({
      ...{ ...OF_NOBODY, isAgreed: false, number: undefined },
      unknown: { ...NOTHING_UNKNOWN, number: true },
    }),
    STAFF,
    "no-consent",
  ],
  ["nobody, without both consents", withMessaging({ ...OF_NOBODY, isAgreed: false }), STAFF, "no-consent"],
  ["nobody, where no number is linked to the connection", withMessaging(OF_NOBODY), STAFF, "no-number"],
  [
    "nobody, where the consents were for another chart",
    withMessaging({ ...OF_NOBODY, whyNotTexted: () => "other-chart" }),
    STAFF,
    "other-chart",
  ],
  ["nobody, before the carriers approve", withMessaging({ isApproved: false }), STAFF, "unapproved"],
  ["no patient in a pilot", withMessaging({ isLive: false }), PATIENT, "pilot"],
  ["listed staff in a pilot", withMessaging({ isLive: false }), STAFF, undefined],
  ["no patient in test", { ...usual, environment: "test" }, PATIENT, "test"],
  ["listed staff in test", { ...usual, environment: "test" }, STAFF, undefined],
  [
    "no patient of production's test chart",
    { ...usual, connection: connectionOf("lamna-test", { environment: "test" }) },
    PATIENT,
    "test",
  ],
  [
    "a laptop's patients of either chart",
    { ...usual, environment: "local", connection: connectionOf("lamna-test", { environment: "test" }) },
    PATIENT,
    undefined,
  ],
])("texted is %s", (_name, from, to, why) => {
  expect(whyNotTexted(from, to, false)).toBe(why);
});

test.each<[string, From, string, string | undefined]>([
  [
    "a live deployment's patient, whatever texts need",
    withMessaging({ number: undefined, isApproved: false }),
    "pat@patients.example",
    undefined,
  ],
  ["nobody, without a sender", withMessaging({ mailSender: undefined }), "staff@lamna.example", "no-sender"],
  ["no patient in a pilot", withMessaging({ isLive: false }), "pat@patients.example", "pilot"],
  ["listed staff in a pilot", withMessaging({ isLive: false }), "staff@lamna.example", undefined],
])("mailed is %s", (_name, from, to, why) => {
  expect(whyNotMailed(from, to)).toBe(why);
});

test.each<[string, Parameters<typeof toldNow>[0], From["connection"] | undefined, string]>([
  ["by texts and mails", usual.messaging, usual.connection, "live"],
  [
    "by mails alone, where no number is linked",
    withMessaging(OF_NOBODY).messaging,
    usual.connection,
    "by-mail",
  ],
  ["not at all in the pilot", withMessaging({ isLive: false }).messaging, usual.connection, "pilot"],
  ["not at all at a connection that is gone", usual.messaging, undefined, "pilot"],
])("patients are told now %s", (_how, messaging, connection, told) => {
  expect(toldNow(messaging, connection)).toBe(told);
});
