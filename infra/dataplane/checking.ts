/** What the plugin's resources share in checking their inputs. */
import * as z from "zod";
import { UNKNOWN, type Properties } from "./properties.ts";
import type { CheckFailure } from "./resource.ts";

/** What in the inputs does not fit the schema, in words; a value that is not known yet fits every schema. */
export function misfits(schema: z.ZodType, inputs: Properties): readonly CheckFailure[] {
  return (schema.safeParse(inputs).error?.issues ?? [])
    .filter(({ path }) => !isUnknownAt(inputs, path))
    .map((issue) => ({
      property: [...issue.path, ...(issue.code === "unrecognized_keys" ? issue.keys.slice(0, 1) : [])].join(
        ".",
      ),
      reason: issue.message,
    }));
}

function isUnknownAt(inputs: Properties, path: readonly PropertyKey[]): boolean {
  let at: unknown = inputs;
  for (const name of path) at = typeof at === "object" && at !== null ? Reflect.get(at, name) : at;
  return at === UNKNOWN;
}

/** An origin: https, a host and nothing else. */
export const httpsOrigin = z.string().refine(isHttpsOrigin, "must be an https address without a path");

function isHttpsOrigin(text: string): boolean {
  const url = URL.parse(text);
  return url?.protocol === "https:" && url.pathname === "/" && url.search === "" && url.username === "";
}

/**
 * The origin of a storage account. Tokens for storage open everything that whoever deploys may read, so they go nowhere else;
 * this machine itself is for tests.
 */
export const blobOrigin = httpsOrigin.refine(
  (text) => BLOBS_HOST.test(URL.parse(text)?.hostname ?? ""),
  "must be the address of a storage account, such as https://stlamnatest.blob.core.windows.net",
);

const BLOBS_HOST = /^([a-z0-9]{3,24}\.blob\.core\.windows\.net|127\.0\.0\.1)$/;

/** The address without a slash at its end; Microsoft's own addresses come with and without one. */
export function origin(address: string): string {
  return new URL(address).origin;
}

export const sha256 = z.string().regex(/^[0-9a-f]{64}$/, "must be a SHA-256 in small hex digits");

/** The typed inputs; they must have been checked before. */
export function inputsOf<T>(schema: z.ZodType<T>, inputs: Properties): T {
  const parsed = schema.safeParse(inputs);
  if (parsed.success) return parsed.data;
  throw new Error("The inputs are incomplete: " + z.prettifyError(parsed.error));
}
