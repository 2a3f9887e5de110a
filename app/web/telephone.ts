/** A `tel:` address of digits and a leading plus, by https://www.rfc-editor.org/rfc/rfc3966. */
export function telephone(phone: string): string {
  return "tel:" + phone.replace(/[^\d+]/g, "");
}

/** A number as people read it: a North American one as "(312) 555-0100", any other as it came. */
export function readableTelephone(phone: string): string {
  const [, area, exchange, line] = /^\+1(\d{3})(\d{3})(\d{4})$/.exec(phone) ?? [];
  return area === undefined ? phone : `(${area}) ${String(exchange)}-${String(line)}`;
}
