/**
 * The sender's name in texts. It is written in the carriers' plain alphabet, of which a segment holds 160 characters; one
 * character beyond it would cut every segment to 70 (GSM 03.38, https://www.unicode.org/Public/MAPPINGS/ETSI/GSM0338.TXT).
 */

export const SENDER_NAME_LENGTH = 24;

/** The basic table without its control characters. Those of the extension table take the room of two and are not in names. */
const PLAIN = new Set(
  "@£$¥èéùìòÇØøÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà",
);

/** What people's keyboards make of plain characters. */
const PLAINER: Readonly<Record<string, string>> = {
  "‘": "'",
  "’": "'",
  "“": '"',
  "”": '"',
  "–": "-",
  "—": "-",
  "\u00a0": " ",
};

export const isPlain = (text: string): boolean =>
  Array.from(text.normalize("NFC")).every((one) => PLAIN.has(one));

interface Named {
  readonly name: string;
  readonly textName?: string | undefined;
}

/**
 * The name that texts begin with: the one that was said, else as much of the hospital's name as fits. Accents that the
 * alphabet lacks are dropped (í is i), other scripts left out; undefined where nothing remains.
 */
export function senderNameOf({ name, textName }: Named): string | undefined {
  if (textName !== undefined) return textName;
  const plain = Array.from(name.normalize("NFC"), plainly).join("").replace(/ +/g, " ").trim();
  const cut = plain.slice(0, SENDER_NAME_LENGTH).trimEnd();
  return cut === "" ? undefined : cut;
}

function plainly(character: string): string {
  if (PLAIN.has(character)) return character;
  const [bare = ""] = character.normalize("NFD");
  return PLAINER[character] ?? (PLAIN.has(bare) ? bare : "");
}
