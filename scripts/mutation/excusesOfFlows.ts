/** Mutants of flows that may survive; see excuses.ts. */

const NO_ID = "what stands for nothing is neither the id of a subscription nor that of a meeting";

const TYPES = "; only the types ask";

export const OF_FLOWS = [
  {
    file: "app/flows/messages/inChart.ts",
    line: "const told = patients.length === 1 ? [] : await toldOf(parts, occasion);",
    mutators: ["ConditionalExpression", "ArrayDeclaration"],
    because: "nobody looks at what was told of a visit that has one patient: only a read is saved",
  },
  {
    file: "app/flows/messages/messageJob.ts",
    line: 'if (message.kind !== "reminder" || message.start <= parts.queue.now()) return false;',
    mutators: ["ConditionalExpression"],
    because: "before what is no reminder no other reminder goes, either way" + TYPES,
  },
  {
    file: "app/flows/messages/when.ts",
    line: 'if (time.at <= now) return { kind: "now" };',
    mutators: ["ObjectLiteral", "StringLiteral"],
    because: "now is whatever is none of the others",
  },
  {
    file: "app/flows/messages/occasion.ts",
    line: 'for (let number = message.kind === "change" ? message.number - 1 : 0; number > 0; number--) {',
    mutators: ["ConditionalExpression", "EqualityOperator"],
    because: "no change has the number 0, so whoever asks for it stops there",
  },
  {
    file: "app/flows/messages/occasion.ts",
    line: "for (let number = changes; number > 0; number--) {",
    mutators: ["EqualityOperator"],
    because: "no change has the number 0, so whoever asks for it stops there",
  },
  {
    file: "app/flows/messages/plan.ts",
    line: 'const { of = "", reach, signal } = turn;',
    mutators: ["StringLiteral"],
    because: "what stands for nothing is no connection's id, either way",
  },
  {
    file: "app/flows/messages/plan.ts",
    line: "if (due === undefined) return undefined;",
    mutators: ["ConditionalExpression"],
    because: "of a reminder that has no time none comes out, either way" + TYPES,
  },
  {
    file: "app/flows/messages/plan.ts",
    line: "if (allAdded && part.to < now) await reach?.(new Date(part.to));",
    mutators: ["EqualityOperator"],
    because: "what is overdue ends minutes ago, and the last part ends later: none ends now",
  },
  {
    file: "app/flows/messages/plan.ts",
    line: 'const at = message.kind === "change" ? due.getTime() : undefined;',
    mutators: ["ConditionalExpression"],
    because: "what is made twice is made once: a longer name of a reminder only remembers less",
  },
  {
    file: "app/flows/messages/plan.ts",
    line: 'const once = [key, ...[at, back].filter((part) => part !== undefined).map(String)].join(" ");',
    mutators: ["MethodExpression", "ConditionalExpression", "StringLiteral"],
    because:
      "the names by which jobs are remembered only have to differ, and are as different with empty parts or without blanks",
  },
  {
    file: "app/flows/messages/sent.ts",
    line: 'if (kind === "cancellation") return { address: "", isFirst: false };',
    mutators: ["StringLiteral", "BooleanLiteral"],
    because:
      "the words of a cancellation have no place for a link, and what is told already is no cancellation",
  },
  {
    file: "app/flows/messages/plan.ts",
    line: "if (made.size >= MOST_REMEMBERED) made.clear();",
    mutators: ["EqualityOperator", "ConditionalExpression"],
    because: "how many jobs are remembered concerns memory alone: what is made twice is made once",
  },
  {
    file: "app/flows/messages/plan.ts",
    line: 'return sending.kind === "send" && sending.at < due ? sending.at : due;',
    mutators: ["EqualityOperator", "ConditionalExpression"],
    because: "of two equal times either is the earlier one, and what is not sent has no time" + TYPES,
  },
  {
    file: "app/flows/messages/sent.ts",
    line: 'if (after.kind === "over" || after.reason !== NO_ROOM || after.afterMs === undefined) return after;',
    mutators: ["ConditionalExpression", "StringLiteral"],
    because: "what is over has no reason, and where there is no room it is said for how long" + TYPES,
  },
  {
    file: "app/flows/messages/telling.ts",
    line: 'if (message.kind === "change" && found.isUntold === true)',
    mutators: ["ConditionalExpression"],
    because:
      "nothing is taken away from a visit that is not marked, nor by what is no change: only a read is saved",
  },
  {
    file: "app/flows/messages/waiting.ts",
    line: 'const believed = told === "unreadable" ? undefined : told?.start;',
    mutators: ["ConditionalExpression", "StringLiteral"],
    because: "what cannot be read has no start" + TYPES,
  },
  {
    file: "app/flows/messages/sent.ts",
    line: 'kind: "over",',
    mutators: ["StringLiteral"],
    because: "here everything is over that is not to be tried later",
  },
  {
    file: "app/flows/messages/whose.ts",
    line: "patient !== undefined && (patient !== named || isNamedTwice === true) && all.has(patient);",
    mutators: ["ConditionalExpression"],
    because: "a person has no id that is none" + TYPES,
  },
  {
    file: "app/flows/presence/take.ts",
    line: "const watched = kept.subscription === undefined ? undefined : await presences.of(id);",
    mutators: ["ConditionalExpression"],
    because: "without a subscription nobody looks at what is read here",
  },
  {
    file: "app/flows/presence/subscriptions.ts",
    line: "const ids = [...visits.flatMap(({ subscription }) => subscription?.id ?? []), ...ofUnreadable];",
    mutators: ["ArrayDeclaration"],
    because: NO_ID,
  },
  {
    file: "app/flows/presence/subscriptions.ts",
    line: "visits.flatMap(({ isUnderWay, visit }) => (isUnderWay ? (meetingKey(visit.meeting.joinUrl) ?? []) : [])),",
    mutators: ["ArrayDeclaration"],
    because: NO_ID,
  },
  {
    file: "app/flows/portal/access.ts",
    line: 'address.method === "get"',
    mutators: ["ConditionalExpression", "StringLiteral"],
    because: "who only reads sends no form, and none is looked at",
  },
  {
    file: "app/flows/portal/audit.ts",
    line: "return { events, looked, ...(before !== undefined && { before }) };",
    mutators: ["ConditionalExpression"],
    because: "after so many events the last one's number is known; only the types ask",
  },
  {
    file: "app/flows/canary/canary.ts",
    line: 'else log.warn("canary.failed", { ...fields, reason: `${failure.step}: ${failure.why ?? ""}` });',
    mutators: ["StringLiteral"],
    because: "a step that fails says why; only the types ask",
  },
];

export const RULES_OF_FLOWS = [
  {
    files: /^app\/flows\/messages\/(?:belief|messageJob|occasion)\.ts$/,
    line: /\bwhich = ""/,
    mutators: ["StringLiteral"],
    because: "what stands for nothing is no message's name, either way",
  },
  {
    line: /^const from = continuation === undefined \? \{\} : \{ continuation \};$/,
    mutators: ["ConditionalExpression"],
    because: "a member that is undefined is as good as none; only the types ask",
  },
  {
    line: /^if \(response\.headersSent\) \{$/,
    mutators: ["ConditionalExpression", "BlockStatement"],
    because: "no handler fails once it has answered; the check is for one that is made later",
  },
];
