/** Turns what was typed into rules and words that can be kept, or says why they cannot be, field by field. */
import { messageRulesOf, messagesOf } from "../../../domain/defaults.ts";
import { LANGUAGES } from "../../../domain/language.ts";
import {
  connectionMessagesSchema,
  isBeforeFirstNotice,
  MESSAGE_KINDS,
  messageRulesSchema,
  type MessageRules,
} from "../../../domain/messages.ts";
import { wordsFault, type TextWords } from "../../../domain/textWords.ts";
import { wordsOf } from "../../../domain/texts.ts";
import { minutesBefore } from "../../../domain/timeBefore.ts";
import { quoted } from "../../../domain/unseen.ts";
import type { PortalMessages } from "../../../records/portalMessages.ts";
import { linesOf } from "../connections/form.ts";
import type { FieldFaults } from "../fields.ts";
import { kindField, remindField, wordsField, type About, type Typed } from "./typed.ts";
import { tooLong, type LongNames } from "./preview.ts";

type Judged =
  | { readonly ok: true; readonly value: PortalMessages }
  | { readonly ok: false; readonly faults: FieldFaults };

const judgedAs = (value: PortalMessages, faults: FieldFaults): Judged =>
  Object.keys(faults).length > 0 ? { ok: false, faults } : { ok: true, value };

/**
 * What equals the connector's own rule and was not set before is not kept, so that it follows the connector's rule later.
 */
export function judgedRules(about: About, typed: Typed, before: PortalMessages = {}): Judged {
  const { said, environment } = about;
  const { words } = before;
  const own = messageRulesOf(environment);
  const [from = "", to = ""] = [typed["from"], typed["to"]];
  const aheadDays = /^\d{1,3}$/.test(typed["aheadDays"] ?? "") ? Number(typed["aheadDays"]) : Number.NaN;
  const hours = typed["always"] === "yes" ? ("always" as const) : { from, to };
  const byMail = typed["byMail"] === "yes";
  const { shape } = messageRulesSchema;
  const isNumber = shape.aheadDays.safeParse(aheadDays).success;
  // Days that are no number are wrong themselves, whatever the reminders are.
  const firstDays = said.aheadDays ?? (isNumber ? aheadDays : Infinity);
  const connections = about.connections.map((connection) =>
    ofConnection(about, connection.id, typed, { before, aheadDays: firstDays }),
  );
  // The form has the connections of one page. What was set of others stays.
  const others = (before.connections ?? []).filter(
    ({ connection }) => !about.connections.some(({ id }) => id === connection),
  );
  const earlier = others.find(({ remindMinutesBefore = [] }) =>
    isBeforeFirstNotice(remindMinutesBefore, firstDays),
  );
  const faults = {
    ...(said.aheadDays === undefined && !isNumber && { aheadDays: "Enter a number of days, from 1 to 60." }),
    ...(said.aheadDays === undefined &&
      earlier !== undefined && { aheadDays: neverGoes(earlier.connection) }),
    ...(said.hours === undefined && !shape.hours.safeParse(hours).success && { from: HOURS_FAULT }),
    ...Object.fromEntries(connections.flatMap(({ faults }) => Object.entries(faults))),
  };
  const set = [...connections.flatMap(({ value }) => value ?? []), ...others];
  return judgedAs(
    {
      ...(words && { words }),
      ...kept("aheadDays", aheadDays, said.aheadDays, own.aheadDays, before),
      ...keptHours(hours, said.hours, own.hours, before),
      ...kept("byMail", byMail, said.byMail, own.byMail, before),
      ...(set.length > 0 && { connections: set }),
    },
    faults,
  );
}

const neverGoes = (id: string) =>
  `${id} has a reminder earlier than this first notice, which would never go. Enter more days.`;

const HOURS_FAULT =
  "Enter two times of one day as 08:00 and 21:00, the second one later; or tick that messages go at all hours.";

function keptHours(
  typed: NonNullable<MessageRules["hours"]>,
  said: MessageRules["hours"],
  own: unknown,
  before: PortalMessages,
): Pick<PortalMessages, "hours" | "allHours"> {
  const { hours, allHours } = before;
  const had = { ...(hours && { hours }), ...(allHours !== undefined && { allHours }) };
  if (said !== undefined) return had;
  const isOwn = JSON.stringify(typed) === JSON.stringify(own) && Object.keys(had).length === 0;
  return isOwn ? {} : typed === "always" ? { allHours: true } : { hours: typed };
}

function kept<K extends "aheadDays" | "byMail">(
  key: K,
  typed: NonNullable<PortalMessages[K]>,
  said: unknown,
  own: unknown,
  before: PortalMessages,
): Partial<Pick<PortalMessages, K>> {
  const isOwn = JSON.stringify(typed) === JSON.stringify(own) && before[key] === undefined;
  // What the stack file says is not changed here; what was set before it did so stays.
  const value = said !== undefined ? before[key] : isOwn ? undefined : typed;
  return (value === undefined ? {} : { [key]: value }) as Partial<Pick<PortalMessages, K>>;
}

type OfConnection = NonNullable<PortalMessages["connections"]>[number];

function ofConnection(
  about: About,
  id: string,
  typed: Typed,
  { before, aheadDays }: { readonly before: PortalMessages; readonly aheadDays: number },
): { readonly value?: OfConnection; readonly faults: FieldFaults } {
  const { connections, environment } = about;
  const connection = connections.find((one) => one.id === id);
  const said = connection?.messages ?? {};
  const had = before.connections?.find((one) => one.connection === id);
  const own = messagesOf(environment, {});
  const kinds = MESSAGE_KINDS.filter((kind) => typed[kindField(id, kind)] === "yes");
  const lines = linesOf(typed[remindField(id)] ?? "");
  const minutes = lines.map(minutesBefore);
  const wrong = lines.find((_, index) => minutes[index] === undefined);
  const { success, data } = connectionMessagesSchema.shape.remindMinutesBefore.safeParse(minutes);
  const isSaid = said.remindMinutesBefore !== undefined;
  const needsNone = !kinds.includes("reminder") && lines.length === 0;
  if (!isSaid && !needsNone && !success)
    return {
      faults: {
        [remindField(id)]:
          wrong === undefined
            ? "Enter one to five different times before the visit, a week at most, one a line."
            : `“${quoted(wrong, 40)}” is no time before a visit. Write such as 1 day, 2 hours or 15 minutes, one a line.`,
      },
    };
  const reminds = (said.kinds ?? kinds).includes("reminder");
  const toSend = said.remindMinutesBefore ?? data ?? own.remindMinutesBefore;
  // What the stack file says both of cannot be mended here.
  const isFixed = isSaid && about.said.aheadDays !== undefined;
  if (reminds && !isFixed && isBeforeFirstNotice(toSend, aheadDays))
    return {
      faults: {
        [isSaid ? "aheadDays" : remindField(id)]: isSaid
          ? neverGoes(id)
          : `The first notice goes ${String(aheadDays)} days before a visit, and an earlier reminder never goes. Take it out, or enter more days for the first notice.`,
      },
    };
  const isSame = (one: readonly unknown[], other: readonly unknown[]) =>
    one.length === other.length && one.every((each) => other.includes(each));
  const newKinds =
    said.kinds !== undefined ? had?.kinds : isSame(kinds, own.kinds) ? had?.kinds && kinds : kinds;
  const times = data !== undefined && !isSame(data, own.remindMinutesBefore) ? data : undefined;
  // Without reminders, how long before they would go has no effect, and no stack file may say it.
  const set = kinds.includes("reminder") ? (times ?? (had?.remindMinutesBefore && data)) : undefined;
  const newTimes = isSaid ? had?.remindMinutesBefore : set;
  const [first, ...more] = newTimes ?? [];
  if (newKinds === undefined && first === undefined) return { faults: {} };
  return {
    faults: {},
    value: {
      connection: id,
      ...(newKinds !== undefined && { kinds: newKinds }),
      ...(first !== undefined && { remindMinutesBefore: [first, ...more] }),
    },
  };
}

/** @param names the longest names and addresses that the words have to leave room for */
export function judgedWords(typed: Typed, before: PortalMessages = {}, names: readonly LongNames[]): Judged {
  const { words: _, ...others } = before;
  const all = LANGUAGES.flatMap((language) =>
    MESSAGE_KINDS.map((kind): TextWords => {
      const text = (typed[wordsField(language, kind)] ?? "").normalize("NFC");
      return { kind, language, text: text === "" ? wordsOf(kind, language) : text };
    }),
  );
  const faults = Object.fromEntries(
    all.flatMap((one) => {
      const fault = wordsFault(one.kind, one.text);
      // A host name may be so long that the connector's own words do not fit either; others can still be changed.
      const isOwn = one.text === wordsOf(one.kind, one.language);
      const says = fault !== undefined ? `It ${fault}.` : isOwn ? undefined : tooLong(one, names);
      return says === undefined ? [] : [[wordsField(one.language, one.kind), says]];
    }),
  );
  const words = all.filter(({ kind, language, text }) => text !== wordsOf(kind, language));
  return judgedAs({ ...others, ...(words.length > 0 && { words }) }, faults);
}
