import { z } from "zod";
import { UNKNOWN, type Properties } from "./properties.ts";
import type { CheckFailure } from "./resource.ts";

/** What does not fit the schema, in words; a value that is not known yet fits everywhere. */
export function misfits(schema: z.ZodObject, inputs: Properties): readonly CheckFailure[] {
  const known = Object.entries(inputs).filter(([, value]) => value !== UNKNOWN);
  const checked = schema.safeParse(Object.fromEntries(known));
  return (checked.error?.issues ?? [])
    .filter(({ path }) => inputs[String(path[0] ?? "")] !== UNKNOWN)
    .map((issue) => ({
      property: issue.code === "unrecognized_keys" ? (issue.keys[0] ?? "") : issue.path.join("."),
      reason: issue.message,
    }));
}

/** https, a host, and nothing else. */
export const httpsOrigin = z.string().refine(isHttpsOrigin, "must be an https address without a path");

function isHttpsOrigin(text: string): boolean {
  const url = URL.parse(text);
  return url?.protocol === "https:" && url.pathname === "/" && url.search === "" && url.username === "";
}

/** Microsoft's own addresses come with and without the slash. */
export function origin(address: string): string {
  return new URL(address).origin;
}

export const sha256 = z.string().regex(/^[0-9a-f]{64}$/, "must be a SHA-256 in small hex digits");

/** Of inputs that were checked. */
export function inputsOf<T>(schema: z.ZodType<T>, inputs: Properties): T {
  const parsed = schema.safeParse(inputs);
  if (parsed.success) return parsed.data;
  throw new Error("The inputs are incomplete: " + z.prettifyError(parsed.error));
}
