/** Kinds of values that several keys use. */
import { BlockList, isIP } from "node:net";
import { domainToASCII } from "node:url";
import { Netmask } from "netmask";
import * as z from "zod";
import { HOST_NAME, isInternalName } from "../../app/domain/hostName.ts";

/** SHA-256 of a package, in hexadecimal digits. */
export const digest = z
  .string()
  .regex(
    /^[0-9a-f]{64}$/,
    "must be a package's SHA-256, 64 hexadecimal digits in quotes, as npm run package prints it",
  );

/** The widest IPv4 range that a single hospital may own, in bits; anything wider covers other owners, too. */
export const WIDEST_V4 = 16;

/** One address or an address range. */
const addressRange = z
  .string()
  .refine(
    isAddressRange,
    `must be a public IPv4 address, or a range on its boundary such as 203.0.113.0/24, not wider than /${String(WIDEST_V4)}`,
  );

/** App Service and storage take some hundreds of rules each; each list keeps within its own priorities. */
const MOST_RANGES = 100;

/** Addresses and address ranges, one or more. */
export const addressRanges = z
  .array(addressRange)
  .nonempty()
  .max(MOST_RANGES, `must be ${String(MOST_RANGES)} entries at most; write neighbours as one range`);

export const hostName = z
  .string()
  .regex(HOST_NAME, { error: ({ input }) => hostWords(String(input)) })
  // The name becomes the common name of the certificate that Front Door gets for it, which RFC 5280 limits to 64 characters.
  .max(64, "must be at most 64 characters, as a certificate takes no longer name")
  .refine(
    (host) => !isInternalName(host),
    "must be a name that the internet's DNS knows, since no public authority certifies one of an internal network; such as visits.lamna.example",
  )
  // DNS allows no CNAME record at the top of a zone, and the name has to point to Front Door by one.
  .refine(
    (host) => host.split(".").length > 2,
    "must be a name inside the hospital's domain, such as visits.lamna.example, not the domain itself",
  );

/** A name with letters such as ü is in certificates and in DNS by another spelling (RFC 5891). */
function hostWords(text: string): string {
  const inAscii = domainToASCII(text.toLowerCase());
  return /\P{ASCII}/u.test(text) && HOST_NAME.test(inAscii)
    ? `must be written as certificates have it: ${inAscii}`
    : "must be a host name such as visits.lamna.example, without https:// and in lower case";
}

function isAddressRange(text: string): boolean {
  const [address = "", bits, ...more] = text.split("/");
  if (isIP(address) !== 4 || more.length > 0) return false;
  if (bits !== undefined && !(/^\d{1,2}$/.test(bits) && Number(bits) >= WIDEST_V4 && Number(bits) <= 32))
    return false;
  return isOnBoundary(text) && !NEVER_PUBLIC.check(address);
}

/** Azure refuses a range that begins inside another one. */
const isOnBoundary = (range: string): boolean => new Netmask(range).base === range.split("/")[0];

/** The private ranges that hospitals' own networks use (RFC 1918). */
const PRIVATE = listOf("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16");

/**
 * Ranges that never appear as a sender on the internet; a rule for them would let nobody in. 100.64.0.0/10 is shared by a
 * carrier's customers (RFC 6598).
 */
const NEVER_PUBLIC = listOf(
  "0.0.0.0/8",
  "10.0.0.0/8",
  "127.0.0.0/8",
  "169.254.0.0/16",
  "172.16.0.0/12",
  "192.168.0.0/16",
  "100.64.0.0/10",
  "224.0.0.0/4",
  "240.0.0.0/4",
);

function listOf(...ranges: readonly string[]): BlockList {
  const list = new BlockList();
  for (const range of ranges) {
    const { base, bitmask } = new Netmask(range);
    list.addSubnet(base, bitmask);
  }
  return list;
}

/** An address range such as `10.64.0.0/23`. */
export const addressSpace = z
  .string()
  .refine(
    isAddressSpace,
    "must be a private range such as 10.64.0.0/23, between /16 and /24, on its boundary",
  );

function isAddressSpace(text: string): boolean {
  const [address = "", bits = "", ...more] = text.split("/");
  const size = Number(bits);
  if (isIP(address) !== 4 || more.length > 0 || !/^\d{2}$/.test(bits) || size < 16 || size > 24) return false;
  return PRIVATE.check(address) && isOnBoundary(text);
}
