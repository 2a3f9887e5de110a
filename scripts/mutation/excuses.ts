/**
 * Mutants that may survive, each with the reason. An excuse holds for a line as it is now: when the line changes or its
 * mutant is killed, `npm run mutate` fails until the excuse is removed.
 */

import { OF_ADAPTERS } from "./excusesOfAdapters.ts";
import { OF_FLOWS, RULES_OF_FLOWS } from "./excusesOfFlows.ts";
import { OF_PROVIDER } from "./excusesOfProvider.ts";
import { OF_WEB } from "./excusesOfWeb.ts";

export interface Excuse {
  readonly file: string;
  /** The line of source, without surrounding blanks. */
  readonly line: string;
  /** Stryker's names for the kinds of mutants. */
  readonly mutators: readonly string[];
  readonly because: string;
}

const CALL = "app/adapters/graph/call.ts";
const URLS = "app/domain/fhirBaseUrl.ts";
const NOTHING = "what stands for nothing is refused like every other text that is none of these";
const LISTENER = "a listener of a signal that is forgotten a moment later: nothing but tidiness";
const SILENT =
  "a deadline of ten seconds, which only a vendor that is silent meets: too long for a test of every day";

export const EXCUSES: readonly Excuse[] = [
  ...OF_FLOWS,
  ...OF_PROVIDER,
  {
    file: "app/domain/helpAddress.ts",
    line: 'const url = URL.parse(address ?? "");',
    mutators: ["StringLiteral"],
    because: NOTHING,
  },
  {
    file: "app/domain/day.ts",
    line: 'return momentFormat("en-CA", timeZone, "ISO day").format(moment);',
    mutators: ["StringLiteral"],
    because: "the style that en-CA has by itself is the same; the name says that we count on it",
  },
  {
    file: "app/domain/distinct.ts",
    line: "export const inAnyCase = (text: string): string => text.toLowerCase();",
    mutators: ["MethodExpression"],
    because: "names that differ in case alone are the same in capitals, too",
  },
  {
    file: URLS,
    line: 'return hostname === "localhost" || hostname === "[::1]" || /^127(\\.\\d{1,3}){3}$/.test(hostname);',
    mutators: ["Regex"],
    because: "URL reads no host that ends in a number and is no address, so nothing can stand before it",
  },
  {
    file: URLS,
    line: 'return hostname.startsWith("[") || /^\\d{1,3}(\\.\\d{1,3}){3}$/.test(hostname);',
    mutators: ["Regex"],
    because: "URL reads no host that ends in a number and is no address, so nothing can stand before it",
  },
  {
    file: URLS,
    line: "const old = /\\/(dstu2|stu3)(\\/|$)/i.exec(pathname)?.[1]?.toUpperCase();",
    mutators: ["OptionalChaining"],
    because: "what has matched has its first group; the types do not say so",
  },
  {
    file: "app/domain/linkToken.ts",
    line: "if (epoch !== undefined) bytes.writeUIntBE(epoch, EARLY_CLAIM_BYTES, EPOCH_BYTES);",
    mutators: ["ConditionalExpression"],
    because: "without an epoch its place is the code's, which is written afterwards",
  },
  {
    file: "app/domain/organizers.ts",
    line: "weight(next, visitId) > weight(best, visitId) ? next : best,",
    mutators: ["EqualityOperator"],
    because: "weights are hashes: no two accounts have the same",
  },
  {
    file: CALL,
    line: 'signal.addEventListener("abort", stop, { once: true });',
    mutators: ["StringLiteral", "ObjectLiteral", "BooleanLiteral"],
    because: LISTENER + ", and the deadline itself is seconds long, too long for a test of every day",
  },
  { file: CALL, line: "} finally {", mutators: ["BlockStatement"], because: LISTENER },
  {
    file: CALL,
    line: 'signal.removeEventListener("abort", stop);',
    mutators: ["StringLiteral"],
    because: LISTENER,
  },
  {
    file: CALL,
    line: "const stop = () => {",
    mutators: ["BlockStatement"],
    because: "only a deadline of seconds comes here",
  },
  {
    file: CALL,
    line: 'reject(new Error("it took too long", { cause: signal.reason }));',
    mutators: ["ObjectLiteral"],
    because: "only a deadline of seconds comes here",
  },
  {
    file: CALL,
    line: "await response.body?.cancel();",
    mutators: ["OptionalChaining"],
    because: "fetch gives every answer of these a body, and its types do not say so",
  },
  {
    file: CALL,
    line: "const mayWait = access.now().getTime() + pause < deadline.at.getTime();",
    mutators: ["EqualityOperator"],
    because:
      "a wait that ends at the very millisecond of the deadline leaves no time for an answer, either way",
  },
  ...OF_ADAPTERS,
  {
    file: "app/domain/job.ts",
    line: "const latest = (one: Date, other: Date) => (one.getTime() > other.getTime() ? one : other);",
    mutators: ["EqualityOperator"],
    because: "of two equal times either is the later one",
  },
  {
    file: "app/domain/knownLocations.ts",
    line: 'const again = now.findIndex((each) => each.id === id && each.what === what && what === "gone");',
    mutators: ["ConditionalExpression"],
    because: "only of what is gone it counts afterwards whether anything was found",
  },
  {
    file: "app/domain/knownLocations.ts",
    line: 'const isBack = what === "left" && as.rootOf.get(id) === root;',
    mutators: ["ConditionalExpression"],
    because: "only what has left has a root besides itself",
  },
  ...OF_WEB,
  {
    file: "app/flows/finding/chartLinks.ts",
    line: "if (toPatient === undefined || toStaff === undefined) return undefined;",
    mutators: ["ConditionalExpression"],
    because: "of two people there are two links; only the types ask",
  },
  {
    file: "app/flows/finding/checks.ts",
    line: 'return { ...check, ...SHUT_OUT.get(reasons.find((reason) => SHUT_OUT.has(reason)) ?? "") };',
    mutators: ["StringLiteral"],
    because: NOTHING,
  },
  {
    file: "app/domain/evidence.ts",
    line: "} catch {",
    mutators: ["BlockStatement"],
    because: "an empty block gives undefined, too",
  },
];

/** Functions whose arguments are not mutated, with the reason. */
export const UNJUDGED: Readonly<Record<string, string>> = {
  meta: "descriptions of fields; tables in READMEs are made of them, and compared",
};

/** An excuse for lines of a certain form, wherever they occur. */
export interface Rule {
  /** The files to which it applies; left out, all files. */
  readonly files?: RegExp;
  readonly line: RegExp;
  readonly mutators: readonly string[];
  readonly because: string;
}

export const RULES: readonly Rule[] = [
  ...RULES_OF_FLOWS,
  {
    files: /(^|\/)(\w*[wW]ords|metrics|risks)\.tsx?$/,
    line: /^(\w+: )?([A-Z]+ \+ )?"[A-Z ][^"]* [^"]* [^"]*"( \+ [A-Z_]+( \+ " [A-Z][^"]*")?)?(,| \+)?$/,
    mutators: ["StringLiteral"],
    because:
      "a sentence for people with nothing of the case in it; a test would be the sentence again, and that each page says what happened and what to do is tested",
  },
  {
    line: /^const \[, .*\] = .* \?\? \[\];$/,
    mutators: ["ArrayDeclaration"],
    because: "stands for no match, and its first item, which would be the whole match, is skipped",
  },
  { line: /abortSignal: deadline\(\)/, mutators: ["ObjectLiteral"], because: SILENT },
  {
    files: /^app\/adapters\/graph\/codes\.ts$/,
    line: /^"\w+",$/,
    mutators: ["StringLiteral"],
    because: "a list of Graph's names; a test of each would be the same list again",
  },
  {
    line: /^const \[.*\w = "".*\] = /,
    mutators: ["StringLiteral"],
    because: "a default that only the types ask for: the pattern has matched, or nothing is done with it",
  },
  {
    files: /^app\/records\//,
    line: /^(what|kept): ?"[^"]*",$/,
    mutators: ["StringLiteral"],
    because:
      "what a kind of row is, and how long it is kept, in words; tables in READMEs are made of them, and compared",
  },
  {
    files: /^app\/domain\/byHand\//,
    line: /^((who|why): )?"[^"]*"( \+)?,?$/,
    mutators: ["StringLiteral"],
    because:
      "a line of instructions without anything of the deployment in it; a test would be the line again",
  },
  {
    line: /new (Range|Type)?Error\(/,
    mutators: ["StringLiteral"],
    because: "words of an error that says there is a bug; only its maker reads them",
  },
];
