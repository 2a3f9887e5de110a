/**
 * The portal's answers to programs, which identify themselves by a bearer token of the hospital's directory and are answered
 * in JSON.
 */
import type { Request, Response } from "express";
import { firstFailed, needsLaunch } from "../../domain/canary.ts";
import { rightsOf, type PortalRight } from "../../domain/portalRights.ts";
import type { ApiCaller, NotRecognized } from "../../ports/apiCallers.ts";
import type { Mover } from "../../domain/mover.ts";
import type { Check } from "../../web/flow.ts";
import { CHECK_WORDS } from "./checkWords.ts";
import { statusOf } from "./connections/rows.ts";
import type { PortalPicks } from "./parts.ts";
import { fault } from "./problems.ts";

export interface AskedByProgram {
  readonly request: Request;
  readonly response: Response;
  readonly caller: ApiCaller;
}

/** @throws Fault token-missing, token-refused, caller-role-missing, directory-failing */
export async function callerAllowed(
  { apiCallers }: Pick<PortalPicks, "apiCallers">,
  request: Request,
  response: Response,
  needs: readonly PortalRight[],
): Promise<ApiCaller> {
  // A program is answered in JSON, whatever its Accept header says.
  request.headers.accept = "application/json";
  const token = /^Bearer +(\S+)$/i.exec(request.get("authorization") ?? "")?.[1];
  if (token === undefined) {
    response.set("WWW-Authenticate", "Bearer");
    throw fault({ kind: "token-missing" });
  }
  const recognized = await recognize(apiCallers, token);
  if (typeof recognized === "string") {
    response.set("WWW-Authenticate", 'Bearer error="invalid_token"');
    throw fault({ kind: "token-refused", why: recognized });
  }
  if (!rightsOf(recognized).some((right) => needs.includes(right)))
    throw fault({ kind: "caller-role-missing", needs });
  return recognized;
}

async function recognize(
  apiCallers: PortalPicks["apiCallers"],
  token: string,
): Promise<ApiCaller | NotRecognized> {
  try {
    return await apiCallers.recognize(token);
  } catch (cause) {
    throw fault({ kind: "directory-failing" }, { cause });
  }
}

/**
 * Answers what an operator looks at after a deployment: the state of everything that the connector depends on, and whose
 * move it is.
 */
export async function tellStanding(
  picks: Pick<PortalPicks, "checks" | "environment" | "hospital" | "standings">,
  { response, caller }: AskedByProgram,
): Promise<void> {
  const { checks, environment, hospital, standings } = picks;
  const [all, connections] = await Promise.all([checks(), hospital.connections()]);
  /** Whose move it is: the same as on the start page. */
  const moveOf = ({ name, of, move }: Check): Mover => {
    const connection = name === "connection" ? connections.find(({ id }) => id === of) : undefined;
    const status = connection && statusOf(connection, standings.known(connection));
    return move ?? status?.move ?? CHECK_WORDS[name].move;
  };
  response.json({
    environment,
    isWell: all.every((check) => check.fault === undefined || check.isWarning === true),
    askedBy: caller,
    checks: all.map((check) => ({
      name: check.name,
      ...(check.of !== undefined && { of: check.of }),
      ...(check.fault !== undefined && { fault: check.fault, move: moveOf(check) }),
      ...(check.isWarning && { isWarning: true }),
      ...(check.provedOn !== undefined && { provedOn: check.provedOn }),
      ...(check.unseen !== undefined && { unseen: check.unseen }),
    })),
  });
}

/**
 * Answers what an operator looks at before and after a release: whether a visit would work, tried now and without a patient.
 */
export async function tellCanary(
  { environment, packageDigest, visitAll }: Pick<PortalPicks, "environment" | "packageDigest" | "visitAll">,
  { response, caller }: AskedByProgram,
): Promise<void> {
  const canaries = await visitAll();
  response.json({
    environment,
    package: packageDigest,
    askedBy: caller,
    isWell: canaries.every(({ ran }) => ran !== undefined && firstFailed(ran.steps) === undefined),
    canaries: canaries.map(({ connection, ran, launchedAt }) => ({
      connection,
      at: ran?.at,
      steps: ran?.steps ?? [],
      needsLaunch: needsLaunch(ran?.steps ?? []),
      launchedAt,
    })),
  });
}
