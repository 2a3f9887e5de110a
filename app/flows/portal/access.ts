/** Who may see a page of the portal: whoever is signed in with a right that it needs, by the table of addresses. */
import express, { Router, type Request, type RequestHandler, type Response } from "express";
import { PATHS } from "../../domain/addresses.ts";
import type { PortalRight } from "../../domain/portalRights.ts";
import type { PortalSession } from "../../records/portalSessions.ts";
import { clearCookie, readCookie, type Cookie } from "../../web/cookies.ts";
import { hashed } from "../../web/secrets.ts";
import { ADDRESSES, type PortalAddress, type PortalPageName } from "./addresses.ts";
import type { PortalPicks } from "./parts.ts";
import { fault } from "./problems.ts";
import { callerAllowed, type AskedByProgram } from "./programs.ts";

/** Gone with the browser: administrators' workstations are shared, too. */
export const PORTAL_COOKIE: Cookie = { name: "portal", path: PATHS.portal };

/** What a page is asked by: a request, and where the page needs a right, who has it. */
export interface Asked {
  readonly request: Request;
  readonly response: Response;
}
export interface AskedBySomebody extends Asked {
  readonly session: PortalSession;
}

type AskedAt<A> = A extends { readonly needs: "anybody" }
  ? Asked
  : A extends { readonly by: "token" }
    ? AskedByProgram
    : AskedBySomebody;

/** How each address is answered: one that is forgotten does not compile, and none is answered to whoever lacks the right. */
export type PortalAnswers = {
  readonly [N in PortalPageName]: (asked: AskedAt<(typeof ADDRESSES)[N]>) => Promise<void> | void;
};

export function portalRouter(
  picks: Pick<PortalPicks, "portalSessions" | "apiCallers">,
  answers: PortalAnswers,
  before: readonly RequestHandler[],
): Router {
  const router = Router();
  for (const [name, address] of Object.entries(ADDRESSES) as [PortalPageName, PortalAddress][]) {
    // The table has said which of the three an answer takes.
    const answer = answers[name] as (
      asked: Asked & Partial<AskedBySomebody & AskedByProgram>,
    ) => Promise<void> | void;
    const limit = "64kb";
    const reads =
      address.method === "get"
        ? []
        : [address.by === "token" ? express.json({ limit }) : express.urlencoded({ extended: false, limit })];
    router[address.method](PATHS.portal + address.path, ...before, ...reads, async (request, response) => {
      response.set("Cache-Control", "no-store");
      const answers = (rest: Partial<AskedBySomebody & AskedByProgram>) => {
        if (!isId(request.params["id"])) throw fault({ kind: "not-found" });
        return answer({ request, response, ...rest });
      };
      if (address.needs === "anybody") await answers({});
      else if (address.by === "token")
        await answers({ caller: await callerAllowed(picks, request, response, address.needs) });
      else await answers({ session: await allowed(picks, request, response, address.needs) });
    });
  }
  return router;
}

/** What may stand in the place of an address's `:id`: every kind of id here fits, and no path and nothing long does. */
const isId = (id: unknown): boolean =>
  id === undefined || (typeof id === "string" && /^[\w-][\w.-]{0,63}$/.test(id));

/** @throws Fault signed-out, session-idle, role-missing, sign-in-again */
async function allowed(
  { portalSessions }: Pick<PortalPicks, "portalSessions">,
  request: Request,
  response: Response,
  needs: readonly PortalRight[],
): Promise<PortalSession> {
  const page = request.method === "GET" ? request.originalUrl : PATHS.portal;
  const secret = readCookie(request, PORTAL_COOKIE);
  const found = secret === undefined ? "none" : await portalSessions.of(hashed(secret));
  if (found === "none") throw fault({ kind: "signed-out", page });
  if (found === "idle") {
    clearCookie(response, PORTAL_COOKIE);
    throw fault({ kind: "session-idle", page });
  }
  demand(found, needs, page);
  return found;
}

/**
 * One of these rights, where what a form says needs more than its address does.
 * @param page opens after a new sign-in
 * @throws Fault role-missing, sign-in-again
 */
export function demand(session: PortalSession, needs: readonly PortalRight[], page: string): void {
  const { administrator, isFresh, rights } = session;
  if (!needs.some((right) => rights.includes(right)))
    throw fault({
      kind: "role-missing",
      needs,
      userName: administrator.userName,
      isRoleUnknown: administrator.directoryRoles === undefined,
      page,
    });
  const isGiven = (right: PortalRight) => rights.includes(right) && (right !== "decide" || isFresh);
  if (!needs.some(isGiven)) throw fault({ kind: "sign-in-again", page });
}
