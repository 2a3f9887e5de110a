/** What Azure says of a mail domain: the DNS records that prove it is the hospital's, and whether it has seen them. */
import type * as communication from "@pulumi/azure-native/communication/index.js";

/** Who receives mail checks these; a policy (DMARC) is the hospital's own to have. */
const NEEDED = ["domain", "sPF", "dKIM", "dKIM2"] as const;
type Needed = (typeof NEEDED)[number];

type States = Partial<Record<Needed, { readonly status?: string }>>;
type Records = Partial<
  Record<Needed, { readonly name: string; readonly type: string; readonly value: string }>
>;

/** Only such a domain may be linked to Communication Services. */
export const isVerified = (states: States | undefined): boolean =>
  NEEDED.every((one) => states?.[one]?.status === "Verified");

/** Azure looks at the records again now and then, and says meanwhile that it is looking: that takes nothing back. */
const IN_BETWEEN = ["Verified", "VerificationRequested", "VerificationInProgress"];

/** Whether one that was linked, and so was verified, may stay so. */
export const isStillVerified = (states: States | undefined): boolean =>
  NEEDED.every((one) => IN_BETWEEN.includes(states?.[one]?.status ?? ""));

export interface DnsRecord {
  readonly name: string;
  readonly type: string;
  readonly value: string;
}

/** With whole names: Azure writes those of the keys without the domain. */
export const recordsOf = (domain: string, records: Records | undefined): readonly DnsRecord[] =>
  NEEDED.flatMap((one) => records?.[one] ?? []).map(({ name, type, value }) => ({
    name: /^[^.]+\._domainkey/.exec(name)?.[0].concat("." + domain) ?? domain,
    type,
    value,
  }));

/** Azure makes this sender with each domain, and takes no other one before its support has raised the domain's limits. */
export const senderAt = (domain: communication.Domain) =>
  domain.fromSenderDomain.apply((host) => "DoNotReply@" + host);
