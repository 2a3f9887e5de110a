/** What a hospital says about messages to patients: which kinds are sent, how long before a visit, and at which hours. */
import * as z from "zod";
import { distinct } from "./distinct.ts";
import { MESSAGE_KINDS } from "./messageKinds.ts";
import { textWordsSchema } from "./textWords.ts";

export { MESSAGE_KINDS, type MessageKind } from "./messageKinds.ts";

/** What a message about a visit tells: by one of the rules, or that staff have said that they run late. */
export const TOLD_KINDS = [...MESSAGE_KINDS, "late"] as const;
export type ToldKind = (typeof TOLD_KINDS)[number];

const WEEK_MINUTES = 7 * 24 * 60;

/** The rules of one connection. */
export const connectionMessagesSchema = z
  .strictObject({
    kinds: z.array(z.enum(MESSAGE_KINDS)).superRefine(distinct()).optional().meta({
      description:
        "Which messages patients get unasked: when a visit becomes known, is moved, is canceled, comes near. An empty list: none but those that staff send.",
    }),
    remindMinutesBefore: z
      .array(z.int().min(1).max(WEEK_MINUTES))
      .nonempty()
      .max(5)
      .superRefine(distinct())
      .optional()
      .meta({ description: "How long before the start a reminder is sent, in minutes; one for each." }),
  })
  .refine(
    ({ kinds, remindMinutesBefore }) =>
      kinds?.includes("reminder") !== false || remindMinutesBefore === undefined,
    {
      path: ["remindMinutesBefore"],
      message: "has no effect, since kinds leaves reminder out; leave this out, or add reminder to kinds",
    },
  );

const TIME_OF_DAY = /^([01]\d|2[0-3]):[0-5]\d$/;
const timeOfDay = z
  .string()
  .regex(TIME_OF_DAY, "must be a time of the day in quotes, from '00:00' to '23:59', such as '08:00'");

const sendingHoursSchema = z.union(
  [
    z.literal("always"),
    z
      .strictObject({
        from: timeOfDay.meta({ description: "First minute at which a message may be sent." }),
        to: timeOfDay.meta({ description: "From then on messages wait for the next day." }),
      })
      .refine(({ from, to }) => from < to || ![from, to].every((time) => TIME_OF_DAY.test(time)), {
        path: ["to"],
        message: "must be later than from, on the same day; at all hours is written always",
      }),
  ],
  "must be always, or from and to, such as { from: '08:00', to: '21:00' }",
);

/** The rules of the whole deployment. */
export const messageRulesSchema = z.strictObject({
  aheadDays: z.int().min(1).max(60).optional().meta({
    description: "How many days before its start a patient is first told of a visit.",
  }),
  hours: sendingHoursSchema.optional().meta({
    description:
      "When patients may be texted and mailed unasked: always, or between two times of the day where the department is.",
  }),
  byMail: z.boolean().optional().meta({
    description:
      "Whether patients are mailed unasked who have no mobile number, prefer mail, or are not reached by a text.",
  }),
  words: z
    .array(textWordsSchema)
    .superRefine((all, context) => {
      distinct()(
        all.map(({ kind, language }) => `${kind} in ${language}`),
        context,
      );
    })
    .optional()
    .meta({
      description: "What texts say in place of the connector's own words, for each kind and language.",
    }),
});

/** Whether a reminder goes earlier than the first notice, before which no visit is looked for: it never would. */
export const isBeforeFirstNotice = (minutesBefore: readonly number[], aheadDays: number): boolean =>
  minutesBefore.some((minutes) => minutes > aheadDays * 1440);

export type ConnectionMessages = z.output<typeof connectionMessagesSchema>;
export type MessageRules = z.output<typeof messageRulesSchema>;
