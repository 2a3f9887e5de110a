/** Issues and checks the tenant's tokens. One key pair signs, and the previous one still verifies. */
import { errors, exportJWK, generateKeyPair, importJWK, jwtVerify, SignJWT, type JWTPayload } from "jose";
import { randomBytes } from "node:crypto";
import * as z from "zod";
import type { Hosting } from "../../standIn.ts";
import { kept } from "../kept.ts";

const privateJwk = z.object({
  kid: z.string(),
  kty: z.literal("RSA"),
  n: z.string(),
  e: z.string(),
  d: z.string(),
  p: z.string(),
  q: z.string(),
  dp: z.string(),
  dq: z.string(),
  qi: z.string(),
});
type SigningKey = z.output<typeof privateJwk>;
const entraFile = z.object({ identityHeader: z.string(), signingKeys: z.array(privateJwk).nonempty() });

export interface Tokens {
  /** The secret that App Service puts into the environment, next to the managed identity's endpoint. */
  readonly identityHeader: string;
  issue(claims: JWTPayload, lifetimeSeconds: number): Promise<string>;
  /** @throws TokenRefused */
  verify(token: string): Promise<JWTPayload>;
  published(): readonly Readonly<Record<string, string>>[];
  rotate(): Promise<void>;
  /** Resolves when the keys are on the disk; later ones are not kept. */
  close(): Promise<void>;
}

export class TokenRefused extends Error {
  override readonly name = "TokenRefused";
  readonly reason: "malformed" | "signature" | "expired";
  constructor(reason: TokenRefused["reason"], options?: ErrorOptions) {
    super("The token is refused: " + reason, options);
    this.reason = reason;
  }
}

export async function openTokens(hosting: Pick<Hosting, "now" | "dataFolder">): Promise<Tokens> {
  const file = kept(hosting.dataFolder, "entra.json", entraFile);
  const state = (await file.read()) ?? {
    identityHeader: randomBytes(32).toString("hex"),
    signingKeys: [await newKey()],
  };
  await file.write(state);
  let keys: SigningKey[] = state.signingKeys;
  return {
    identityHeader: state.identityHeader,
    issue: async (claims, lifetimeSeconds) => {
      const [key] = keys;
      if (key === undefined) throw new Error("There is no key to sign with.");
      const now = Math.floor(hosting.now().getTime() / 1000);
      return new SignJWT({ ver: "2.0", iat: now, nbf: now, exp: now + lifetimeSeconds, ...claims })
        .setProtectedHeader({ typ: "JWT", alg: "RS256", kid: key.kid })
        .sign(await importJWK(key, "RS256"));
    },
    verify: (token) => verify(token, keys, hosting.now()),
    published: () => keys.map(({ kid, kty, n, e }) => ({ kty, use: "sig", kid, alg: "RS256", n, e })),
    rotate: async () => {
      const signingKeys: [SigningKey, ...SigningKey[]] = [await newKey(), ...keys.slice(0, 1)];
      keys = signingKeys;
      await file.write({ identityHeader: state.identityHeader, signingKeys });
    },
    close: () => file.close(),
  };
}

async function verify(token: string, keys: readonly SigningKey[], currentDate: Date): Promise<JWTPayload> {
  try {
    const { payload } = await jwtVerify(
      token,
      ({ kid }) => {
        const key = keys.find((candidate) => candidate.kid === kid);
        if (key === undefined) throw new TokenRefused("signature");
        return importJWK({ kty: key.kty, n: key.n, e: key.e }, "RS256");
      },
      { algorithms: ["RS256"], currentDate, requiredClaims: ["iss", "aud", "exp"] },
    );
    return payload;
  } catch (error) {
    if (error instanceof TokenRefused) throw error;
    throw new TokenRefused(reasonOf(error), { cause: error });
  }
}

function reasonOf(error: unknown): TokenRefused["reason"] {
  if (error instanceof errors.JWTExpired) return "expired";
  if (error instanceof errors.JWSSignatureVerificationFailed) return "signature";
  return "malformed";
}

async function newKey(): Promise<SigningKey> {
  const { privateKey } = await generateKeyPair("RS256", { extractable: true });
  return privateJwk.parse({ ...(await exportJWK(privateKey)), kid: randomBytes(20).toString("base64url") });
}
