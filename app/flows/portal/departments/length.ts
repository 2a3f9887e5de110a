/** Whether texts of a department fit into one segment: they name it, where it says so, and its number and time zone. */
import { PATHS } from "../../../domain/addresses.ts";
import { TOKEN_LENGTH } from "../../../domain/linkToken.ts";
import { textSenderOf, tooLongBy } from "../../../domain/texts.ts";
import { mayText } from "../../../records/dataRegions.ts";
import type { FieldFaults } from "../fields.ts";
import type { PortalPicks } from "../parts.ts";
import type { Field, Typed } from "./form.ts";

export type LengthPicks = Pick<PortalPicks, "dataRegions" | "hospital" | "messageRules" | "publicUrl">;

const USUAL_PHONE = "(202) 555-0100";

/**
 * What makes its texts too long, with how much room there is; nothing where no text can leave, or where the department cannot
 * help it, because the hospital's name or the host's is too long. Name, number and time zone are valid.
 */
export function lengthFaults(
  { dataRegions, hospital, messageRules, publicUrl }: LengthPicks,
  { name, nameInTexts, phone, timeZone: zone }: Typed,
): FieldFaults<Field> {
  if (!mayText(dataRegions.told())) return {};
  const { organization } = hospital;
  const link = `${publicUrl}${PATHS.link}/${"x".repeat(TOKEN_LENGTH)}`;
  const excessOf = (sender: string, number: string) =>
    tooLongBy({ sender, zone, link, phone: number }, messageRules.words);
  const ofHospital = textSenderOf(organization) ?? "";
  if (excessOf(ofHospital, USUAL_PHONE) > 0) return {};
  if (excessOf(ofHospital, phone) > 0)
    return {
      phone: `Texts with this number do not fit into one segment: write it shorter, such as ${USUAL_PHONE}.`,
    };
  const sender = textSenderOf(organization, { name, nameInTexts: nameInTexts === "yes" }) ?? "";
  const excess = excessOf(sender, phone);
  if (excess === 0) return {};
  return {
    name: `Texts with this name do not fit into one segment: give it ${String(sender.length - excess)} characters at most, or choose that texts do not name it.`,
  };
}
