/** Kinds of values that several keys hold. */
import { isIP } from "node:net";
import { z } from "zod";
import { HOST_NAME } from "../../app/domain/hostName.ts";

/** SHA-256 of a package. */
export const digest = z
  .string()
  .regex(
    /^[0-9a-f]{64}$/,
    "must be a package's SHA-256, 64 hexadecimal digits in quotes, as npm run package prints it",
  );

/** One address or a range of them. */
export const addressRange = z
  .string()
  .refine(isAddressRange, "must be a public IPv4 address, or a range on its boundary such as 203.0.113.0/24");

export const hostName = z
  .string()
  .regex(HOST_NAME, "must be a host name such as visits.lamna.example, without https:// and in lower case")
  // Of the certificate that Front Door gets for it (RFC 5280, upper bound of a common name).
  .max(64, "must be at most 64 characters, as a certificate takes no longer name")
  // DNS has no CNAME record at the top of a zone, and the name has to lead to Front Door by one.
  .refine(
    (host) => host.split(".").length > 2,
    "must be a name inside the hospital's domain, such as visits.lamna.example, not the domain itself",
  );

function isAddressRange(text: string): boolean {
  const [address = "", bits, ...more] = text.split("/");
  if (isIP(address) !== 4 || more.length > 0) return false;
  if (bits !== undefined && !(/^\d{1,2}$/.test(bits) && Number(bits) >= 8 && Number(bits) <= 32))
    return false;
  return isOnBoundary(address, Number(bits ?? 32)) && !isPrivate(address);
}

/** Azure refuses a range that begins inside another one. */
const isOnBoundary = (address: string, bits: number): boolean =>
  address.split(".").reduce((number, part) => number * 256 + Number(part), 0) % 2 ** (32 - bits) === 0;

/** Addresses that never arrive at a public door; a rule for them would let nobody in. */
function isPrivate(address: string): boolean {
  const [first = 0, second = 0] = address.split(".").map(Number);
  return (
    first === 0 ||
    first === 10 ||
    first === 127 ||
    first >= 224 ||
    (first === 172 && second >= 16 && second < 32) ||
    (first === 192 && second === 168) ||
    // Shared by a carrier's customers (RFC 6598).
    (first === 100 && second >= 64 && second < 128) ||
    (first === 169 && second === 254)
  );
}

/** `10.64.0.0/23` and the like. */
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
  const [first = 0, second = 0, third = 0, fourth = 0] = address.split(".").map(Number);
  const isOurs =
    first === 10 || (first === 172 && second >= 16 && second < 32) || (first === 192 && second === 168);
  return isOurs && fourth === 0 && third % 2 ** (24 - size) === 0;
}
