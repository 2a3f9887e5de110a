/**
 * The record of a promotion, as it is kept beside the packages, and the proof that the test deployment vouches for it: a JWS
 * without its payload (RFC 7515, appendix F), which is the record itself in canonical JSON.
 */
import { verify, type KeyObject } from "node:crypto";
import { z } from "zod";
import { canonical } from "./auditChain.ts";

export const STEPS = [
  "checked",
  "staged",
  "planned",
  "started",
  "approved",
  "applied",
  "tried",
  "declared",
  "swapped",
  "refreshed",
  "unchanged",
  "recorded",
] as const;
/** Named by what is so once the step is done. */
export type StepName = (typeof STEPS)[number];

/** Of a package. */
export const digest = z.string().regex(/^[0-9a-f]{64}$/);
const text = z.string().max(10_000);

/** What a stack file says under `release`, as far as a promotion writes it. Without `staging` the slot runs the site's package. */
const release = z.strictObject({ site: digest, staging: digest.exactOptional() });
export type Release = Readonly<z.output<typeof release>>;

const stepDone = z.strictObject({
  step: z.enum(STEPS),
  milliseconds: z.number(),
  /** What came of it, in a few words. */
  told: text.exactOptional(),
});
export type StepDone = Readonly<z.output<typeof stepDone>>;

const approval = z.strictObject({ by: text, how: z.enum(["terminal", "signature"]), at: text });
export type Approval = Readonly<z.output<typeof approval>>;

/** What journal and record have in common. */
export const promotionMembers = {
  id: text,
  what: z.enum(["promotion", "rollback"]),
  who: text,
  /** The test stack whose package it brings; a rollback has none. */
  from: text.exactOptional(),
  startedAt: z.iso.datetime(),
  /** What the stack file said, and what it will say. */
  before: release,
  goal: z.strictObject({ site: digest, staging: digest }),
  /** Why it goes back. */
  because: text.exactOptional(),
  done: z.array(stepDone).max(50).readonly(),
  /** Digest of the plan. */
  plan: text.exactOptional(),
  /** SHA-256 of the stack file that was planned, without the packages that it names. */
  file: text.exactOptional(),
  approvals: z.array(approval).max(10).readonly(),
  canary: text.exactOptional(),
};

/** What is kept of a promotion that came to its end, either way. */
export const promotionRecord = z.strictObject({
  ...promotionMembers,
  stack: text,
  outcome: z.enum(["done", "went-back"]),
  endedAt: z.iso.datetime(),
  /** What production runs since. */
  runs: digest,
  /** Of the test deployment. */
  evidence: z.string().max(2000).exactOptional(),
});
export type PromotionRecord = Readonly<z.output<typeof promotionRecord>>;

/** Of the storage account: packages, and beside them the records of what was promoted. */
export const PACKAGE_CONTAINER = "packages";

/** `lamna-test` in stacks/Pulumi.lamna-test.yaml. */
export const stackNameIn = (stackFile: string): string =>
  stackFile.replace(/^.*Pulumi\./, "").replace(/\.yaml$/, "");

/** So that what this key signs is nothing else, and no other signature of the vault is taken for it. */
const TYPE = "teams-ehr-promotion+jws";
const ALGORITHMS = { secp384r1: ["ES384", "sha384"], prime256v1: ["ES256", "sha256"] } as const;

const base64url = (value: string | Uint8Array): string => Buffer.from(value).toString("base64url");

/** What the vault signs, and what is kept once it has. */
export function evidenceOf(record: Omit<PromotionRecord, "evidence">) {
  const headerOf = (kid: string) => base64url(canonical({ alg: "ES384", kid, typ: TYPE }));
  return {
    signedOver: (kid: string) => Buffer.from(`${headerOf(kid)}.${base64url(canonical(record))}`),
    kept: (kid: string, signature: Uint8Array) => `${headerOf(kid)}..${base64url(signature)}`,
  };
}

export type RecordVerdict =
  | { readonly is: "vouched"; readonly record: PromotionRecord }
  /** It is no record of this form. */
  | { readonly is: "unreadable" }
  | { readonly is: "unsigned"; readonly record: PromotionRecord }
  /** None of the keys has signed exactly this. */
  | { readonly is: "not-by-these-keys"; readonly record: PromotionRecord };

/** A member that this form does not know makes it unreadable: it would be vouched for unread. */
export function judgedRecord(kept: unknown, keys: readonly KeyObject[]): RecordVerdict {
  const read = promotionRecord.safeParse(kept);
  if (!read.success) return { is: "unreadable" };
  const { evidence, ...told } = read.data;
  if (evidence === undefined) return { is: "unsigned", record: read.data };
  const isSigned = keys.some((key) => isSignedBy(key, evidence, base64url(canonical(told))));
  return { is: isSigned ? "vouched" : "not-by-these-keys", record: read.data };
}

const headerSchema = z.object({ alg: z.string(), typ: z.literal(TYPE) });

function isSignedBy(key: KeyObject, evidence: string, payload: string): boolean {
  const [header = "", between, signature = "", ...more] = evidence.split(".");
  const curve = key.asymmetricKeyDetails?.namedCurve ?? "";
  if (between !== "" || more.length > 0 || !(curve in ALGORITHMS)) return false;
  const [algorithm, hash] = ALGORITHMS[curve as keyof typeof ALGORITHMS];
  if (headerIn(header)?.alg !== algorithm) return false;
  return verify(
    hash,
    Buffer.from(`${header}.${payload}`),
    { key, dsaEncoding: "ieee-p1363" },
    Buffer.from(signature, "base64url"),
  );
}

function headerIn(text: string): z.output<typeof headerSchema> | undefined {
  try {
    return headerSchema.safeParse(JSON.parse(Buffer.from(text, "base64url").toString("utf8"))).data;
  } catch {
    return undefined;
  }
}
