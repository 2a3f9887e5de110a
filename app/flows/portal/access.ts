/**
 * Decides who may see a page of the portal: somebody signed in with a right that the page needs, by the table of addresses.
 */
import express, { Router, type Request, type RequestHandler, type Response } from "express";
import * as z from "zod";
import { PATHS } from "../../domain/addresses.ts";
import type { PortalRight } from "../../domain/portalRights.ts";
import { COOKIES } from "../../domain/opaqueNames.ts";
import type { PortalSession } from "../../records/portalSessions.ts";
import { readCookie, type Cookie } from "../../web/cookies.ts";
import { parametersOf } from "../../web/parameters.ts";
import { hashed } from "../../web/secrets.ts";
import { ADDRESSES, type PortalAddress, type PortalPageName } from "./addresses.ts";
import { doneIn } from "./done.ts";
import { movedPages } from "./movedPages.ts";
import type { PortalPicks } from "./parts.ts";
import { fault } from "./problems.ts";
import { SIGNED_IN_AS } from "./postForm.tsx";
import { callerAllowed, type AskedByProgram } from "./programs.ts";

/** The cookie ends with the browser, because administrators' workstations are shared, too. */
export const PORTAL_COOKIE: Cookie = { name: COOKIES.portal, path: PATHS.portal };

/** A request for a page, and, where the page needs a right, who has it. */
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

/**
 * The answer of each address. An address that is forgotten does not compile, and no address is answered to somebody without
 * the right.
 */
export type PortalAnswers = {
  readonly [N in PortalPageName]: (asked: AskedAt<(typeof ADDRESSES)[N]>) => Promise<void> | void;
};

/** The most that a form may be: its length, and its fields. */
const USUAL = ["64kb", 1_000] as const;
const MANY = ["512kb", 6_000] as const;

type AccessPicks = Pick<PortalPicks, "portalSessions" | "storeTakesWrites"> & {
  /** The ids of the sessions by which requests were found to come from somebody who is signed in. */
  readonly sessionIds: WeakMap<Request, string>;
};

export function portalRouter(
  picks: AccessPicks & Pick<PortalPicks, "apiCallers">,
  answers: PortalAnswers,
  before: readonly RequestHandler[],
): Router {
  const router = Router();
  router.use(movedPages);
  for (const [name, address] of Object.entries(ADDRESSES) as [PortalPageName, PortalAddress][]) {
    // The type of an answer's argument follows from the table of addresses.
    const answer = answers[name] as (
      asked: Asked & Partial<AskedBySomebody & AskedByProgram>,
    ) => Promise<void> | void;
    const [limit, parameterLimit] = address.takes === "each-connection" ? MANY : USUAL;
    const form = { extended: false, limit, parameterLimit };
    const reads =
      address.method === "get"
        ? []
        : [address.by === "token" ? express.json({ limit }) : express.urlencoded(form)];
    router[address.method](PATHS.portal + address.path, ...before, ...reads, async (request, response) => {
      response.set("Cache-Control", "no-store");
      const answers = (rest: Partial<AskedBySomebody & AskedByProgram>) => {
        if (!isId(request.params["id"])) throw fault({ kind: "not-found" });
        return answer({ request, response, ...rest });
      };
      if (address.needs === "anybody") await answers({});
      else if (address.by === "token")
        await answers({ caller: await callerAllowed(picks, request, response, address.needs) });
      else await answers({ session: await allowed(picks, request, address.needs) });
    });
  }
  return router;
}

/**
 * Whether a text may be an address's `:id`: every kind of id that is used here fits; no path and nothing
 * long does.
 */
const isId = (id: unknown): boolean =>
  id === undefined || (typeof id === "string" && /^[\w-][\w.-]{0,63}$/.test(id));

/** @throws Fault signed-out, session-idle, signed-in-as-another, role-missing, sign-in-again */
async function allowed(
  { portalSessions, sessionIds, storeTakesWrites }: AccessPicks,
  request: Request,
  needs: readonly PortalRight[],
): Promise<PortalSession> {
  const page = request.method === "GET" ? request.originalUrl : PATHS.portal;
  const secret = readCookie(request, PORTAL_COOKIE);
  const found = secret === undefined ? "none" : await portalSessions.of(hashed(secret));
  if (found === "none") throw fault({ kind: "signed-out", page });
  if (found === "idle") throw fault({ kind: "session-idle", page });
  sessionIds.set(request, found.id);
  refuseAnothers(found, request);
  demand(found, needs, page);
  const done = request.method === "GET" ? doneIn(parametersOf(request)) : undefined;
  return {
    ...found,
    ...(!(await storeTakesWrites()) && { isReadOnly: true }),
    ...(done !== undefined && { done }),
  };
}

/** A form that does not say whose page it is on, as one that a program sends, is of whoever is signed in. */
const formSchema = z.object({ [SIGNED_IN_AS]: z.string() });

/** @throws Fault signed-in-as-another */
function refuseAnothers({ administrator }: PortalSession, { body }: Request): void {
  const form = formSchema.safeParse(body);
  if (form.success && form.data[SIGNED_IN_AS] !== administrator.objectId)
    throw fault({ kind: "signed-in-as-another", userName: administrator.userName });
}

/**
 * Demands one of these rights, where the content of a form needs more than its address does.
 * @param page opens after a new sign-in
 * @throws Fault role-missing, sign-in-again
 */
export function demand(session: PortalSession, needs: readonly PortalRight[], page: string): void {
  const { administrator, isFresh, rights } = session;
  if (!needs.some((right) => rights.includes(right)))
    throw fault({
      kind: "role-missing",
      needs,
      rights,
      userName: administrator.userName,
      isRoleUnknown: administrator.directoryRoles === undefined,
      page,
    });
  const isGiven = (right: PortalRight) => rights.includes(right) && (right !== "decide" || isFresh);
  if (!needs.some(isGiven)) throw fault({ kind: "sign-in-again", page });
}
