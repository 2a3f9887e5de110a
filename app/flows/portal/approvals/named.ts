/** The names of what a change that waits is about: people, connections and departments, which settings have by their ids. */
import { memberChanges } from "../../../domain/memberChanges.ts";
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

export async function proposalNames(picks: Picks, proposals: readonly Proposal[]): Promise<ProposalNames> {
  const people = proposals.flatMap(({ by, of }) => [
    by,
    ...(of.kind === "manager" ? [of.id] : []),
    ...memberChanges(of.before, of.after).flatMap(({ member, from, to }) =>
      [from, to].flatMap((value) => personsIn(member, value)),
    ),
  ]);
  const [named, connections, departments] = await Promise.all([
    namesOf(picks, people),
    picks.connectionSettings.list(),
    departmentRows(picks),
  ]);
  return {
    people: named,
    connections: new Map([
      ...connections.map(({ id, value }) => [id, value.name] as const),
      ...picks.hospital.stackConnections.map(({ id, name }) => [id, name] as const),
    ]),
    departments: new Map(departments.map(({ department: { id, name } }) => [id, name] as const)),
  };
}

/** What is changed, by the name that administrators use for it. */
export function titleOf({ of }: Proposal, { people, connections }: ProposalNames): string {
  if (of.kind === "approvals") return "Approvals";
  if (of.kind === "texting") return "Texts";
  if (of.kind === "messages") return "Messages to patients";
  if (of.kind === "allocation") return "Allocation of visits";
  if (of.kind === "reports") return "Reports";
  if (of.kind === "manager") return "Department manager " + (people.get(of.id) ?? of.id);
  if (of.kind === "addresses") return "Sign-in addresses of " + (connections.get(of.id) ?? of.id);
  return (of.before ?? of.after)?.name ?? of.id;
}

/** Members that have ids of connections. */
const OF_CONNECTIONS = /^(connections?|notTexted|cleared\.connectionId)$/;

/** A member's value in words; ids of which the name is known have it before them. */
export function namedWords(
  { kind }: Proposal["of"],
  member: string,
  value: string | undefined,
  { people, connections, departments }: ProposalNames,
): string {
  const names = OF_CONNECTIONS.test(member)
    ? connections
    : kind === "manager" && member === "departments"
      ? departments
      : undefined;
  const ids = value === undefined ? [] : (listIn(value) ?? [value]);
  if (names === undefined || ids.length === 0) return personWords(member, value, people) ?? valueWords(value);
  return ids.map((id) => (names.has(id) ? `${names.get(id) ?? ""} (${id})` : id)).join(", ");
}
