/** The names of what a change that waits is about: people, connections and departments, which settings have by their ids. */
import type { Plain } from "../../../domain/auditChain.ts";
import { ITEMS_ONLY, memberChanges } from "../../../domain/memberChanges.ts";
import type { Proposal } from "../../../records/proposals.ts";
import { personsIn, personWords } from "../auditShown.ts";
import { listIn, valueWords } from "../auditWords.ts";
import { departmentRows } from "../departments/rows.ts";
import type { PortalPicks } from "../parts.ts";
import { namesOf, type Names } from "../people.tsx";

export interface ProposalNames {
  readonly people: Names;
  readonly connections: Names;
  readonly departments: Names;
}

type Picks = Pick<PortalPicks, "connectionSettings" | "departmentSettings" | "directory" | "hospital">;

/** The names that a list of proposals needs. Who is in their values is not asked for: there may be many. */
export const titleNames = (picks: Picks, proposals: readonly Proposal[]): Promise<ProposalNames> =>
  named(picks, proposals.flatMap(peopleInTitle));

/** The names that the page of a proposal needs. @param now the setting's value as it is now */
export const proposalNames = (picks: Picks, proposal: Proposal, now: unknown): Promise<ProposalNames> => {
  const { of } = proposal;
  const changes = [
    ...memberChanges(of.before, of.after),
    ...memberChanges(of.before, now as Plain | undefined),
  ];
  const inValues = changes.flatMap(({ member, from, to }) =>
    [from, to].flatMap((value) => personsIn(member, value)),
  );
  return named(picks, [...peopleInTitle(proposal), ...inValues]);
};

const peopleInTitle = ({ by, of }: Proposal): readonly string[] => [
  by,
  ...(of.kind === "manager" ? [of.id] : []),
];

async function named(picks: Picks, objectIds: readonly string[]): Promise<ProposalNames> {
  const [people, connections, departments] = await Promise.all([
    namesOf(picks, objectIds),
    picks.connectionSettings.list(),
    departmentRows(picks),
  ]);
  return {
    people,
    connections: new Map([
      ...connections.map(({ id, value }) => [id, value.name] as const),
      ...picks.hospital.stackConnections.map(({ id, name }) => [id, name] as const),
    ]),
    departments: new Map(departments.map(({ department: { id, name } }) => [id, name] as const)),
  };
}

/** What is changed, by the name that administrators use for it. */
export function titleOf({ of }: Pick<Proposal, "of">, { people, connections }: ProposalNames): string {
  if (of.kind === "approvals") return "Approvals";
  if (of.kind === "texting") return "Texts";
  if (of.kind === "messages") return "Messages to patients";
  if (of.kind === "allocation") return "Allocation of visits";
  if (of.kind === "reports") return "Reports";
  if (of.kind === "manager") return "Department manager " + (people.get(of.id) ?? of.id);
  if (of.kind === "addresses") return "Sign-in addresses of " + (connections.get(of.id) ?? of.id);
  return (of.before ?? of.after)?.name ?? of.id;
}

/** The same, with the id of one of several: two of them may have one name. */
export function whichOf(proposal: Pick<Proposal, "of">, names: ProposalNames): string {
  const { kind, id } = proposal.of;
  const title = titleOf(proposal, names);
  return OF_SEVERAL.has(kind) && !title.endsWith(id) ? `${title} (${id})` : title;
}

const OF_SEVERAL: ReadonlySet<Proposal["of"]["kind"]> = new Set([
  "addresses",
  "connection",
  "department",
  "manager",
]);

/** Members that have ids of connections. */
const OF_CONNECTIONS = /^(connections?|notTexted|cleared\.connectionId)$/;

/** A member's value in words; ids of which the name is known have it before them. */
export function namedWords(
  { kind }: Proposal["of"],
  member: string,
  value: string | undefined,
  { people, connections, departments }: ProposalNames,
): string {
  const of = member.endsWith(ITEMS_ONLY) ? member.slice(0, -ITEMS_ONLY.length) : member;
  const names = OF_CONNECTIONS.test(of)
    ? connections
    : kind === "manager" && of === "departments"
      ? departments
      : undefined;
  const ids = names === undefined ? [] : idsIn(value);
  if (names === undefined || ids.length === 0) return personWords(of, value, people) ?? valueWords(value);
  return ids.map((id) => (names.has(id) ? `${names.get(id) ?? ""} (${id})` : id)).join(", ");
}

/** The ids in a member's value: it is one, or a list of them. Other lists have things with members of their own. */
function idsIn(value: string | undefined): readonly string[] {
  if (value === undefined) return [];
  return listIn(value) ?? (value.startsWith("[") ? [] : [value]);
}
