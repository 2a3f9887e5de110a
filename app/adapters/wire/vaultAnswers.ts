/**
 * Tells the vault's own answers from those of somebody in between: a proxy that knows no such path says 404 as well, and
 * decides nothing about a key. Whoever judges what the vault said asks this file.
 */
import * as z from "zod";

/** The vault bears these on each of its answers. https://learn.microsoft.com/rest/api/keyvault */
const MARKS = ["x-ms-keyvault-service-version", "x-ms-keyvault-region", "x-ms-keyvault-network-info"];

interface Headers {
  has(name: string): boolean;
}
const answered = z.looseObject({
  response: z.looseObject({
    headers: z.custom<Headers>(
      (headers) => typeof headers === "object" && headers !== null && "has" in headers,
    ),
  }),
});

/** Whether an error that the SDK throws is for an answer of the vault itself. */
export function isOfVault(error: unknown): boolean {
  const read = answered.safeParse(error);
  return read.success && MARKS.some((name) => read.data.response.headers.has(name));
}
