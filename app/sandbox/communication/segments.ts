/** How many segments a carrier counts for a text. */

/** The basic character table of GSM 03.38. If a text has any other character, all of it is counted as UCS-2. */
const BASIC = /^[@£$¥èéùìòÇØøÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&'()*+,\-./0-9:;<=>?¡A-ZÄÖÑÜ§¿a-zäöñüà\n\r]*$/u;
/** The extension table, whose characters count as two each. */
const EXTENSION = /[\^{}\\[\]~|€]/gu;

/** How many segments the vendor counts and charges. */
export function segmentsIn(text: string): number {
  const isSeven = BASIC.test(text.replace(EXTENSION, ""));
  const [single, part] = isSeven ? [160, 153] : [70, 67];
  const length = isSeven ? text.replace(EXTENSION, "  ").length : text.length;
  return length <= single ? 1 : Math.ceil(length / part);
}
