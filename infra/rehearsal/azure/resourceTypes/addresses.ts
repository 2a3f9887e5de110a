/** Ranges of IPv4 addresses. */
import { BlockList } from "node:net";

function parts(prefix: string): { readonly address: string; readonly length: number } {
  const [address = "", length = "32"] = prefix.split("/");
  return { address, length: Number(length) };
}

/** Whether the whole of a range is inside another. */
export function isWithin(prefix: string, whole: string): boolean {
  const [inner, outer] = [parts(prefix), parts(whole)];
  const list = new BlockList();
  list.addSubnet(outer.address, outer.length);
  return inner.length >= outer.length && list.check(inner.address);
}

/** Whether two ranges overlap; two CIDR ranges are either disjoint, or one is inside the other. */
export const overlap = (one: string, other: string): boolean => isWithin(one, other) || isWithin(other, one);
