/** Recognizes address lists that admit everybody, or nearly everybody. */
import { BlockList, isIP } from "node:net";
import { WIDEST_V4 } from "../stack/values.ts";

/** The widest IPv6 range that a single hospital may own. */
const WIDEST_V6 = 32;
const EVERYBODY = ["*", "any", "internet", "0.0.0.0", "::/0", "::"];

export const isEverybody = (address: string): boolean =>
  EVERYBODY.includes(address.toLowerCase()) || address.endsWith("/0");

/** Whether this is an address or a block that can belong to one owner, with or without a prefix length. */
export function isListed(address: string): boolean {
  if (isEverybody(address)) return false;
  const [start = "", prefix] = address.split("/");
  const family = isIP(start);
  if (family === 0) return false;
  if (prefix === undefined) return true;
  const length = Number(prefix);
  const [widest, longest] = family === 4 ? [WIDEST_V4, 32] : [WIDEST_V6, 128];
  if (!/^\d{1,3}$/.test(prefix) || length < widest || length > longest) return false;
  // Node throws for a block that is not valid.
  new BlockList().addSubnet(start, length, family === 4 ? "ipv4" : "ipv6");
  return true;
}
