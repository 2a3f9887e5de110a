/** A help page that a vendor's error names, if it is on the origin of one of the vendor's own endpoints; else undefined. */
export function helpWithinReach(
  link: string | null | undefined,
  endpoints: readonly string[],
): string | undefined {
  const url = link === null || link === undefined ? null : URL.parse(link);
  return url !== null && endpoints.some((endpoint) => new URL(endpoint).origin === url.origin)
    ? url.href
    : undefined;
}
