/**
 * What is known of the chart when something goes wrong, so that the fault page, too, says whose chart it is, and whether it
 * is a test chart.
 */
import type { Request } from "express";
import { launchCallbackPath, PATHS } from "../../domain/addresses.ts";
import type { Session } from "../../records/sessions.ts";
import { Fault, type Problem } from "../../web/fault.ts";
import { chartProblem } from "./notRead.ts";
import type { ProviderParts } from "./parts.ts";
import { patientBeside, patientNotRead, patientReadBefore, type ShownPatient } from "./shownPatient.ts";

export interface FaultChart {
  /** The session of a request that had one. */
  readonly session?: Session;
  readonly patient?: ShownPatient;
  readonly isTest: boolean;
  readonly now: Date;
}

export type FaultCharts = (
  problem: Problem,
  about: { readonly request: Request; readonly cause: unknown },
) => Promise<FaultChart>;

export function faultCharts(
  parts: Pick<ProviderParts, "ehr" | "hospital" | "log" | "now" | "sessionsOf" | "withFreshSession">,
): FaultCharts {
  return async (problem, { request, cause }) => {
    const session = parts.sessionsOf.get(request);
    if (session === undefined) return { isTest: await isOfTest(parts, problem, request), now: parts.now() };
    const patient = await patientAt(parts, session, problem, cause);
    return { session, patient, isTest: session.connection.environment === "test", now: parts.now() };
  };
}

/**
 * The patient, where the chart can be read. A chart that has just failed is not asked again: the reader has waited for it
 * once. Who was read beside what failed is known.
 */
async function patientAt(
  parts: Parameters<typeof patientBeside>[0],
  session: Session,
  problem: Problem,
  cause: unknown,
): Promise<ShownPatient> {
  const known = patientReadBefore(cause);
  if (known !== undefined && session.grant.needPatientBanner) return known;
  if ([new Fault(problem), cause].some((error) => chartProblem(error) !== undefined))
    return patientNotRead(session);
  try {
    return await patientBeside(parts, session);
  } catch (error) {
    parts.log.error("fault_page.patient_not_read", error, { connection: session.connection.id });
    return patientNotRead(session);
  }
}

/**
 * Whether it is a test chart, before there is a session: by the address at which the chart was opened, or to which it came
 * back.
 */
async function isOfTest(
  { hospital }: Pick<ProviderParts, "hospital">,
  problem: Problem,
  { path }: Request,
): Promise<boolean> {
  if ("side" in problem) return problem.side === "test";
  if (path === PATHS.testLaunch) return true;
  // If the portal's connections cannot be read, which may be the very fault, those of the stack file are known nevertheless.
  const connections = await hospital.connections().catch(() => hospital.stackConnections);
  return connections.some(({ id, environment }) => environment === "test" && path === launchCallbackPath(id));
}
