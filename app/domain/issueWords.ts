import type { z } from "zod";

const KINDS: Readonly<Record<string, string>> = {
  string: "text; put it in quotes where it is made of digits",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  array: "a list",
  object: "a group of settings",
};

/** What is wrong with a value, in words that follow its key; what a schema says in its own words goes before these. */
export function inWords(issue: z.core.$ZodRawIssue): string | undefined {
  if (issue.input === undefined) return "is missing; see stacks/README.md";
  switch (issue.code) {
    case "invalid_type":
      return "must be " + (KINDS[issue.expected] ?? issue.expected);
    case "invalid_value":
      return (
        "must be " +
        issue.values
          .map(String)
          .join(", ")
          .replace(/, ([^,]*)$/, " or $1")
      );
    case "invalid_union":
      return "must be one of the ways that stacks/README.md lists";
    case "too_small":
      return issue.origin === "array" || issue.origin === "string"
        ? "must not be empty"
        : "must be at least " + String(issue.minimum);
    case "too_big":
      if (issue.origin === "array") return "must have " + String(issue.maximum) + " entries at most";
      return issue.origin === "string"
        ? "must be " + String(issue.maximum) + " characters at most"
        : "must be at most " + String(issue.maximum);
    case "invalid_format":
      return (
        "must be " + (issue.format === "url" ? "an address such as https://ehr.example.org" : "well formed")
      );
    default:
      return undefined;
  }
}
