/** What words become: as a text of tomorrow, and with the longest names that they have to leave room for. */
import { PATHS } from "../../../domain/addresses.ts";
import type { Department, Organization } from "../../../domain/hospital.ts";
import { TOKEN_LENGTH } from "../../../domain/linkToken.ts";
import { costlyIn, excessOf, segmentsOf } from "../../../domain/plainText.ts";
import { SENDER_NAME_LENGTH } from "../../../domain/senderName.ts";
import { longestText, textSenderOf, visitText, type TextFacts } from "../../../domain/texts.ts";
import { wordsFault, type TextWords } from "../../../domain/textWords.ts";
import { mayText } from "../../../records/dataRegions.ts";
import type { PortalPicks } from "../parts.ts";

/** Names, zone, link and phone of a department. */
export type LongNames = Omit<TextFacts, "start"> & {
  readonly whose: string;
  /** Whether texts with them have to fit into one segment. */
  readonly isMeasured: boolean;
};

/** A token of the same length as a link's, which leads nowhere. */
const NO_TOKEN = "x".repeat(TOKEN_LENGTH);

/** Those of every department, and of one whose sender's name is as long as a hospital's may be. */
export async function longNames({
  dataRegions,
  hospital,
  publicUrl,
}: Pick<PortalPicks, "dataRegions" | "hospital" | "publicUrl">): Promise<readonly LongNames[]> {
  const { organization } = hospital;
  const link = `${publicUrl}${PATHS.link}/${NO_TOKEN}`;
  const connections = await hospital.connections();
  const all = await Promise.all(connections.map(({ id }) => hospital.departments(id)));
  const departments = all.flat();
  const isMeasured = mayText(dataRegions.told());
  const [first] = departments;
  const sender = (department?: Department) => senderOf(organization, department);
  return [
    {
      whose: "a sender with the longest name that there may be",
      sender: "M".repeat(Math.max(SENDER_NAME_LENGTH, sender().length)),
      zone: first?.timeZone ?? "America/Chicago",
      link,
      phone: first?.phone ?? organization.phone,
      isMeasured,
    },
    ...departments.map((department) => ({
      whose: department.name,
      sender: sender(department),
      zone: department.timeZone,
      link,
      phone: department.phone,
      isMeasured,
    })),
  ];
}

const senderOf = (organization: Organization, department?: Department) =>
  textSenderOf(organization, department) ?? "";

/** Why words do not fit one segment, for whom they are longest; undefined where they fit for everybody, or need not. */
export function tooLong(words: TextWords, names: readonly LongNames[]): string | undefined {
  const { kind, language } = words;
  const longest = names
    .filter(({ isMeasured }) => isMeasured)
    .map((said) => ({ said, excess: excessOf(longestText(kind, language, said, [words])) }))
    .reduce<{ said: LongNames; excess: number } | undefined>(
      (most, one) => (one.excess > (most?.excess ?? 0) ? one : most),
      undefined,
    );
  if (longest === undefined) return undefined;
  const costly = costlyIn(words.text);
  return `It is ${String(longest.excess)} characters too long for one segment, for ${longest.said.whose}.${costly.length > 0 ? ` Without ${costly.join(" ")} it has more room.` : " Shorten it."}`;
}

export interface Preview {
  readonly text: string;
  /** Undefined where it is not measured. */
  readonly segments: number | undefined;
  /** Characters that a segment has less room for, or that take the room of two. */
  readonly costly: readonly string[];
  /** Why it could not be kept. */
  readonly fault: string | undefined;
}

/** A text of tomorrow by these words, for the first department. */
export function previewOf(words: TextWords, names: readonly LongNames[], now: Date): Preview {
  const { kind, language, text: typed } = words;
  const said = names[1] ?? names[0];
  const fault = wordsFault(kind, typed);
  if (said === undefined) return { text: typed, segments: 1, costly: costlyIn(typed), fault };
  const start = new Date(now.getTime() + 86_400_000);
  const text = visitText(kind, language, { ...said, start }, [words]);
  return {
    text,
    segments: said.isMeasured ? segmentsOf(text) : undefined,
    costly: said.isMeasured ? costlyIn(typed) : [],
    fault: fault === undefined ? tooLong(words, names) : `It ${fault}.`,
  };
}
