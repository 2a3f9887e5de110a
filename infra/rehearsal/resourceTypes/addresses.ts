/** Ranges of IPv4 addresses. */
import { BlockList } from "node:net";

function parts(prefix: string): { readonly address: string; readonly length: number } {
  const [address = "", length = "32"] = prefix.split("/");
  return { address, length: Number(length) };
}

/** Whether the whole of a range lies in another. */
export function isWithin(prefix: string, whole: string): boolean {
  const [inner, outer] = [parts(prefix), parts(whole)];
  const list = new BlockList();
  list.addSubnet(outer.address, outer.length);
  return inner.length >= outer.length && list.check(inner.address);
}

/** Ranges nest or keep apart. */
export const overlap = (one: string, other: string): boolean => isWithin(one, other) || isWithin(other, one);
