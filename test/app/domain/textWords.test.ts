/** The words of a text as a hospital writes them: what is refused, in this order, and what they become. */
import { expect, test } from "vitest";
import type { MessageKind } from "../../../app/domain/messageKinds.ts";
import { messageRulesSchema } from "../../../app/domain/messages.ts";
import { filledIn, textWordsSchema, wordsFault } from "../../../app/domain/textWords.ts";

const GOOD = "{sender}: your visit is {when}. {link} STOP ends";
const CANCELED = "{sender}: your visit {when} is canceled. STOP ends";
const GLUED_LINK =
  "has {link} with something right beside it, which phones take for a part of the link, so that it leads nowhere; put a blank before it and after it";
const GLUED_PHONE =
  "has {phone} with a letter, a digit or another name right beside it, so that phones dial another number; put a blank between";

test.each<[kind: MessageKind, words: string, fault: string | undefined]>([
  ["confirmation", GOOD, undefined],
  ["update", GOOD + " {phone}", undefined],
  ["reminder", GOOD, undefined],
  ["cancellation", CANCELED, undefined],
  ["confirmation", GOOD + "x".repeat(200 - GOOD.length), undefined],
  ["confirmation", GOOD + "x".repeat(201 - GOOD.length), "has more than 200 characters; shorten it"],
  ["confirmation", GOOD + "\n", "has a line break or a tab; write it on one line"],
  ["confirmation", GOOD + "\u2066", "has a character that nobody sees (U+2066); type it anew"],
  [
    "confirmation",
    GOOD + " {patient}",
    "has {patient}, which is no name; there are {sender}, {when}, {link}, {phone}, and none for a patient or a clinician",
  ],
  [
    "confirmation",
    GOOD + " {toString}",
    "has {toString}, which is no name; there are {sender}, {when}, {link}, {phone}, and none for a patient or a clinician",
  ],
  ["confirmation", GOOD + " {", "has a brace that belongs to no name; take it out"],
  ["confirmation", "}" + GOOD, "has a brace that belongs to no name; take it out"],
  ...(["confirmation", "update", "reminder"] as const).flatMap((kind) =>
    ["sender", "when", "link"].map((name): [MessageKind, string, string] => [
      kind,
      GOOD.replace(`{${name}}`, ""),
      `lacks {${name}}, which this text has to say; add it`,
    ]),
  ),
  ["cancellation", CANCELED.replace("{sender}", ""), "lacks {sender}, which this text has to say; add it"],
  ["cancellation", CANCELED.replace("{when}", ""), "lacks {when}, which this text has to say; add it"],
  ["cancellation", CANCELED + " {link}", "has {link}, and a canceled visit has nothing to join; take it out"],
  [
    "confirmation",
    GOOD + " https://bit.ly/x",
    "has a link of bit.ly, a public shortener, which carriers block; {link} is the patient’s own",
  ],
  ["confirmation", GOOD + " https://my-bit.ly/x https://abit.ly", undefined],
  ["confirmation", GOOD.replace("STOP", "STOPS"), "does not say STOP, by which people end texts; add it"],
  ["confirmation", GOOD.replace("STOP", "Stop"), "does not say STOP, by which people end texts; add it"],
  ...["{link}STOP", "{link}.", "{link}{link}", "x{link}", "({link}", "{link}\u00a0", "{when}{link}"].map(
    (glued): [MessageKind, string, string] => ["reminder", `${GOOD} ${glued}`, GLUED_LINK],
  ),
  ["reminder", "{link} STOP {sender} {when} {link}", undefined],
  ...["{phone}5", "{phone}STOP", "{phone}{when}", "x{phone}", "+{phone}", "{when}{phone}"].map(
    (glued): [MessageKind, string, string] => ["cancellation", `${CANCELED} ${glued}`, GLUED_PHONE],
  ),
  ...["Reply CANCEL to cancel.", "QUIT to end texts.", "Reply end to end.", "Envíe CANCELAR."].map(
    (offer): [MessageKind, string, string] => [
      "reminder",
      `${GOOD}. ${offer}`,
      "offers CANCEL, END or QUIT as an answer, which carriers take for STOP: texts would end, and the visit stay as it is; name STOP alone",
    ],
  ),
  ["reminder", "{sender}: {when} {link} STOP TO END", undefined],
  ["reminder", "{sender}: {when} {link} STOP=END", undefined],
  ["cancellation", CANCELED + ". To cancel, call {phone}. The end.", undefined],
  ...["Unsubscribe: STOP.", "Opt out: STOP.", "Remove me: STOP", "Wrong number? Wrong number, STOP"].map(
    (closing): [MessageKind, string, string] => [
      "confirmation",
      `{sender}: visit {when}. {link} . ${closing}`,
      "reads, sent back by a phone as it is, as the wish for no more texts; say it as “STOP to end”",
    ],
  ),
  ["cancellation", CANCELED + " ({phone}). Tel:{phone}, or {phone}", undefined],
])("for a %s: %s", (kind, words, fault) => {
  expect(wordsFault(kind, words)).toBe(fault);
});

test("each name is replaced, however often; what is put in is not searched, and an unknown one stays", () => {
  const of = { sender: "{when}", when: "today", link: "l", phone: "p" };
  expect(filledIn("{sender} {when} {when} {toString} {} {phone}{link}", of)).toBe(
    "{when} today today {toString} {} pl",
  );
});

test("what is wrong with words is told at their text, and words of one kind and language are written once", () => {
  const words = { kind: "reminder", language: "en", text: GOOD } as const;
  const [issue] = textWordsSchema.safeParse({ ...words, text: "STOP" }).error?.issues ?? [];
  expect([issue?.path, issue?.message]).toEqual([
    ["text"],
    "lacks {sender}, which this text has to say; add it",
  ]);
  // What is deployed with a link that something is glued to goes on.
  expect(textWordsSchema.safeParse({ ...words, text: GOOD + " {link}STOP" }).success).toBe(true);
  const other = { ...words, language: "es" } as const;
  expect(messageRulesSchema.safeParse({ words: [words, other, { ...words, kind: "update" }] }).success).toBe(
    true,
  );
  const twice = messageRulesSchema.safeParse({ words: [words, other, words] }).error?.issues;
  expect(twice?.map(({ path }) => path)).toEqual([["words", 2]]);
});
