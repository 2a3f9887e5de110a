/**
 * Where a chart system's clinicians sign in, as it was found first. Different addresses that are found later raise an alarm
 * and are not used: whoever can answer for the server once must not be able to lead sign-ins elsewhere. What was found
 * while the server may have named others, which we could not see or read, holds only until it surely names its own.
 */
import { createHash } from "node:crypto";
import * as z from "zod";
import type { FhirBaseUrl } from "../domain/fhirBaseUrl.ts";
import type { SignInEndpoints } from "../ports/ehr.ts";
import type { Store, Stored } from "../ports/store.ts";
import { FIRST_VERSION, membersOf, newBody, nextBody, type RecordKind } from "./record.ts";
import { changeRow, createOrRead } from "./writing.ts";

export const addressMembers = z.object({
  issuer: z.string().exactOptional().meta({ description: "who signs the sign-in's proof" }),
  authorizationEndpoint: z.string().meta({ description: "where clinicians sign in" }),
  tokenEndpoint: z.string().meta({ description: "where codes are traded for tokens" }),
  jwksUri: z.string().exactOptional().meta({ description: "where the signer's keys are" }),
});

const members = addressMembers.extend({
  unsure: z
    .literal(true)
    .exactOptional()
    .meta({ description: "that the server may have named others, which could not be seen or read" }),
});

export const signInAddresses: RecordKind<typeof members> = {
  container: "signInAddresses",
  what: "a chart system's sign-in addresses, under the hash of its base URL",
  members,
  kept: "until deleted",
  expires: false,
  version: FIRST_VERSION,
};

/**
 * The addresses that were found first for a base URL; if none were, those given are kept as the first. Sure ones take the
 * place of what was not sure.
 */
export async function firstFound(
  store: Store,
  baseUrl: FhirBaseUrl,
  { isSure, ...found }: SignInEndpoints & { readonly isSure: boolean },
): Promise<SignInEndpoints> {
  const id = idOf(baseUrl);
  const address = { partition: id, id };
  const { container } = signInAddresses;
  const before = await store.read(container, id, id);
  if (before === undefined) {
    const body = newBody(signInAddresses, { ...found, ...(!isSure && { unsure: true as const }) });
    return addressesIn(await createOrRead(store, container, { ...address, body }));
  }
  if (!isSure || membersOf(signInAddresses, before).unsure === undefined) return addressesIn(before);
  const after = await changeRow(store, container, address, (row) =>
    membersOf(signInAddresses, row).unsure === undefined
      ? undefined
      : { body: nextBody(signInAddresses, row, found) },
  );
  return after === undefined ? found : addressesIn(after);
}

/** The addresses that were found first for a base URL, if any were. @throws UnreadableRecord */
export async function foundBefore(store: Store, baseUrl: FhirBaseUrl): Promise<SignInEndpoints | undefined> {
  const id = idOf(baseUrl);
  const known = await store.read(signInAddresses.container, id, id);
  return known && addressesIn(known);
}

/** @throws UnreadableRecord */
function addressesIn(row: Stored): SignInEndpoints {
  const { unsure: _, ...addresses } = membersOf(signInAddresses, row);
  return addresses;
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
