/** Gathers everything that the page of texts shows: what is set, by whom, and what would be sent. */
import { isForStaffAlone, messagesOf } from "../../../domain/defaults.ts";
import { verificationForm } from "../../../domain/byHand/tollFree.ts";
import type { Environment } from "../../../domain/environment.ts";
import type { ConfiguredConnection } from "../../../domain/hospital.ts";
import { PATHS } from "../../../domain/addresses.ts";
import { TOKEN_LENGTH } from "../../../domain/linkToken.ts";
import { LANGUAGES } from "../../../domain/language.ts";
import type { MailSender } from "../../../domain/mailing.ts";
import { TOLD_KINDS, type MessageKind, type ToldKind } from "../../../domain/messages.ts";
import { isPlain, segmentsOf } from "../../../domain/plainText.ts";
import { textSenderOf, visitText } from "../../../domain/texts.ts";
import type { StaffRecipients, Texting, Verification } from "../../../domain/texting.ts";
import { mayText } from "../../../records/dataRegions.ts";
import { TEXTING_ID, verificationFor, type PortalTexting } from "../../../records/portalTexting.ts";
import { UnreadableRecord } from "../../../records/record.ts";
import type { Purchase } from "../../../records/numberPurchase.ts";
import type { Setting } from "../../../records/settings.ts";
import { everyConnection, nameOf } from "../connections/every.ts";
import { unreadableOf } from "../ownChecks.ts";
import type { PortalPicks } from "../parts.ts";
import type { Names } from "../people.tsx";
import type { UnreadableSetting } from "../../../records/unreadableSetting.ts";
import { unreadableRules } from "../unreadable.ts";
import type { Refusal } from "./refusals.ts";
import type { TypedStaff } from "./staff.ts";
import type { Trial } from "./trial.ts";
import type { TypedTexts } from "./typed.ts";

export type TextsPicks = Pick<
  PortalPicks,
  | "audit"
  | "connectionSettings"
  | "dataRegions"
  | "directory"
  | "environment"
  | "foundVisits"
  | "hospital"
  | "messageRules"
  | "messageRulesNow"
  | "messaging"
  | "now"
  | "numberPurchases"
  | "numbers"
  | "optOuts"
  | "proposals"
  | "publicUrl"
  | "sendingRate"
  | "stackFile"
  | "textingNow"
  | "textingSettings"
>;

export interface AsSet {
  /** Why what is set of messages cannot be read; undefined where it can. */
  readonly rulesUnreadable: UnreadableSetting | undefined;
  /** The portal's own setting; a member that it lacks was not set here. */
  readonly setting: Setting<PortalTexting> | undefined;
  /** The setting of the stack file, which cannot be changed here. */
  readonly said: Texting | undefined;
  /** Every connection, also one that is off: it is set up before it is first turned on. */
  readonly connections: readonly {
    readonly id: string;
    readonly name: string;
    readonly isOn: boolean;
    readonly environment: ConfiguredConnection["environment"];
    readonly isTexted: boolean;
  }[];
  /** Whether both consents have been given. */
  readonly isAgreed: boolean;
  readonly environment: Environment;
  readonly number: string | undefined;
  /** Whether an administrator gets the number here. */
  readonly getsNumber: boolean;
  /** The number's purchase: under way, or how it ended. */
  readonly purchase: Purchase | undefined;
  readonly now: Date;
  /** The carriers' form, with suggested answers. */
  readonly form: string;
  readonly mailSender: MailSender | undefined;
  readonly verification: Verification;
  readonly isLive: boolean;
  /**
   * The staff whom a test deployment and a pilot may write to. `isStaffLocked`: the stack file lists them, so they cannot be
   * changed here.
   */
  readonly staff: StaffRecipients;
  readonly isStaffLocked: boolean;
  readonly isWaiting: boolean;
  /** What the connector sends patients by itself, and when. */
  readonly rules: {
    readonly hours: "always" | { readonly from: string; readonly to: string };
    readonly aheadDays: number;
    readonly byMail: boolean;
    readonly of: readonly {
      readonly name: string;
      readonly kinds: readonly MessageKind[];
      readonly remindMinutesBefore: readonly number[];
    }[];
  };
  readonly samples: readonly Sample[];
}

export interface TextsShown extends AsSet {
  readonly stackFile: string;
  readonly refusal: Refusal | undefined;
  /** The names of those who gave the consents. */
  readonly names: Names;
  /** What was sent by one of the other forms, and not saved. */
  readonly typed?: TypedTexts | undefined;
  /** The staff that were typed, and what is wrong with them. */
  readonly typedStaff?: TypedStaff | undefined;
  /** The result of a text that was tried. */
  readonly trial?: Trial | undefined;
}

export interface Sample {
  readonly kind: ToldKind;
  readonly language: (typeof LANGUAGES)[number];
  readonly text: string;
  /** What carriers would charge; undefined where no text can leave. */
  readonly charged:
    | {
        readonly segments: number;
        /** Whether each character is in the carriers' plain alphabet; one that is not more than doubles the cost. */
        readonly isPlain: boolean;
      }
    | undefined;
}

/**
 * Undefined where what is set of texts, or the number, cannot be read. Then only patients whom the stack file names are
 * texted.
 */
export async function asSetIfReadable(picks: TextsPicks): Promise<AsSet | undefined> {
  try {
    return await textsAsSet(picks);
  } catch (error) {
    if (!(error instanceof UnreadableRecord)) throw error;
    await Promise.all([picks.textingNow.refresh(), picks.numberPurchases.refresh()]);
    if (unreadableOf(picks).length === 0) throw error;
    return undefined;
  }
}

export async function textsAsSet(picks: TextsPicks): Promise<AsSet> {
  const { messageRules, messaging, proposals, textingNow, textingSettings } = picks;
  const [setting, purchase, connections, waiting, samples] = await Promise.all([
    textingSettings.read(TEXTING_ID),
    picks.numberPurchases.read(),
    everyConnection(picks),
    proposals.waiting(),
    samplesOf(picks),
  ]);
  const { isAgreed, isLive, staff, textsPatientsOf } = textingNow.current();
  return {
    setting,
    said: textingNow.said,
    isAgreed,
    connections: connections.map((one) => ({
      id: one.id,
      name: nameOf(one),
      isOn: one.isOn,
      environment: one.environment,
      isTexted: textsPatientsOf(one),
    })),
    environment: picks.environment,
    number: messaging?.number,
    getsNumber: picks.numbers !== undefined,
    purchase,
    now: picks.now(),
    form: (await formOf(picks, connections)).join("\n"),
    mailSender: messaging?.mailSender,
    verification: verificationFor(textingNow.current(), messaging?.number),
    isLive,
    staff,
    isStaffLocked: textingNow.listed !== undefined,
    isWaiting: waiting.some(({ value }) => value.of.kind === "texting"),
    rulesUnreadable: unreadableRules(picks),
    rules: {
      hours: messageRules.hours,
      aheadDays: messageRules.aheadDays,
      byMail: messageRules.byMail,
      of: connections.map((one) => ({
        name: nameOf(one),
        ...messagesOf(picks.environment, one, messageRules.connections),
      })),
    },
    samples,
  };
}

async function formOf(
  { environment, hospital, messageRules, messaging, publicUrl }: TextsPicks,
  connections: readonly ConfiguredConnection[],
): Promise<readonly string[]> {
  const [first] = connections;
  const [department] = first === undefined ? [] : await hospital.departments(first.id);
  return verificationForm({
    organization: hospital.organization,
    environment,
    publicUrl,
    department,
    connections: connections.map((one) => ({
      messages: messagesOf(environment, one, messageRules.connections),
    })),
    words: messageRules.words,
    number: messaging?.number,
  });
}

/** A token of the same length as a link's, which leads nowhere. */
const NO_TOKEN = "x".repeat(TOKEN_LENGTH);

/** A sample of each kind of text, as it would be sent for the first department. */
async function samplesOf(picks: TextsPicks): Promise<readonly Sample[]> {
  const { dataRegions, hospital, messageRules, now, publicUrl } = picks;
  const [connection] = await hospital.connections();
  const [department] = connection === undefined ? [] : await hospital.departments(connection.id);
  const { organization } = hospital;
  const sender = textSenderOf(organization, department);
  if (sender === undefined) return [];
  const facts = {
    sender,
    start: new Date(now().getTime() + 86_400_000),
    zone: department?.timeZone ?? "America/Chicago",
    link: `${publicUrl}${PATHS.link}/${NO_TOKEN}`,
    phone: department?.phone ?? organization.phone,
  };
  const isCharged = mayText(dataRegions.told());
  return TOLD_KINDS.flatMap((kind) =>
    LANGUAGES.map((language): Sample => {
      const text = visitText(kind, language, facts, messageRules.words);
      const charged = isCharged ? { segments: segmentsOf(text), isPlain: isPlain(text) } : undefined;
      return { kind, language, text, charged };
    }),
  );
}

/** The connections whose patients are told once texts are live: those who are texted, and those who are mailed alone. */
export function toldOnceLive({ connections, environment, isAgreed, mailSender, rules }: AsSet) {
  const isMailing = rules.byMail && mailSender !== undefined && !mailSender.isForStaffsOnly;
  const told = connections.filter((one) => one.isOn && isAgreed && !isForStaffAlone(environment, one));
  return {
    isMailing,
    texted: told.filter(({ isTexted }) => isTexted),
    mailed: isMailing ? told.filter(({ isTexted }) => !isTexted) : [],
  };
}

/** How many visits of these connections are already known: after going live they get reminders, and no first notice. */
export async function visitsKnown(
  { foundVisits, messageRules, now }: TextsPicks,
  connections: readonly { readonly id: string }[],
): Promise<{ readonly visits: number; readonly days: number }> {
  const days = messageRules.aheadDays;
  const from = now();
  const until = new Date(from.getTime() + days * 86_400_000);
  let visits = 0;
  for (const { id } of connections)
    for await (const { found } of foundVisits.between(id, from, until))
      visits += found.filter(({ standing }) => standing === "on").length;
  return { visits, days };
}
