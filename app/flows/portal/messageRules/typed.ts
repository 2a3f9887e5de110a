/** What an administrator types of messages, as texts: from the kept value to the forms, and from the forms. */
import type { Request } from "express";
import { messageRulesOf, messagesOf } from "../../../domain/defaults.ts";
import { LANGUAGES } from "../../../domain/language.ts";
import { MESSAGE_KINDS, type MessageKind, type MessageRules } from "../../../domain/messages.ts";
import { wordsOf } from "../../../domain/texts.ts";
import { timeBeforeWords } from "../../../domain/timeBefore.ts";
import { rulesIn, type PortalMessages } from "../../../records/portalMessages.ts";
import type { PortalPicks } from "../parts.ts";
import type { EachConnection } from "../connections/every.ts";
import { fieldOf } from "../fields.ts";
import { KINDS } from "../texts/wordsAndLive.tsx";

/** By the field's name. */
export type Typed = Readonly<Record<string, string>>;

/** What the forms are about. */
export interface About {
  /** The connections that the form has; a hospital with many has them on several pages. */
  readonly connections: readonly EachConnection[];
  /** What the stack file says, which cannot be changed here. */
  readonly said: MessageRules;
  readonly environment: PortalPicks["environment"];
  /** Which page of the connections it is, from 1. */
  readonly page: number;
  readonly pages: number;
}

export interface FormField {
  readonly name: string;
  readonly label: string;
  /** The stack file's key, where it says this. */
  readonly lockedBy?: string;
  readonly value: string;
}

export const kindField = (connection: string, kind: MessageKind) => `kind-${connection}-${kind}`;
export const remindField = (connection: string) => "remind-" + connection;
export const wordsField = (language: string, kind: MessageKind) => `words-${language}-${kind}`;

/** The fields of the form of rules, as they are by now. */
export function ruleFields(about: About, own: PortalMessages | undefined): readonly FormField[] {
  const { connections, said, environment } = about;
  const {
    aheadDays,
    hours,
    byMail,
    connections: set,
  } = messageRulesOf(environment, said, rulesIn(own ?? {}));
  const locked = (key: keyof MessageRules) =>
    said[key] === undefined ? {} : { lockedBy: "messages." + key };
  const between = hours === "always" ? { from: "", to: "" } : hours;
  return [
    { name: "aheadDays", label: "Days before the visit", value: String(aheadDays), ...locked("aheadDays") },
    { name: "always", label: "At all hours", value: yes(hours === "always"), ...locked("hours") },
    { name: "from", label: "From", value: between.from, ...locked("hours") },
    { name: "to", label: "To", value: between.to, ...locked("hours") },
    { name: "byMail", label: "Mails to patients", value: yes(byMail), ...locked("byMail") },
    ...connections.flatMap((connection) => fieldsOfConnection(about, connection, set)),
  ];
}

function fieldsOfConnection(
  { environment }: About,
  connection: EachConnection,
  set: Parameters<typeof messagesOf>[2],
): readonly FormField[] {
  const { id, name, messages: said = {} } = connection;
  const { kinds, remindMinutesBefore } = messagesOf(environment, connection, set);
  const locked = (key: "kinds" | "remindMinutesBefore") =>
    said[key] === undefined ? {} : { lockedBy: `connections[].messages.${key} of ${id}` };
  return [
    ...MESSAGE_KINDS.map((kind) => ({
      name: kindField(id, kind),
      label: `${name}: ${KINDS[kind]}`,
      value: yes(kinds.includes(kind)),
      ...locked("kinds"),
    })),
    {
      name: remindField(id),
      label: `${name}: reminders`,
      value: remindMinutesBefore.map(timeBeforeWords).join("\n"),
      ...locked("remindMinutesBefore"),
    },
  ];
}

/** The fields of the form of words, as they are by now. */
export function wordFields({ said }: About, own: PortalMessages | undefined): readonly FormField[] {
  const words = said.words ?? own?.words;
  return LANGUAGES.flatMap((language) =>
    MESSAGE_KINDS.map((kind) => ({
      name: wordsField(language, kind),
      label: `${KINDS[kind]}, ${LANGUAGE[language]}`,
      value: wordsOf(kind, language, words),
      ...(said.words !== undefined && { lockedBy: "messages.words" }),
    })),
  );
}

export const LANGUAGE = { en: "English", es: "Spanish" } as const;

const yes = (is: boolean) => (is ? "yes" : "no");

/** What was typed. A locked field, and a tick that was left out, are not sent. */
export const typedIn = (request: Pick<Request, "body">, fields: readonly FormField[]): Typed =>
  Object.fromEntries(
    fields.map(({ name, value, lockedBy }) => {
      if (lockedBy !== undefined) return [name, value];
      const text = fieldOf(request, name);
      return [name, isTick(name) && text !== "yes" ? "no" : text];
    }),
  );

const isTick = (name: string) => name === "always" || name === "byMail" || name.startsWith("kind-");

export const typedFrom = (fields: readonly FormField[]): Typed =>
  Object.fromEntries(fields.map(({ name, value }) => [name, value]));

/** The fields in which what was typed differs from what is kept by now. */
export const differencesOf = (
  typed: Typed,
  fields: readonly FormField[],
): readonly (readonly [label: string, typed: string, now: string])[] =>
  fields
    .filter(({ name, value }) => (typed[name] ?? "") !== value)
    .map(({ name, label, value }) => [label, typed[name] ?? "", value]);
