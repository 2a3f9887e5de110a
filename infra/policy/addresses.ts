/** Which lists of addresses let in everybody, or nearly. */
import { BlockList, isIP } from "node:net";

/** Hospitals own blocks this large; anything wider is half the internet. */
const WIDEST_V4 = 16;
const WIDEST_V6 = 32;
const EVERYBODY = ["*", "any", "internet", "0.0.0.0", "::/0", "::"];

export const isEverybody = (address: string): boolean =>
  EVERYBODY.includes(address.toLowerCase()) || address.endsWith("/0");

/** An address or a block of one owner, in CIDR form or bare. */
export function isListed(address: string): boolean {
  if (isEverybody(address)) return false;
  const [start = "", prefix] = address.split("/");
  const family = isIP(start);
  if (family === 0) return false;
  if (prefix === undefined) return true;
  const length = Number(prefix);
  const [widest, longest] = family === 4 ? [WIDEST_V4, 32] : [WIDEST_V6, 128];
  if (!/^\d{1,3}$/.test(prefix) || length < widest || length > longest) return false;
  // Node refuses a block that is none.
  new BlockList().addSubnet(start, length, family === 4 ? "ipv4" : "ipv6");
  return true;
}
