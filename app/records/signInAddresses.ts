/**
 * Where a chart system's clinicians sign in, as it was found first. Different addresses that are found later raise an alarm
 * and are not used: whoever can answer for the server once must not be able to lead sign-ins elsewhere.
 */
import { createHash } from "node:crypto";
import { z } from "zod";
import type { FhirBaseUrl } from "../domain/fhirBaseUrl.ts";
import type { SignInEndpoints } from "../ports/ehr.ts";
import type { Store } from "../ports/store.ts";
import { FIRST_VERSION, membersOf, newBody, nextBody, type RecordKind } from "./record.ts";
import { changeRow, createOrRead } from "./writing.ts";

const members = z.object({
  issuer: z.string().exactOptional().meta({ description: "who signs the sign-in's proof" }),
  authorizationEndpoint: z.string().meta({ description: "where clinicians sign in" }),
  tokenEndpoint: z.string().meta({ description: "where codes are traded for tokens" }),
  jwksUri: z.string().exactOptional().meta({ description: "where the signer's keys are" }),
});

export const signInAddresses: RecordKind<typeof members> = {
  container: "signInAddresses",
  what: "a chart system's sign-in addresses, under the hash of its base URL",
  members,
  kept: "until deleted",
  expires: false,
  version: FIRST_VERSION,
};

/** The addresses that were found first for a base URL; if none were, those given are kept as the first. */
export async function firstFound(
  store: Store,
  baseUrl: FhirBaseUrl,
  found: SignInEndpoints,
): Promise<SignInEndpoints> {
  const known = await foundBefore(store, baseUrl);
  if (known !== undefined) return known;
  const id = idOf(baseUrl);
  const item = { partition: id, id, body: newBody(signInAddresses, found) };
  return membersOf(signInAddresses, await createOrRead(store, signInAddresses.container, item));
}

/** The addresses that were found first for a base URL, if any were. @throws UnreadableRecord */
export async function foundBefore(store: Store, baseUrl: FhirBaseUrl): Promise<SignInEndpoints | undefined> {
  const id = idOf(baseUrl);
  const known = await store.read(signInAddresses.container, id, id);
  return known && membersOf(signInAddresses, known);
}

/** Holds these addresses instead, because an administrator has said that they are right. */
export async function holdInstead(
  store: Store,
  baseUrl: FhirBaseUrl,
  approved: SignInEndpoints,
): Promise<void> {
  const id = idOf(baseUrl);
  await changeRow(store, signInAddresses.container, { partition: id, id }, (before) => ({
    body: nextBody(signInAddresses, before, approved),
  }));
}

const idOf = (baseUrl: FhirBaseUrl) => createHash("sha256").update(baseUrl).digest("base64url");
