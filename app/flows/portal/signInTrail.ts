/**
 * Records sign-ins in the audit trail: who was let in, with which roles; and why others were refused. Anybody can be refused
 * any number of times, so each reason is recorded once an hour, with how often it occurred since it was recorded last.
 */
import { isYounger } from "../../domain/age.ts";
import { GLOBAL_ADMINISTRATOR, rightsOf } from "../../domain/portalRights.ts";
import type { Administrator } from "../../records/portalSessions.ts";
import type { Entry } from "../../records/audit.ts";
import type { PortalPicks } from "./parts.ts";
import type { PortalProblem } from "./problems.ts";

const TOLD_AGAIN_AFTER_MS = 3_600_000;

/** The refusals that are recorded. Somebody who declined at Microsoft or came too late was not refused. */
const REFUSALS = [
  "account-other-tenant",
  "account-guest",
  "account-organizer",
  "account-unproven",
  "sign-in-failed",
  "sign-in-other-browser",
  "role-missing",
] as const satisfies readonly PortalProblem["kind"][];
type Refusal = (typeof REFUSALS)[number];

export const isRefusal = (kind: string): kind is Refusal => (REFUSALS as readonly string[]).includes(kind);

export interface SignInTrail {
  /**
   * Recorded before the session begins, so that nobody is in without it.
   * @throws StoreFault
   */
  letIn(administrator: Administrator): Promise<void>;
  /** Never fails, because the person is refused either way. */
  refused(why: Refusal): Promise<void>;
}

export function signInTrail({ audit, log, now }: Pick<PortalPicks, "audit" | "log" | "now">): SignInTrail {
  const told = new Map<Refusal, { readonly at: number; more: number }>();
  const write = (entry: Entry) => audit.commit(() => Promise.resolve({ writes: [], entries: [entry] }));

  async function refused(why: Refusal): Promise<void> {
    const last = told.get(why);
    if (last !== undefined && isYounger(last.at, now(), TOLD_AGAIN_AFTER_MS)) {
      last.more++;
      return;
    }
    told.set(why, { at: now().getTime(), more: 0 });
    const more = last?.more ?? 0;
    try {
      await write({
        actor: { kind: "program", name: "portal" },
        action: "portal.sign-in-refused",
        object: { kind: "portal" },
        changes: [
          { member: "reason", to: why },
          ...(more > 0 ? [{ member: "not told since the last", to: String(more) }] : []),
        ],
      });
    } catch (error) {
      log.error("audit.not_written", error);
    }
  }

  return {
    async letIn(administrator) {
      const roles = rolesOf(administrator);
      // Somebody without roles sees only the page that says so, and is recorded as refused.
      if (roles.length === 0) await refused("role-missing");
      else
        await write({
          actor: { kind: "person", objectId: administrator.objectId },
          action: "portal.signed-in",
          object: { kind: "portal" },
          changes: [{ member: "roles", to: roles.join(", ") }],
        });
    },
    refused,
  };
}

/** The roles that give a right in the portal. */
function rolesOf({ appRoles, directoryRoles }: Administrator): readonly string[] {
  const counts = (role: string) => rightsOf({ appRoles: [role] }).length > 0;
  const decides = directoryRoles?.includes(GLOBAL_ADMINISTRATOR) === true;
  return [...(decides ? ["Global Administrator"] : []), ...appRoles.filter(counts)];
}
