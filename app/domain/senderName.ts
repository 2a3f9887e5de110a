/** The name that texts begin with, in the carriers' plain alphabet. */
import { plainText } from "./plainText.ts";

export const SENDER_NAME_LENGTH = 24;

interface Named {
  readonly name: string;
  readonly textName?: string | undefined;
}

/**
 * The sender's name: the one that was given, else as much of the hospital's name as fits; undefined where nothing remains of
 * it.
 */
export function senderNameOf({ name, textName }: Named): string | undefined {
  if (textName !== undefined) return textName.normalize("NFC");
  const cut = plainText(name).slice(0, SENDER_NAME_LENGTH).trimEnd();
  return cut === "" ? undefined : cut;
}
