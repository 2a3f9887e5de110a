/** The basic table of GSM 03.38. A text with any other character is counted as the vendor counts what is beyond it. */
const BASIC = /^[@£$¥èéùìòÇØøÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&'()*+,\-./0-9:;<=>?¡A-ZÄÖÑÜ§¿a-zäöñüà\n\r]*$/u;
/** The table beyond it, of which each character stands as two. */
const EXTENSION = /[\^{}\\[\]~|€]/gu;

/** What the vendor counts and charges. */
export function segmentsIn(text: string): number {
  const isSeven = BASIC.test(text.replace(EXTENSION, ""));
  const [single, part] = isSeven ? [160, 153] : [70, 67];
  const length = isSeven ? text.replace(EXTENSION, "  ").length : text.length;
  return length <= single ? 1 : Math.ceil(length / part);
}
