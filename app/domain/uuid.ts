/**
 * Makes a UUID (RFC 9562 section 4) of hexadecimal digits, such as those of a hash: the version's digit and the variant's
 * two bits are set, the others stay.
 * @param hex at least 32 digits
 */
export function uuidOf(hex: string, version: 4 | 5 | 8): string {
  const variant = ((parseInt(hex.slice(16, 18), 16) & 0x3f) | 0x80).toString(16);
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    String(version) + hex.slice(13, 16),
    variant + hex.slice(18, 20),
    hex.slice(20, 32),
  ].join("-");
}
