/** A hospital with one connection whose visits are found and prepared: a test has it look, and asks what it found. */
import { onTestFinished } from "vitest";
import type { FoundVisit } from "../../app/domain/found.ts";
import { findingDeployment, OURS, type FindingDeploymentOptions, type Round } from "./findingDeployment.ts";
import { scriptedChart, type Booked } from "./scriptedChart.ts";

/** An hour in minutes. */
export const HOUR = 60;

export function findingHospital(options: Partial<FindingDeploymentOptions> = {}) {
  const chart = scriptedChart((link) => !link.startsWith(OURS));
  const deployment = findingDeployment({ charts: { lamna: chart }, ...options });
  onTestFinished(() => deployment.close());
  const look = async (name: Round = "finding.near") => {
    const done = await deployment.round(name, "lamna");
    await deployment.work();
    return done;
  };
  const found = async (id = "a"): Promise<FoundVisit> => {
    const one = await deployment.parts.foundVisits.byId(deployment.visitOf("lamna", id));
    if (one === undefined) throw new Error(id + " was not found");
    return one;
  };
  const book = (more: Partial<Booked> = {}) =>
    chart.book({ id: "a", start: deployment.inMinutes(HOUR), ...more });
  const check = async (name: string, of = "lamna") =>
    (await deployment.flow.checks()).find((one) => one.name === name && one.of === of);
  /** The changes of which patients are told, oldest first, each with the visit's start. */
  const told = async () =>
    (await deployment.changes.readSlice({ limit: 100 })).changes.map(({ change, start, movedFrom }) => [
      change,
      start.getTime(),
      ...(movedFrom ? [movedFrom.getTime()] : []),
    ]);
  return { chart, deployment, look, found, book, check, told };
}
