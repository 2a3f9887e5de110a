/** Says which parts of the visit's page are missing, and what to do meanwhile. */
import { Notice } from "../../web/components.tsx";
import type { OptionalPart } from "./optional.ts";

const WORDS: Readonly<Record<OptionalPart, string>> = {
  account: "Which Microsoft account is yours: load this page again before you sign in once more.",
  "chart-told": "Whether the chart says how this visit goes.",
  departments: "Which departments there are for a consult.",
  late: "Whether somebody of the staff has come in since you said that you are running late.",
  messages: "What was sent about this visit.",
  "opt-out": "Whether the patient’s number has ended texts (STOP). It gets none from here meanwhile.",
  "patients-visit": "When the patient’s visit is.",
  waiting: "Who is waiting: look in Teams.",
};

interface Props {
  readonly missing: ReadonlySet<OptionalPart>;
  /** Whether no link leads into the visit, because nobody knows whose it is. */
  readonly isInDoubt: boolean;
}

export function MissingParts({ missing, isInDoubt }: Props) {
  if (missing.size === 0) return null;
  return (
    <Notice kind="warning" title="A part of this page cannot be read now">
      <p>
        {!isInDoubt && "The visit and its links are good. "}If this stays so, tell your IT help desk. What
        cannot be read:
      </p>
      <ul>
        {[...missing].map((part) => (
          <li key={part}>
            {WORDS[part]}
            {part === "messages" && !isInDoubt && " No link is sent from here meanwhile: copy the links."}
          </li>
        ))}
      </ul>
    </Notice>
  );
}
