/**
 * What a search's answer says of results that are missing: an OperationOutcome among them, or a count that is higher than what
 * was sent. https://hl7.org/fhir/R4/search.html#errors, https://hl7.org/fhir/R4/bundle-definitions.html#Bundle.total
 */
import * as z from "zod";
import { listOf, readMembers, text } from "../wire/members.ts";
import type { Bundle } from "./resources.ts";

const issuesSchema = z.object({
  issue: listOf(z.object({ severity: text.optional(), code: text.optional() })).default([]),
});

export type Issue = z.output<typeof issuesSchema>["issue"][number];

/** Whether this is an OperationOutcome, which some servers send with a success status to refuse. */
export function isOutcome(came: unknown): boolean {
  return (
    typeof came === "object" &&
    came !== null &&
    "resourceType" in came &&
    came.resourceType === "OperationOutcome"
  );
}

/** The issues of an OperationOutcome; empty where it is none. */
export const issuesOf = (json: unknown): readonly Issue[] =>
  isOutcome(json) ? readMembers(issuesSchema, json).value.issue : [];

export const isError = ({ severity }: Issue): boolean => severity === "error" || severity === "fatal";

const labelsSchema = z.object({
  meta: z
    .object({ security: listOf(z.object({ code: text.optional() })).default([]) })
    .default({ security: [] }),
});

/**
 * Security labels by which a server says that it has taken something out of a resource.
 * https://terminology.hl7.org/CodeSystem-v3-ObservationValue.html
 */
const TAKEN_OUT = new Set(["REDACTED", "MASKED"]);

/** Whether the server says of a resource that it has taken something out of it on purpose. */
export const isRedacted = (resource: unknown): boolean =>
  typeof resource === "object" &&
  resource !== null &&
  readMembers(labelsSchema, resource).value.meta.security.some(({ code = "" }) => TAKEN_OUT.has(code));

/** What a server holds back on purpose. Asking again shows no more of it. */
const KEPT_BACK = "suppressed";
/**
 * Codes that say that results are missing, however severe the server calls that. Others, such as `processing`, come with
 * warnings beside whole results. https://hl7.org/fhir/R4/valueset-issue-type.html
 */
const SAY_MISSING = [KEPT_BACK, "incomplete", "timeout", "transient", "exception", "throttled", "too-costly"];
/** Codes that come with errors, too. One that is not known here is a vendor's own words, and is not repeated. */
const KNOWN = new Set([
  ...SAY_MISSING,
  "invalid",
  "security",
  "forbidden",
  "processing",
  "not-supported",
  "not-found",
  "business-rule",
  "lock-error",
  "no-store",
]);

/** Counts what the pages of one search hold, and remembers what they say is missing. */
export class Shortfall {
  readonly #codes = new Set<string>();
  #entries = 0;
  #total = 0;

  take({ entry, total = 0 }: Bundle): void {
    this.#total = Math.max(this.#total, total);
    for (const { resource, search } of entry) {
      if (search?.mode !== "outcome" && !isOutcome(resource)) this.#entries += 1;
      for (const issue of issuesOf(resource)) {
        const { code = "" } = issue;
        if (!isError(issue) && !SAY_MISSING.includes(code)) continue;
        this.#codes.add(KNOWN.has(code) ? code : "other");
      }
    }
  }

  /** Whether the server keeps results back on purpose. */
  get isKeptBack(): boolean {
    return this.#codes.has(KEPT_BACK);
  }

  /** Codes of FHIR's that say what is missing and was not kept back, or "other". They are for the log. */
  get codes(): readonly string[] {
    return [...this.#codes].filter((code) => code !== KEPT_BACK);
  }

  /** Whether the server counts more results than it has sent. */
  get isCountedMore(): boolean {
    return this.#total > this.#entries;
  }

  /** Whether results are missing that may come when they are asked for again. */
  get isPassing(): boolean {
    return this.isCountedMore || this.codes.length > 0;
  }
}
