/**
 * What is set of texts cannot be read: nothing is decided by it for good. What the stack file says counts, and whatever else
 * a message needs is unknown until somebody has mended the row.
 */
import { describe, expect, test } from "vitest";
import { mailSenderOf } from "../../../app/domain/mailing.ts";
import type { StaffRecipients, Texting, Verification } from "../../../app/domain/texting.ts";
import { mailWay, textWay, type Asked } from "../../../app/flows/messages/ways.ts";
import { toldNow, whyNotTexted } from "../../../app/messages/whyNot.ts";
import { openTextingNow, type PortalTexting } from "../../../app/records/portalTexting.ts";
import { withReach } from "../../../app/records/reach.ts";
import { RecordOfAnotherRelease, UnreadableRecord } from "../../../app/records/record.ts";
import type { Setting } from "../../../app/records/settings.ts";
import { connectionOf } from "../../harness/findingDeployment.ts";

const FROM = "+18335550100";
const NUMBERS = {
  said: FROM,
  bought: { current: () => ({ number: undefined, isUnknown: false }) },
};
const NUMBER = "+13125550123";
const OTHER = "+18445550199";
const MAIL = "pat@patients.example";
const CONSENT = { by: "somebody", at: "2027-01-04T10:00:00.000Z", words: 1 };
const LIVE: PortalTexting = {
  consents: { sendOnBehalf: CONSENT, attendeesConsent: CONSENT },
  connections: ["lamna"],
  live: true,
  verification: "approved",
};
const DAMAGED = new UnreadableRecord("damaged");
const THEIRS = new RecordOfAnotherRelease("of another release");

interface Said {
  readonly said?: Texting;
  readonly seed?: Verification;
  readonly listed?: StaffRecipients;
  readonly environment?: Asked["environment"];
  /** What a process that runs had read before; absent for one that starts. */
  readonly before?: PortalTexting;
  readonly why?: UnreadableRecord;
}

async function ways({ said, seed, listed, environment = "production", before, why = DAMAGED }: Said) {
  let row: PortalTexting | UnreadableRecord = before ?? why;
  const texting = await openTextingNow({
    settings: {
      read: () =>
        row instanceof Error
          ? Promise.reject(row)
          : Promise.resolve({ value: row } as unknown as Setting<PortalTexting>),
    },
    log: { error: () => undefined },
    ...{ environment, said, listed, seed },
  });
  row = why;
  await texting.refresh();
  const sender = { mailSender: mailSenderOf("visits@mail.lamna.example", undefined) };
  const messaging = withReach(sender, texting, NUMBERS);
  const asked: Asked = {
    environment,
    messaging,
    connection: connectionOf("lamna"),
    kind: "reminder",
    recipient: { textNumber: NUMBER, mail: MAIL },
    isStopped: false,
    isNight: false,
    was: "live",
  };
  return {
    asked,
    text: textWay(asked),
    mail: mailWay(asked),
    told: toldNow(messaging, asked.connection),
  };
}

const consents = { sendOnBehalf: CONSENT, attendeesConsent: CONSENT } as unknown as Texting["consents"];
const OF_STACK: Texting = { connections: ["lamna"], live: true, consents };
const WAITS = { code: "texting-unreadable" };
const [TEXTED, MAILED] = [{ to: NUMBER }, { to: MAIL }];

test.each<[where: string, said: Said, text: object, mail: object, told: string]>([
  ["only the portal has it, both wait", {}, WAITS, WAITS, "live"],
  ["another release has it, both wait", { before: LIVE, why: THEIRS }, WAITS, WAITS, "live"],
  ["the stack file says all, both go", { said: OF_STACK, seed: "approved" }, TEXTED, MAILED, "live"],
  ["the stack file says nothing of the number, mails go", { said: OF_STACK }, WAITS, MAILED, "live"],
  [
    "the carriers are known to have refused the number since, it is mailed",
    { said: OF_STACK, seed: "approved", before: { ...LIVE, verification: "rejected" } },
    { code: "unapproved" },
    MAILED,
    "live",
  ],
  [
    "the carriers have refused another number, the stack file's word for its number counts",
    {
      said: OF_STACK,
      seed: "approved",
      before: { ...LIVE, verification: "rejected", verifiedNumber: OTHER },
    },
    TEXTED,
    MAILED,
    "live",
  ],
  [
    "they are known not to have approved the number, it is mailed",
    { before: { ...LIVE, verification: "submitted" } },
    { code: "unapproved" },
    MAILED,
    "live",
  ],
  [
    "nobody can say whether they still approve, texts wait",
    { said: OF_STACK, before: LIVE },
    WAITS,
    MAILED,
    "live",
  ],
  [
    "the stack file texts others, this one is mailed",
    { said: { ...OF_STACK, connections: ["other"] }, seed: "approved" },
    { code: "no-number" },
    MAILED,
    "by-mail",
  ],
  ["it was live before, consents are not remembered", { before: LIVE }, WAITS, MAILED, "live"],
  [
    "it was not texted before, it is mailed",
    { before: { ...LIVE, connections: [] } },
    { code: "no-consent" },
    MAILED,
    "by-mail",
  ],
  [
    "it was a pilot before, nobody is written to",
    { before: { ...LIVE, live: false } },
    { code: "pilot" },
    { code: "pilot" },
    "pilot",
  ],
  ["a test deployment's staff are not known", { environment: "test" }, WAITS, WAITS, "pilot"],
  [
    "a test deployment's staff are the stack file's",
    { environment: "test", listed: { phones: [], mails: [] } },
    { code: "test" },
    { code: "test" },
    "pilot",
  ],
])("where %s", async (_where, said, text, mail, told) => {
  const now = await ways(said);
  expect([now.text, now.mail, now.told]).toEqual([text, mail, told]);
});

test("what stands against a message anyway is decided meanwhile", async () => {
  const { asked } = await ways({});
  const textOf = (more: Partial<Asked>) => textWay({ ...asked, ...more });
  expect(textOf({ isStopped: true })).toEqual({ code: "opted-out" });
  expect(textOf({ isNight: true })).toEqual({ code: "night" });
  expect(textOf({ recipient: { textNumber: NUMBER, prefers: "mail" } })).toEqual({ code: "prefers-mail" });
  expect(textOf({ recipient: {} })).toEqual({ code: "no-mobile" });
});

test("at night the mail goes where texts alone are unknown", async () => {
  for (const said of [{ before: LIVE }, { said: OF_STACK }]) {
    const { asked } = await ways(said);
    const atNight = { ...asked, isNight: true };
    expect([textWay(atNight), mailWay(atNight)]).toEqual([{ code: "night" }, MAILED]);
  }
});

test("a first notice of a visit that was known before is withheld, unless it may be to listed staff", async () => {
  const KNOWN = { code: "known-before" };
  const noticeOf = async (said: Said, was: Asked["was"]) => {
    const { asked } = await ways(said);
    const notice = { ...asked, kind: "confirmation", was } as const;
    return [textWay(notice), mailWay(notice)];
  };
  expect(await noticeOf({ before: LIVE }, "pilot")).toEqual([KNOWN, KNOWN]);
  expect(await noticeOf({ before: LIVE }, "by-mail")).toEqual([KNOWN, MAILED]);
  // Whether it is a pilot is not known, so a listed recipient would be told.
  expect(await noticeOf({}, "pilot")).toEqual([WAITS, WAITS]);
  expect(await noticeOf({ listed: { phones: [], mails: [] } }, "pilot")).toEqual([KNOWN, KNOWN]);
  expect(await noticeOf({ listed: { phones: [NUMBER], mails: [] } }, "pilot")).toEqual([WAITS, KNOWN]);
});

test("of a link that a clinician sends, too, the page says what stands against it anyway", async () => {
  const whyOf = async (said: Said, isStopped = false) =>
    whyNotTexted((await ways(said)).asked, NUMBER, isStopped);
  expect(await whyOf({ before: { ...LIVE, live: false } })).toBe("pilot");
  expect(await whyOf({ environment: "test", listed: { phones: [], mails: [] } })).toBe("test");
  expect(await whyOf({}, true)).toBe("opted-out");
  expect(await whyOf({})).toBe("texting-unreadable");
});

test("whoever texts first is answered while nobody can say whether the pilot is over, and not in a pilot", async () => {
  const mayReach = async (said: Said) => (await ways(said)).asked.messaging.mayReach(NUMBER);
  expect(await mayReach({})).toBe(true);
  expect(await mayReach({ before: LIVE })).toBe(true);
  expect(await mayReach({ before: { ...LIVE, live: false } })).toBe(false);
});

describe("of a number for which nothing was entered in the portal", () => {
  const approvedFor = async (
    value: PortalTexting,
    said: { seed?: Verification; environment?: Asked["environment"] },
  ) => {
    const texting = await openTextingNow({
      settings: { read: () => Promise.resolve({ value } as unknown as Setting<PortalTexting>) },
      log: { error: () => undefined },
      ...{ environment: "production", said: undefined, listed: undefined, seed: undefined, ...said },
    });
    return withReach({}, texting, NUMBERS).isApproved;
  };
  const ofOther = { ...LIVE, verifiedNumber: OTHER };

  test("the stack file's word counts, which comes with its number", async () => {
    expect(await approvedFor(ofOther, { seed: "approved" })).toBe(true);
    expect(await approvedFor({ ...ofOther, verification: "rejected" }, { seed: "approved" })).toBe(true);
    expect(await approvedFor(ofOther, { seed: "submitted" })).toBe(false);
  });

  test("the carriers have not begun where the stack file says nothing, on a laptop, too", async () => {
    expect(await approvedFor(ofOther, {})).toBe(false);
    expect(await approvedFor(ofOther, { environment: "local" })).toBe(false);
  });

  test("what was entered for it counts before the stack file's word", async () => {
    const rejected = { ...LIVE, verification: "rejected", verifiedNumber: FROM } as const;
    expect(await approvedFor(rejected, { seed: "approved" })).toBe(false);
  });
});
