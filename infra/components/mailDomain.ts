/**
 * What Azure answers about a mail domain: the DNS records that prove that it is the hospital's, and whether Azure has
 * verified them.
 */
import type * as communication from "@pulumi/azure-native/communication/index.js";

/** The records that receivers of mail check. A DMARC policy is left to the hospital. */
const NEEDED = ["domain", "sPF", "dKIM", "dKIM2"] as const;
type Needed = (typeof NEEDED)[number];

type States = Partial<Record<Needed, { readonly status?: string }>>;
type Records = Partial<
  Record<Needed, { readonly name: string; readonly type: string; readonly value: string }>
>;

/** Whether all records are verified; only then may the domain be linked to Communication Services. */
export const isVerified = (states: States | undefined): boolean =>
  NEEDED.every((one) => states?.[one]?.status === "Verified");

/**
 * Azure checks the records again now and then and meanwhile answers one of these states; that does not withdraw the
 * verification.
 */
const IN_BETWEEN = ["Verified", "VerificationRequested", "VerificationInProgress"];

/** Whether a domain that is linked, and was therefore verified, may stay linked. */
export const isStillVerified = (states: States | undefined): boolean =>
  NEEDED.every((one) => IN_BETWEEN.includes(states?.[one]?.status ?? ""));

export interface DnsRecord {
  readonly name: string;
  readonly type: string;
  readonly value: string;
}

/** The DNS records with full names: Azure leaves the domain out of the names of the DKIM records. */
export const recordsOf = (domain: string, records: Records | undefined): readonly DnsRecord[] =>
  NEEDED.flatMap((one) => records?.[one] ?? []).map(({ name, type, value }) => ({
    name: /^[^.]+\._domainkey/.exec(name)?.[0].concat("." + domain) ?? domain,
    type,
    value,
  }));

/**
 * Azure makes this sender with each domain, and accepts no other sender until its support has raised the domain's limits.
 */
export const senderAt = (domain: communication.Domain) =>
  domain.fromSenderDomain.apply((host) => "DoNotReply@" + host);
