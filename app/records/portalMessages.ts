/**
 * What administrators set of messages to patients where the stack file is silent: when, of which kinds and in which words.
 * The stack file takes precedence, member by member.
 */
import * as z from "zod";
import { messageRulesOf, type SetInPortal, type SettledMessageRules } from "../domain/defaults.ts";
import type { Environment } from "../domain/environment.ts";
import { LANGUAGES } from "../domain/language.ts";
import { MESSAGE_KINDS, type MessageRules } from "../domain/messages.ts";
import type { Log } from "../log.ts";
import { RecordOfAnotherRelease, UnreadableRecord } from "./record.ts";
import { settingKind } from "./settingKind.ts";
import type { Settings } from "./settings.ts";

const kind = z.enum(MESSAGE_KINDS);

const messagesValue = z
  .object({
    aheadDays: z.int().exactOptional(),
    hours: z.object({ from: z.string(), to: z.string() }).exactOptional(),
    /** Takes the place of the hours between two times. */
    allHours: z.boolean().exactOptional(),
    byMail: z.boolean().exactOptional(),
    words: z.array(z.object({ kind, language: z.enum(LANGUAGES), text: z.string() })).exactOptional(),
    connections: z
      .array(
        z.object({
          connection: z.string(),
          kinds: z.array(kind).exactOptional(),
          remindMinutesBefore: z.array(z.int()).exactOptional(),
        }),
      )
      .exactOptional(),
  })
  .meta({
    description:
      "how early and at which hours patients are written to, whether by mail, too, what texts say, and for each connection which messages and how long before the visit",
  });

export type PortalMessages = z.output<typeof messagesValue>;

export const portalMessages = settingKind({
  name: "messages",
  what: "what administrators have set of messages to patients",
  value: messagesValue,
});

/** The same in the words of a stack file. */
export function rulesIn({ allHours, hours, connections = [], ...rest }: PortalMessages): SetInPortal {
  const always = allHours === true ? ({ hours: "always" } as const) : hours && { hours };
  return {
    ...rest,
    ...always,
    connections: connections.map(({ remindMinutesBefore: [first, ...more] = [], ...one }) => ({
      ...one,
      ...(first !== undefined && { remindMinutesBefore: [first, ...more] }),
    })),
  };
}

/** The id of the one setting for the whole hospital. */
export const MESSAGES_ID = "messages";

/**
 * The rules by now, remembered: each member is read at the moment of its use. A process that changes them reads them anew;
 * other processes do so every few seconds.
 */
export interface MessageRulesNow extends SettledMessageRules {
  /**
   * Why what is set cannot be read; undefined where it can. A damaged row changes nothing for a process that has read it
   * before, because nobody can change it; of a row of another release nothing is remembered.
   */
  readonly unreadable: "damaged" | "another-release" | undefined;
  /** What the stack file says, which is locked in the portal. */
  readonly said: MessageRules;
  refresh(): Promise<void>;
}

export interface MessageRulesNowDeps {
  readonly settings: Pick<Settings<PortalMessages>, "read">;
  readonly log: Pick<Log, "error">;
  readonly environment: Environment;
  readonly said: MessageRules | undefined;
}

export async function openMessageRules(deps: MessageRulesNowDeps): Promise<MessageRulesNow> {
  const { settings, environment, log, said = {} } = deps;
  /** What was read last; undefined where nothing was, or where another release may have changed it since. */
  let last: SettledMessageRules | undefined;
  let unreadable: MessageRulesNow["unreadable"];
  const read = async (): Promise<SettledMessageRules> => {
    try {
      last = messageRulesOf(environment, said, rulesIn((await settings.read(MESSAGES_ID))?.value ?? {}));
      unreadable = undefined;
      return last;
    } catch (error) {
      if (!(error instanceof UnreadableRecord)) throw error;
      // It is read every few seconds, and told once.
      if (unreadable === undefined) log.error("messages.unreadable", error);
      unreadable = error instanceof RecordOfAnotherRelease ? "another-release" : "damaged";
      if (unreadable === "another-release") last = undefined;
      return last ?? { ...messageRulesOf(environment, said), isUnknown: true };
    }
  };
  let now = await read();
  return {
    said,
    get unreadable() {
      return unreadable;
    },
    get isUnknown() {
      return now.isUnknown;
    },
    get aheadDays() {
      return now.aheadDays;
    },
    get hours() {
      return now.hours;
    },
    get byMail() {
      return now.byMail;
    },
    get words() {
      return now.words;
    },
    get connections() {
      return now.connections;
    },
    refresh: async () => void (now = await read()),
  };
}
