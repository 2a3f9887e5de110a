/** The names of accounts of the hospital's directory: asked for when a page shows them, and stored nowhere. */
import type { PortalSession } from "../../records/portalSessions.ts";
import type { PortalPicks } from "./parts.ts";

/** Names by object id; an account that the directory did not name is missing. */
export type Names = ReadonlyMap<string, string>;

/** How many names are asked for at once. If the directory names none of them, it is not asked for the others. */
const AT_ONCE = 8;

export async function namesOf(
  { directory }: Pick<PortalPicks, "directory">,
  objectIds: readonly string[],
): Promise<Names> {
  const names = new Map<string, string>();
  const asked = [...new Set(objectIds)];
  for (let next = 0; next < asked.length; next += AT_ONCE) {
    const some = asked.slice(next, next + AT_ONCE);
    const found = await Promise.all(some.map((id) => directory.person(id)));
    for (const [index, id] of some.entries()) {
      const name = found[index]?.displayName;
      if (name !== undefined) names.set(id, name);
    }
    if (found.every((person) => person === undefined)) break;
  }
  return names;
}

interface PersonProps {
  readonly objectId: string;
  readonly names: Names;
  readonly session: PortalSession;
}

/** A person's name, with the object id by which the audit trail and Entra know them. */
export function Person({ objectId, names, session }: PersonProps) {
  if (objectId === session.administrator.objectId) return <>You</>;
  return (
    <>
      {names.get(objectId) ?? "Name not known"}
      <span class="quiet">
        <code>{objectId}</code>
      </span>
    </>
  );
}
