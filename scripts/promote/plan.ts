/** A plan as a person reads it before approving it: the dangerous changes come first. It shows no setting's value. */
import type { Plan, PlannedChange } from "./port.ts";

const HEADINGS = {
  deleted: "is deleted",
  replaced: "is replaced, so that what is there goes",
  restarts: "restarts",
  changed: "changes",
  created: "is new",
  tags: "changes in a tag only",
} as const;

export function kindOf({ does, resource, names }: PlannedChange): keyof typeof HEADINGS {
  if (does === "delete") return "deleted";
  if (does === "replace") return "replaced";
  if (does === "create") return "created";
  if (names.length > 0 && names.every((name) => /^tags(\.|\[|$)/u.test(name))) return "tags";
  return /\(web:WebApp(Slot|ApplicationSettings(Slot)?)?\)$|\(web:AppServicePlan\)$/u.test(resource)
    ? "restarts"
    : "changed";
}

export function planned({ changes, digest }: Plan): string {
  const lines = (Object.keys(HEADINGS) as (keyof typeof HEADINGS)[]).flatMap((kind) => {
    const own = changes.filter((change) => kindOf(change) === kind);
    return own.length === 0
      ? []
      : [
          `  What ${HEADINGS[kind]}:`,
          ...own.map(
            ({ resource, names, isProtected, does }) =>
              `    ${resource}${names.length > 0 && kind !== "tags" ? ": " + listed(names) : ""}${isProtected && does !== "update" && does !== "create" ? "  PROTECTED" : ""}`,
          ),
        ];
  });
  return [...(lines.length > 0 ? lines : ["  Nothing changes."]), `  Digest of this plan: ${digest}`].join(
    "\n",
  );
}

const SHOWN = 6;

const listed = (names: readonly string[]): string =>
  names.slice(0, SHOWN).join(", ") +
  (names.length > SHOWN ? ` and ${String(names.length - SHOWN)} more` : "");

/** Protected resources that would be deleted; the approver has to name each, with its type. */
export const takenAway = ({ changes }: Plan): readonly string[] =>
  changes
    .filter(({ does, isProtected }) => isProtected && (does === "delete" || does === "replace"))
    .map(({ resource }) => resource);
