/** https://www.rfc-editor.org/rfc/rfc3966: digits and a leading plus, nothing else. */
export function telephone(phone: string): string {
  return "tel:" + phone.replace(/[^\d+]/g, "");
}
