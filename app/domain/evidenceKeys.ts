/** The public keys with which production verifies the evidence of its test deployment. */
import { createPublicKey, type KeyObject } from "node:crypto";
import * as z from "zod";

/** OpenSSL's names for P-256 and P-384. */
const CURVES = ["prime256v1", "secp384r1"];
/** The members of a private or symmetric key, by RFC 7518, 6.2.2, 6.3.2 and 6.4.1. */
const PRIVATE_MEMBERS = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];

const WANTED = "must be a public EC key on the curve P-256 or P-384, as a JWK or as PEM text";
const PRIVATE =
  "is a private key, which belongs in the test deployment's vault alone; whoever can read this file can sign as it now, so make a new key and write its public part here";

type Written = string | Readonly<Record<string, unknown>>;

const evidenceKeySchema = z.union([z.string(), z.record(z.string(), z.unknown())], WANTED);

export const evidenceKeysSchema = z
  .array(evidenceKeySchema)
  .nonempty()
  .max(10)
  .superRefine((keys, context) => {
    const seen = new Set<string>();
    for (const [index, text] of keys.entries()) {
      const written = jwkIn(text);
      const fault = (message: string) => context.addIssue({ code: "custom", path: [index], message });
      if (holdsPrivateKey(written)) fault(PRIVATE);
      else {
        const key = publicKey(written);
        const name = key && JSON.stringify(key.export({ format: "jwk" }));
        if (name === undefined) fault(WANTED);
        else if (seen.has(name)) fault("is listed already; take one out");
        else seen.add(name);
      }
    }
  });

/** The test stack that production believes, and the keys by which it does. */
export const evidenceSchema = z.strictObject({ stack: z.string().min(1), keys: evidenceKeysSchema });
export type Evidence = z.output<typeof evidenceSchema>;

/** A JWK may be pasted as text, with its quotes. */
function jwkIn(written: Written): Written {
  if (typeof written !== "string" || !written.trim().startsWith("{")) return written;
  try {
    return z.record(z.string(), z.unknown()).parse(JSON.parse(written));
  } catch (error) {
    if (error instanceof SyntaxError) return written;
    throw error;
  }
}

const holdsPrivateKey = (written: Written): boolean =>
  typeof written === "string"
    ? written.includes("PRIVATE KEY-----")
    : PRIVATE_MEMBERS.some((member) => member in written);

/** The keys of a list that {@link evidenceKeysSchema} has accepted. */
export const evidenceKeysOf = (written: readonly Written[]): readonly KeyObject[] =>
  written.flatMap((one) => publicKey(jwkIn(one)) ?? []);

/** Undefined where the text is not a key, or not one of a kind that is accepted. */
function publicKey(written: Written): KeyObject | undefined {
  try {
    const key =
      typeof written === "string"
        ? createPublicKey(onePem(written))
        : createPublicKey({ key: written, format: "jwk" });
    const { namedCurve = "" } = key.asymmetricKeyDetails ?? {};
    return key.asymmetricKeyType === "ec" && CURVES.includes(namedCurve) ? key : undefined;
  } catch (error) {
    // Errors with a code are Node's, for text that is not a key; an error from a bug of ours has no code.
    if (error instanceof Error && "code" in error) return undefined;
    throw error;
  }
}

/**
 * Node reads the first of several keys in one text, and the key of a certificate; only a single public key is accepted here.
 */
const onePem = (text: string): string =>
  /^-----BEGIN PUBLIC KEY-----[A-Za-z0-9+/=\s]+-----END PUBLIC KEY-----$/.test(text.trim()) ? text : "";
