/** Mutants of the clinicians' flow that may survive; see excuses.ts. */

const TYPES = "; only the types ask";

const NO_VISITS = "what stands for no visit is no visit's id";

export const OF_PROVIDER = [
  {
    file: "app/flows/provider/cancelled.ts",
    line: "for (const { id } of off) cancelled.set(id, read.get(id) ?? { visit: undefined });",
    mutators: ["ObjectLiteral"],
    because: "what was read by its id is among what was read" + TYPES,
  },
  {
    file: "app/flows/provider/cancelled.ts",
    line: 'return found === "not-known" || (found !== undefined && !isBelievedCancelled(found));',
    mutators: ["ConditionalExpression", "StringLiteral"],
    because: "what is not known has no standing by which it would be cancelled" + TYPES,
  },
  {
    file: "app/flows/provider/visitCancelled.ts",
    line: "hints: readonly ReadHint[] = [],",
    mutators: ["ArrayDeclaration"],
    because: "what stands for no hint has no kind",
  },
  {
    file: "app/flows/provider/whose.ts",
    line: 'const name = moment.toISOString() + " " + id;',
    mutators: ["StringLiteral"],
    because: "moments are of one length, so no two of them and ids give the same text",
  },
  {
    file: "app/flows/provider/unasked.ts",
    line: 'const NOT_LISTED = "";',
    mutators: ["StringLiteral"],
    because: "whatever stands for nobody on a list is not on it",
  },
  {
    file: "app/flows/provider/unasked.ts",
    line: "if (messaging === undefined || !mayWriteUnasked(parts, session, visit)) return undefined;",
    mutators: ["ConditionalExpression"],
    because: "where nothing is sent, the other half says so, too" + TYPES,
  },
  {
    file: "app/flows/provider/postedForms.ts",
    line: 'hashed(parts.sessionsOf.get(request)?.grant.fhirUser ?? ""),',
    mutators: ["OptionalChaining", "StringLiteral"],
    because: "the step before knows whose session it is" + TYPES,
  },
  {
    file: "app/flows/provider/postedForms.ts",
    line: 'if (session === undefined) throw new Error("a form is read before its session");',
    mutators: ["ConditionalExpression"],
    because: "the step before knows whose session it is" + TYPES,
  },
  {
    file: "app/flows/provider/streams.ts",
    line: "if (left > 0) ofLaunch.set(stream.launch, left);",
    mutators: ["ConditionalExpression", "EqualityOperator"],
    because: "a launch of which none is counted is as good as one that is not counted",
  },
  {
    file: "app/flows/provider/whatFollows.ts",
    line: "if (visit === undefined || isOver(visit)) return;",
    mutators: ["ConditionalExpression"],
    because: "a visit that was just opened again is there" + TYPES,
  },
  {
    file: "app/flows/provider/heldElsewhere.ts",
    line: "const came = await Promise.race([coming, passed(GRACE_MS, [], { ref: false })]);",
    mutators: ["ObjectLiteral", "BooleanLiteral"],
    because: "a timer of a second or two, for which a process that ends need not wait",
  },
  {
    file: "app/flows/provider/heldElsewhere.ts",
    line: 'return { ...opened, ...(await others(opened.kind === "visit" ? [opened.visit.id] : [])) };',
    mutators: ["ArrayDeclaration"],
    because: NO_VISITS,
  },
  {
    file: "app/flows/provider/heldElsewhere.ts",
    line: "const shown = (problem.held ?? []).map(({ visit }) => visit);",
    mutators: ["ArrayDeclaration"],
    because: NO_VISITS,
  },
  {
    file: "app/flows/provider/heldElsewhere.ts",
    line: "const patients = (await visits.withPatients(id))?.patients ?? [];",
    mutators: ["OptionalChaining", "ArrayDeclaration"],
    because: "the visit was read a moment before" + TYPES,
  },
  {
    file: "app/flows/provider/checks.ts",
    line: "const of = trace.connection !== undefined && known.has(trace.connection) ? trace.connection : undefined;",
    mutators: ["ConditionalExpression"],
    because: "what is undefined is no known connection either; only the types ask",
  },
  {
    file: "app/flows/provider/checks.ts",
    line: 'const key = `${end.check} ${of ?? ""}${end.isByAnybody === true ? " by anybody" : ""}`;',
    mutators: ["StringLiteral"],
    because: "whatever stands for no connection is no connection's id",
  },
  {
    file: "app/flows/provider/consults.ts",
    line: "const isOver = ended && there?.number === last?.number;",
    mutators: ["OptionalChaining"],
    because: "a consult that has ended was there; only the types ask",
  },
  {
    file: "app/flows/provider/consults.ts",
    line: 'if (known !== undefined || subject?.kind !== "consult" || subject.departmentId !== departmentId)',
    mutators: ["ConditionalExpression"],
    because: "the department's consult that is on the page is the one that was begun last",
  },
  {
    file: "app/flows/provider/noteBeside.ts",
    line: 'const before = session.place?.kind === "appointment" ? session.place : undefined;',
    mutators: ["ConditionalExpression"],
    because: "a consult is opened elsewhere and never comes here; only the types ask",
  },
  {
    file: "app/flows/provider/noVisitAnswer.ts",
    line: 'const which = session.launchId + " " + found.because;',
    mutators: ["StringLiteral"],
    because: "launch ids are of one length, so no two launches and reasons give the same text",
  },
  {
    file: "app/flows/provider/noVisitAnswer.ts",
    line: "if (oldest !== undefined && said.size >= MOST_REMEMBERED) said.delete(oldest);",
    mutators: ["ConditionalExpression", "EqualityOperator"],
    because: "how many references are remembered concerns memory alone: what is forgotten gets a new one",
  },
  {
    file: "app/flows/provider/messageToCopy.ts",
    line: 'if (link === undefined) return { en: "", es: "" };',
    mutators: ["ObjectLiteral", "StringLiteral"],
    because: "where there is no patient there is no row that shows a message",
  },
];
