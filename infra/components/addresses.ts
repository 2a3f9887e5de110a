/** The deployment's range of addresses, cut into the parts that it uses. Pure. */
import { Netmask } from "netmask";

export interface SubnetRanges {
  readonly app: string;
  readonly endpoints: string;
  readonly runners: string;
}

/** Quarters of `10.64.0.0/23` and the like: three in use, one to spare. */
export function subnetRanges(space: string): SubnetRanges {
  const [address = "", bits = ""] = space.split("/");
  const quarter = new Netmask(address, Number(bits) + 2);
  return {
    app: quarter.toString(),
    endpoints: quarter.next().toString(),
    runners: quarter.next(2).toString(),
  };
}

/** As Azure's storage firewall takes it: ranges, but no /31 and no /32 (learn.microsoft.com/azure/storage/common/storage-network-security-limitations). */
export function storageAddresses(range: string): readonly string[] {
  const [address = "", bits] = range.split("/");
  if (bits === undefined || bits === "32") return [address];
  if (bits !== "31") return [range];
  const { first, last } = new Netmask(range);
  return [first, last];
}
