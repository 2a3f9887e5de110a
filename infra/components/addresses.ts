/** The deployment's range of addresses, cut into the parts that it uses. Pure. */

export interface SubnetRanges {
  readonly app: string;
  readonly endpoints: string;
  readonly runners: string;
}

/** Quarters of `10.64.0.0/23` and the like: three in use, one to spare. */
export function subnetRanges(space: string): SubnetRanges {
  const [address = "", bits = ""] = space.split("/");
  const prefix = Number(bits) + 2;
  const quarter = (index: number) =>
    [dotted(numberOf(address) + index * 2 ** (32 - prefix)), prefix].join("/");
  return { app: quarter(0), endpoints: quarter(1), runners: quarter(2) };
}

/** As Azure's storage firewall takes it: ranges, but no /31 and no /32 (learn.microsoft.com/azure/storage/common/storage-network-security-limitations). */
export function storageAddresses(range: string): readonly string[] {
  const [address = "", bits] = range.split("/");
  if (bits === undefined || bits === "32") return [address];
  if (bits !== "31") return [range];
  const first = numberOf(address) - (numberOf(address) % 2);
  return [dotted(first), dotted(first + 1)];
}

const numberOf = (address: string): number =>
  address.split(".").reduce((number, part) => number * 256 + Number(part), 0);

const dotted = (number: number): string =>
  [24, 16, 8, 0].map((shift) => Math.floor(number / 2 ** shift) % 256).join(".");
