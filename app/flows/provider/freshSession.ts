import type { Session } from "../../records/sessions.ts";
import type { ProviderParts, ProviderPicks } from "./parts.ts";
import { fault } from "./problems.ts";

/** Requests of one process renew a grant together: Oracle throttles whoever refreshes often. */
export function freshSessions(
  parts: Pick<ProviderPicks, "standings" | "ehr" | "sessions">,
): ProviderParts["freshSession"] {
  const running = new Map<string, Promise<Session>>();
  return (session) => {
    const known = running.get(session.id);
    if (known !== undefined) return known;
    const renewal = renewed(parts, session).finally(() => running.delete(session.id));
    running.set(session.id, renewal);
    return renewal;
  };
}

async function renewed(
  { standings, ehr, sessions }: Pick<ProviderPicks, "standings" | "ehr" | "sessions">,
  session: Session,
): Promise<Session> {
  const standing = await standings.of(session.connection);
  if (!standing.ok) throw fault({ kind: "connection-failing" }, { cause: new Error(standing.reason) });
  const grant = await ehr.renew(session.connection, standing.endpoints, session.grant);
  return grant === session.grant ? session : sessions.change(session.id, (kept) => ({ ...kept, grant }));
}
