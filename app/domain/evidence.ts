/**
 * What a test deployment signs about a package that it has tested, and how the record of a promotion that embeds it is
 * judged: a JWS (RFC 7515) over what the deployment knows by itself. Who promoted, who approved and what was done in
 * production is not signed.
 */
import { verify, type KeyObject } from "node:crypto";
import * as z from "zod";
import { canonical } from "./auditChain.ts";
import { digest, promotionRecord, type PromotionRecord } from "./promotion.ts";

const name = z.string().max(200);

/**
 * A member that this schema does not know makes the statement worthless, because it would be believed without being read.
 */
const statement = z.strictObject({
  /** The test stack that makes the statement. */
  from: name,
  /** The package that it runs. */
  package: digest,
  /** When the canary visits last passed: the earliest such time among its connections. */
  passedAt: z.iso.datetime(),
  /** Who asked for the signature, according to their token. */
  askedBy: z.strictObject({ kind: z.enum(["person", "application"]), objectId: name }),
});
export type Statement = Readonly<z.output<typeof statement>>;

/**
 * The type that is signed along, so that no other signature of the vault can be taken for evidence, nor evidence for
 * anything else.
 */
const TYPE = "teams-ehr-tested-package+jws";
const ALGORITHMS = { secp384r1: ["ES384", "sha384"], prime256v1: ["ES256", "sha256"] } as const;

const base64url = (value: string | Uint8Array): string => Buffer.from(value).toString("base64url");

/** The bytes that the vault signs, and what is kept once it has signed them. */
export function evidenceOf(says: Statement) {
  const signed = (kid: string) =>
    `${base64url(canonical({ alg: "ES384", kid, typ: TYPE }))}.${base64url(canonical(says))}`;
  return {
    signedOver: (kid: string) => Buffer.from(signed(kid)),
    kept: (kid: string, signature: Uint8Array) => `${signed(kid)}.${base64url(signature)}`,
  };
}

export type RecordVerdict =
  /** The signature vouches for what the statement says, and for nothing else in the record. */
  | { readonly is: "vouched"; readonly record: PromotionRecord; readonly statement: Statement }
  /** It is not a record of this form. */
  | { readonly is: "unreadable" }
  | { readonly is: "unsigned"; readonly record: PromotionRecord }
  /** None of the keys has signed the evidence that the record embeds. */
  | { readonly is: "not-by-these-keys"; readonly record: PromotionRecord }
  /** The signed statement is about another test stack or another package than the record. */
  | { readonly is: "of-another"; readonly record: PromotionRecord; readonly statement: Statement };

export function judgedRecord(kept: unknown, keys: readonly KeyObject[]): RecordVerdict {
  const read = promotionRecord.safeParse(kept);
  if (!read.success) return { is: "unreadable" };
  const record = read.data;
  if (record.evidence === undefined) return { is: "unsigned", record };
  const says = signedIn(record.evidence, keys);
  if (says === undefined) return { is: "not-by-these-keys", record };
  const isOfThis = says.from === record.from && says.package === record.runs;
  return { is: isOfThis ? "vouched" : "of-another", record, statement: says };
}

const headerSchema = z.object({ alg: z.string(), typ: z.literal(TYPE) });

function signedIn(evidence: string, keys: readonly KeyObject[]): Statement | undefined {
  const [header = "", payload = "", signature = "", ...more] = evidence.split(".");
  if (more.length > 0) return undefined;
  const isSigned = keys.some((key) => isSignedBy(key, { header, payload, signature }));
  return isSigned ? jsonIn(payload, statement) : undefined;
}

function isSignedBy(
  key: KeyObject,
  { header, payload, signature }: Readonly<Record<"header" | "payload" | "signature", string>>,
): boolean {
  const curve = key.asymmetricKeyDetails?.namedCurve ?? "";
  if (!(curve in ALGORITHMS)) return false;
  const [algorithm, hash] = ALGORITHMS[curve as keyof typeof ALGORITHMS];
  if (jsonIn(header, headerSchema)?.alg !== algorithm) return false;
  return verify(
    hash,
    Buffer.from(`${header}.${payload}`),
    { key, dsaEncoding: "ieee-p1363" },
    Buffer.from(signature, "base64url"),
  );
}

function jsonIn<T>(text: string, schema: z.ZodType<T>): T | undefined {
  try {
    return schema.safeParse(JSON.parse(Buffer.from(text, "base64url").toString("utf8"))).data;
  } catch {
    return undefined;
  }
}
