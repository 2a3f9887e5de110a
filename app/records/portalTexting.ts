/**
 * What administrators set about texts: both consents, the connections they are for, whether the pilot is over, and how far
 * the number's verification is. The stack file takes precedence.
 */
import * as z from "zod";
import { isLive, textsPatientsOf, verificationOf, type ChartOfConnection } from "../domain/defaults.ts";
import type { Environment } from "../domain/environment.ts";
import { VERIFICATIONS, type StaffRecipients, type Texting, type Verification } from "../domain/texting.ts";
import type { Log } from "../log.ts";
import { RecordOfAnotherRelease, UnreadableRecord, whyUnreadable, type WhyUnreadable } from "./record.ts";
import { settingKind } from "./settingKind.ts";
import type { Settings } from "./settings.ts";

const consent = z.object({
  by: z.string(),
  at: z.iso.datetime(),
  /** The version of the wording that was agreed to. */
  words: z.int(),
});

const textingValue = z
  .object({
    consents: z.object({ sendOnBehalf: consent, attendeesConsent: consent }).exactOptional(),
    /**
     * Absent while nobody has chosen any: what applies without a setting goes on. Only a laptop leaves it out, and an earlier
     * release kept an empty list there, which is read the same; where somebody has chosen none, `notTexted` says so.
     */
    connections: z.array(z.string()).exactOptional(),
    /** The FHIR base URL that each connection had when the consents were given for it. */
    charts: z.array(z.object({ connection: z.string(), fhirBaseUrl: z.string() })).exactOptional(),
    /** The connections that were given no number: somebody has chosen that their patients are not texted. */
    notTexted: z.array(z.string()).exactOptional(),
    live: z.boolean().exactOptional(),
    verification: z.enum(VERIFICATIONS).exactOptional(),
    /** The number for which that was entered; absent where an earlier release kept it. It counts for no other number. */
    verifiedNumber: z.string().exactOptional(),
    staff: z.object({ phones: z.array(z.string()), mails: z.array(z.string()) }).exactOptional(),
  })
  .meta({
    description:
      "who of the administrators agreed to texts, when and to which wording; for which connections and charts, and for which not; whether patients get them; how far the carriers are with the hospital's number, and with which number; phone numbers and mail addresses of the staff who may be reached before patients are",
  });

export type PortalTexting = z.output<typeof textingValue>;

export const portalTexting = settingKind({
  name: "texting",
  what: "what administrators have said of texts to patients",
  value: textingValue,
});

/** What holds where nothing has been set, so that a first setting changes only what it says. */
export const unsetTexting = (environment: Environment): PortalTexting =>
  environment === "local" ? {} : { connections: [] };

/** The id of the one setting for the whole hospital. */
export const TEXTING_ID = "texting";

export interface TextingStands {
  /**
   * Why what is set cannot be read; undefined where it can. Meanwhile only what the stack file says allows a text, and
   * whatever else a message needs is unknown.
   */
  readonly unreadable?: WhyUnreadable;
  readonly unknown: Unknown;
  readonly isLive: boolean;
  /** Whether both consents have been given, be it that no connection is linked to the number. */
  readonly isAgreed: boolean;
  readonly verification: Verification;
  /** The number for which it was entered, where that is known. */
  readonly verifiedNumber?: string | undefined;
  /** What the stack file says of its number, with which verification begins. */
  readonly seed?: Verification | undefined;
  readonly textsPatientsOf: (connection: ChartOfConnection) => boolean;
  /**
   * Why patients of a connection are not texted: somebody has chosen so; it was agreed for another chart than it leads to now;
   * or nobody has said anything of it.
   */
  readonly whyNotTexted: (connection: ChartOfConnection) => "chosen" | "other-chart" | "not-said";
  /** The staff whom a test deployment or a pilot may reach. */
  readonly staff: StaffRecipients;
}

/**
 * What cannot be known, because what is set cannot be read and the stack file does not say it. Nothing is decided by it: a
 * message that depends on it waits.
 */
export interface Unknown {
  readonly isLive: boolean;
  /** Which staff are listed. */
  readonly staff: boolean;
  /** Whether patients of a connection are texted. */
  readonly textsPatientsOf: (connection: ChartOfConnection) => boolean;
  /** How far the carriers are with a number. */
  readonly verificationOf: (number: string) => boolean;
}

/** The same with the number, whose row is another one. */
export interface UnknownOfTexts extends Unknown {
  /** Whether there is a number, and which. */
  readonly number: boolean;
}

export const NOTHING_UNKNOWN: UnknownOfTexts = {
  number: false,
  isLive: false,
  staff: false,
  textsPatientsOf: () => false,
  verificationOf: () => false,
};

/**
 * How far the carriers are with a number. What was entered of another number does not count for it, as where the setting was
 * restored from a time when there was another one, or where the stack file has another number by now. The stack file's own
 * word comes with its number. A number that was bought in the portal begins without their verification, on a laptop, too.
 */
export const verificationFor = (
  { verification, verifiedNumber, seed }: Pick<TextingStands, "verification" | "verifiedNumber" | "seed">,
  number: string | undefined,
): Verification =>
  verifiedNumber === undefined || number === undefined || verifiedNumber === number
    ? verification
    : (seed ?? "notStarted");

/** The state of texting, remembered. A process that writes it reads it anew; other processes do so every few seconds. */
export interface TextingNow {
  current(): TextingStands;
  /** What the stack file says, which is locked in the portal. */
  readonly said: Texting | undefined;
  /** The staff recipients of the stack file, which are locked, too. */
  readonly listed: StaffRecipients | undefined;
  refresh(): Promise<void>;
}

export interface TextingNowDeps {
  readonly settings: Pick<Settings<PortalTexting>, "read">;
  readonly log: Pick<Log, "error">;
  readonly environment: Environment;
  readonly said: Texting | undefined;
  readonly listed: StaffRecipients | undefined;
  /** The state with which verification begins. */
  readonly seed: Verification | undefined;
}

export async function openTextingNow(deps: TextingNowDeps): Promise<TextingNow> {
  const { settings, said, listed, log } = deps;
  /** What was read last; undefined where nothing was, or where another release may have changed it since. */
  let last: { readonly own: PortalTexting | undefined } | undefined;
  const read = async (before?: TextingStands) => {
    try {
      last = { own: (await settings.read(TEXTING_ID))?.value };
      return standsBy(deps, last.own);
    } catch (error) {
      if (!(error instanceof UnreadableRecord)) throw error;
      // It is read every few seconds, and told once.
      if (before?.unreadable === undefined) log.error("texting.unreadable", error);
      if (error instanceof RecordOfAnotherRelease) last = undefined;
      return unreadable(deps, last, whyUnreadable(error));
    }
  };
  let stands = await read();
  return {
    said,
    listed,
    current: () => stands,
    refresh: async () => void (stands = await read(stands)),
  };
}

const isUnchosen = (environment: Environment, own: PortalTexting | undefined): boolean =>
  environment === "local" &&
  own?.consents === undefined &&
  [...(own?.connections ?? []), ...(own?.notTexted ?? [])].length === 0;

/**
 * The state where nobody can say what is set. Consents and the carriers' approval count only as the stack file has them:
 * whoever wants to withdraw the others cannot write it. That the pilot is over, who the staff are, and that the carriers have
 * not approved a number, holds as it was read last, because nobody can change them in a damaged row either, and mails can
 * still be ended by their rules.
 */
function unreadable(
  deps: TextingNowDeps,
  last: { readonly own: PortalTexting | undefined } | undefined,
  why: WhyUnreadable,
): TextingStands {
  const { environment, said, listed, seed } = deps;
  const before = standsBy(deps, last?.own);
  const isKnown = last !== undefined;
  const { verifiedNumber } = before;
  // The stack file's word for its number, unless it is known that the carriers have said something else since.
  const verification = before.verification === "approved" ? (seed ?? "notStarted") : before.verification;
  const isApprovedBy = (stands: Parameters<typeof verificationFor>[0], number: string) =>
    verificationFor(stands, number) === "approved";
  const isTexted = (connection: ChartOfConnection) =>
    said !== undefined && before.textsPatientsOf(connection);
  const isLiveKnown = isKnown || environment === "test" || said?.live !== undefined;
  return {
    unreadable: why,
    unknown: {
      isLive: !isLiveKnown,
      staff: !isKnown && listed === undefined,
      textsPatientsOf: (connection) => said === undefined && (!isKnown || before.textsPatientsOf(connection)),
      verificationOf: (number) =>
        !isApprovedBy({ verification, verifiedNumber, seed }, number) &&
        (!isKnown || isApprovedBy(before, number)),
    },
    isAgreed: said !== undefined,
    isLive: isLiveKnown && before.isLive,
    verification,
    verifiedNumber,
    seed,
    textsPatientsOf: isTexted,
    whyNotTexted: (connection) =>
      said !== undefined || isKnown ? before.whyNotTexted(connection) : "not-said",
    staff: before.staff,
  };
}

/** The state of texting by a setting. Without both consents no patient is texted, whatever else is set. */
function standsBy(
  { environment, said, listed, seed }: TextingNowDeps,
  own: PortalTexting | undefined,
): TextingStands {
  const chosen = isUnchosen(environment, own) ? undefined : own?.connections;
  const ofPortal = chosen && { ...own, connections: own?.consents === undefined ? [] : chosen };
  const live = said?.live ?? own?.live;
  const isAgreedHere = chosen === undefined ? environment === "local" : own?.consents !== undefined;
  return {
    unknown: NOTHING_UNKNOWN,
    isAgreed: said !== undefined || isAgreedHere,
    isLive: isLive(environment, live === undefined ? undefined : { live }),
    verification: own?.verification ?? verificationOf(environment, seed),
    verifiedNumber: own?.verifiedNumber,
    seed,
    textsPatientsOf: (connection) => textsPatientsOf(environment, said ?? ofPortal, connection),
    whyNotTexted({ id }) {
      if ((said ?? ofPortal)?.connections.includes(id) === true) return "other-chart";
      return said !== undefined || own?.notTexted?.includes(id) === true ? "chosen" : "not-said";
    },
    staff: listed ?? own?.staff ?? { phones: [], mails: [] },
  };
}
