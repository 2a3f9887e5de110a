/** Where a request comes from, as a firewall in Azure sees it. */
export type Caller =
  /** A public address. */
  | { readonly address: string }
  /** A subnet of a virtual network. */
  | { readonly subnetId: string }
  /** One of Microsoft's own services, by its service tag. */
  | { readonly service: string };

/** An address from a range that is reserved for documentation, so it is nobody's (RFC 5737). */
export const SOMEBODY: Caller = { address: "203.0.113.77" };

export const addressOf = (caller: Caller): string =>
  "address" in caller ? caller.address : "subnetId" in caller ? "10.0.0.4" : "198.51.100.4";
