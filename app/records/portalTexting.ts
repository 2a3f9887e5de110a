/**
 * What administrators set about texts: both consents, the connections they are for, whether the pilot is over, and how far
 * the number's verification is. The stack file takes precedence.
 */
import { z } from "zod";
import { isLive, textsPatientsOf, verificationOf, type ChartOfConnection } from "../domain/defaults.ts";
import type { Environment } from "../domain/environment.ts";
import { VERIFICATIONS, type StaffRecipients, type Texting, type Verification } from "../domain/texting.ts";
import type { Log } from "../log.ts";
import { UnreadableRecord } from "./record.ts";
import { settingKind, type Settings } from "./settings.ts";

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
    staff: z.object({ phones: z.array(z.string()), mails: z.array(z.string()) }).exactOptional(),
  })
  .meta({
    description:
      "who of the administrators agreed to texts, when and to which wording; for which connections and charts, and for which not; whether patients get them; how far the carriers are with the number; phone numbers and mail addresses of the staff who may be reached before patients are",
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
   * Whether what is set could be read. Where its row is damaged, nobody is texted until it is mended, and everything else
   * works: a number that was bought meanwhile is kept.
   */
  readonly isReadable: boolean;
  readonly isLive: boolean;
  /** Whether both consents have been given, be it that no connection is linked to the number. */
  readonly isAgreed: boolean;
  readonly verification: Verification;
  readonly textsPatientsOf: (connection: ChartOfConnection) => boolean;
  /**
   * Why patients of a connection are not texted: somebody has chosen so; it was agreed for another chart than it leads to now;
   * or nobody has said anything of it.
   */
  readonly whyNotTexted: (connection: ChartOfConnection) => "chosen" | "other-chart" | "not-said";
  /** The staff whom a test deployment or a pilot may reach. */
  readonly staff: StaffRecipients;
}

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
  const read = async (before?: TextingStands) => {
    try {
      return standsBy(deps, (await settings.read(TEXTING_ID))?.value);
    } catch (error) {
      if (!(error instanceof UnreadableRecord)) throw error;
      // It is read every few seconds, and told once.
      if (before?.isReadable !== false) log.error("texting.unreadable", error);
      return unreadable(deps);
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

/** The state where nobody can say what is set: whoever has not agreed is not texted, and no staff are known. */
const unreadable = ({ listed }: TextingNowDeps): TextingStands => ({
  isReadable: false,
  isAgreed: false,
  isLive: false,
  verification: "notStarted",
  textsPatientsOf: () => false,
  whyNotTexted: () => "not-said",
  staff: listed ?? { phones: [], mails: [] },
});

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
    isReadable: true,
    isAgreed: said !== undefined || isAgreedHere,
    isLive: isLive(environment, live === undefined ? undefined : { live }),
    verification: own?.verification ?? verificationOf(environment, seed),
    textsPatientsOf: (connection) => textsPatientsOf(environment, said ?? ofPortal, connection),
    whyNotTexted({ id }) {
      if ((said ?? ofPortal)?.connections.includes(id) === true) return "other-chart";
      return said !== undefined || own?.notTexted?.includes(id) === true ? "chosen" : "not-said";
    },
    staff: listed ?? own?.staff ?? { phones: [], mails: [] },
  };
}
