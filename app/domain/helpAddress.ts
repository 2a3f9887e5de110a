/**
 * A help page that a vendor's error names; undefined unless it is a page on the origin of one of the vendor's own endpoints.
 */
export function helpWithinReach(
  address: string | null | undefined,
  endpoints: readonly string[],
): string | undefined {
  const url = URL.parse(address ?? "");
  if (url?.username !== "" || url.password !== "") return undefined;
  const isTheirs = endpoints.some((endpoint) => {
    const { origin, protocol } = new URL(endpoint);
    // A `blob:https://…` address has the same origin but is not a page.
    return origin === url.origin && protocol === url.protocol;
  });
  return isTheirs ? url.href : undefined;
}
