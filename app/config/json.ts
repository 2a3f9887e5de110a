/** How a setting that holds JSON is read. A setting that a newer release has written must not stop this one. */
import type * as z from "zod";

/**
 * Parses a setting that holds JSON. Members that this release does not know are left out: the stack of a newer release may
 * set them while this release still runs beside it, or is started again. The stack file's own schema has refused members
 * that no release knows.
 * @param fault called with each other fault, in words that follow the setting's name
 */
export function parsedJson<S extends z.ZodType>(
  value: string,
  schema: S,
  fault: (words: string) => void,
): z.output<S> | undefined {
  let parsed: unknown;
  try {
    parsed = JSON.parse(value);
  } catch {
    fault("is not JSON; pulumi up writes it anew from the stack file");
    return undefined;
  }
  for (;;) {
    const result = schema.safeParse(parsed);
    if (result.success) return result.data;
    const { issues } = result.error;
    const faults = issues.filter(({ code }) => code !== "unrecognized_keys");
    if (faults.length > 0) {
      for (const issue of faults) fault([...issue.path, issue.message].join(" "));
      return undefined;
    }
    for (const issue of issues) if (issue.code === "unrecognized_keys") leaveOut(parsed, issue);
  }
}

/** Removes the unknown members. Each call removes at least one, so the caller's loop ends. */
function leaveOut(value: unknown, { path, keys }: z.core.$ZodIssueUnrecognizedKeys): void {
  let group = value as Record<PropertyKey, unknown>;
  for (const part of path) group = group[part] as Record<PropertyKey, unknown>;
  for (const key of keys) Reflect.deleteProperty(group, key);
}
