/** The basic table of GSM 03.38. A text with any other character is counted as the vendor counts what is beyond it. */
const BASIC = /^[@£$¥èéùìòÇØøÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&'()*+,\-./0-9:;<=>?¡A-ZÄÖÑÜ§¿a-zäöñüà\n\r]*$/u;

/** What the vendor counts and charges. */
export function segmentsIn(text: string): number {
  const [single, part] = BASIC.test(text) ? [160, 153] : [70, 67];
  return text.length <= single ? 1 : Math.ceil(text.length / part);
}
