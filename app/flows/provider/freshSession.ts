/** Gives a session whose grant the chart accepts: it is renewed before it ends, and once more when the chart refuses it. */
import { setTimeout as passed } from "node:timers/promises";
import { isYounger } from "../../domain/age.ts";
import { EhrFault } from "../../ports/ehr.ts";
import type { Session } from "../../records/sessions.ts";
import type { ProviderParts, ProviderPicks } from "./parts.ts";
import { connectionFault } from "./problems.ts";

type Picks = Pick<ProviderPicks, "standings" | "ehr" | "sessions" | "now">;

/** Requests of one process renew a grant together, because Oracle throttles frequent refreshes. */
export function freshSessions(parts: Picks): ProviderParts["withFreshSession"] {
  const dueOne = together((session) => renewed(parts, session, "when-due"));
  const refusedOne = together((session) => renewedAfterRefusal(parts, session));
  return async (session, act) => {
    const fresh = await dueOne(session);
    try {
      return await act(fresh);
    } catch (error) {
      if (!(error instanceof EhrFault) || error.problem.kind !== "token-refused") throw error;
      if (isByPage(error) && isYounger(fresh.grant.obtainedAt, parts.now(), NEW_MS))
        throw fromBetween("to an access token that is new", error);
      const other = await refusedOne(fresh).catch((none: unknown) => {
        throw isByPage(error) && fresh.grant.refreshToken === undefined && isRefused(none)
          ? fromBetween("to an access token that cannot be renewed", error)
          : none;
      });
      return await act(other).catch((again: unknown) => {
        throw isByPage(again) ? fromBetween("to a new access token, too", again) : again;
      });
    }
  };
}

/** A token that is so new is not too old, so a web page that comes for it is about something else. */
const NEW_MS = 60_000;

const isByPage = (error: unknown): boolean =>
  error instanceof EhrFault && error.problem.kind === "token-refused" && error.problem.isPage === true;

/** Whether there is no other token because the chart would not have the one there is. */
const isRefused = (error: unknown): boolean =>
  error instanceof EhrFault && ["session-over", "token-refused"].includes(error.problem.kind);

/**
 * The fault of a chart that was not reached. Where no other token is to be had, a web page alone ends no session that is
 * good: the token's own end does.
 */
function fromBetween(to: string, cause: unknown): EhrFault {
  const words = "a web page came with status 401 in the chart system's stead, " + to;
  return new EhrFault({ kind: "chart-unavailable", answered: "error" }, words, { cause });
}

function together(renew: (session: Session) => Promise<Session>): (session: Session) => Promise<Session> {
  const running = new Map<string, Promise<Session>>();
  return (session) => {
    const known = running.get(session.id);
    if (known !== undefined) return known;
    const renewal = renew(session).finally(() => running.delete(session.id));
    running.set(session.id, renewal);
    return renewal;
  };
}

async function renewed(
  { standings, ehr, sessions, now }: Picks,
  session: Session,
  when: "when-due" | "now",
): Promise<Session> {
  const { connection, grant } = session;
  const standing = await standings.of(connection);
  if (!standing.ok) {
    // A token that is still valid is used even while the sign-in addresses are not known or not accepted.
    if (when === "when-due" && grant.expiresAt > now().getTime()) return session;
    throw connectionFault(standing);
  }
  try {
    const renewal = await ehr.renew(connection, standing.endpoints, grant, when);
    if (renewal === grant) return session;
    return await sessions.change(session.id, (kept) => ({ ...kept, grant: renewal }));
  } catch (error) {
    if (!(error instanceof EhrFault) || error.problem.kind !== "session-over") throw error;
    const current = await renewedElsewhere(sessions, session);
    if (current === undefined) throw error;
    return current;
  }
}

/** The pause before each look. A process that was quicker has the chart's answer by then, and keeps it at once. */
const PAUSES_MS = [0, 50, 150];

/**
 * The session as another process has renewed it: a refresh token may be good for one use only, and the process that has used
 * it up has left the next one in the row.
 */
async function renewedElsewhere(
  sessions: Picks["sessions"],
  { id, grant }: Session,
): Promise<Session | undefined> {
  for (const pause of PAUSES_MS) {
    await passed(pause);
    const current = await sessions.byId(id);
    if (current.grant.accessToken !== grant.accessToken) return current;
  }
  return undefined;
}

/** Renews the grant after the chart has refused it, unless another request has renewed it meanwhile. */
async function renewedAfterRefusal(parts: Picks, session: Session): Promise<Session> {
  const current = await parts.sessions.byId(session.id);
  return current.grant.accessToken === session.grant.accessToken ? renewed(parts, current, "now") : current;
}
