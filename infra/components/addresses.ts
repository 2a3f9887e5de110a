/** Divides the deployment's address range into the subnets that it uses. Pure. */
import { Netmask } from "netmask";

export interface SubnetRanges {
  readonly app: string;
  readonly endpoints: string;
  readonly runners: string;
}

/** The first three quarters of a range such as `10.64.0.0/23`; the fourth stays unused. */
export function subnetRanges(space: string): SubnetRanges {
  const [address = "", bits = ""] = space.split("/");
  const quarter = new Netmask(address, Number(bits) + 2);
  return {
    app: quarter.toString(),
    endpoints: quarter.next().toString(),
    runners: quarter.next(2).toString(),
  };
}

/**
 * The entries for a range in Azure's storage firewall, which accepts ranges and single addresses, but no /31 and no /32
 * (learn.microsoft.com/azure/storage/common/storage-network-security-limitations).
 */
export function storageAddresses(range: string): readonly string[] {
  const [address = "", bits] = range.split("/");
  if (bits === undefined || bits === "32") return [address];
  if (bits !== "31") return [range];
  const { first, last } = new Netmask(range);
  return [first, last];
}
