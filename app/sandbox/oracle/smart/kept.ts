/** What the sign-in keeps over a restart, as a real one does: its keys, and what clinicians have allowed. */
import * as z from "zod";
import { kept, type Kept } from "../../microsoft/kept.ts";

const key = z.object({ kid: z.string(), alg: z.string(), jwk: z.looseObject({ kty: z.string() }) });
const keys = z.object({ former: key, idToken: key, accessToken: key, spare: key });

const launch = z.object({
  tenant: z.string(),
  clientId: z.string(),
  practitionerId: z.string(),
  patientId: z.string(),
  encounterId: z.string().exactOptional(),
});
const grant = z.object({
  id: z.string(),
  tenant: z.string(),
  clientId: z.string(),
  practitionerId: z.string(),
  scopes: z.array(z.string()),
  launch: launch.exactOptional(),
  nonce: z.string().exactOptional(),
});

export type KeptKey = z.output<typeof key>;
export type KeptSigningKeys = z.output<typeof keys>;
/** Refresh tokens, oldest first. */
export type KeptTokens = readonly (readonly [token: string, grant: z.output<typeof grant>])[];

export interface KeptSignIn {
  readonly keys: Kept<KeptSigningKeys>;
  readonly tokens: Kept<KeptTokens>;
  close(): Promise<void>;
}

/** The documents in the folder; without a folder nothing is kept. */
export function keptSignIn(folder: string | undefined): KeptSignIn {
  const ofKeys = kept(folder, "oracle-keys.json", keys);
  const ofTokens = kept<KeptTokens>(folder, "oracle-tokens.json", z.array(z.tuple([z.string(), grant])));
  return {
    keys: ofKeys,
    tokens: ofTokens,
    async close() {
      await Promise.all([ofKeys.close(), ofTokens.close()]);
    },
  };
}
