/** A hospital of one connection whose visits are found and prepared, as a test plays it: it looks, and asks what was found. */
import { onTestFinished } from "vitest";
import type { FoundVisit } from "../../app/domain/found.ts";
import { findingPlace, OURS, type FindingPlaceOptions, type Round } from "./findingPlace.ts";
import { scriptedChart, type Booked } from "./scriptedChart.ts";

/** In minutes. */
export const HOUR = 60;

export function findingHospital(options: Partial<FindingPlaceOptions> = {}) {
  const chart = scriptedChart((link) => !link.startsWith(OURS));
  const place = findingPlace({ charts: { lamna: chart }, ...options });
  onTestFinished(() => place.close());
  const look = async (name: Round = "finding.near") => {
    const done = await place.round(name, "lamna");
    await place.work();
    return done;
  };
  const found = async (id = "a"): Promise<FoundVisit> => {
    const one = await place.parts.foundVisits.byId(place.visitOf("lamna", id));
    if (one === undefined) throw new Error(id + " was not found");
    return one;
  };
  const book = (more: Partial<Booked> = {}) => chart.book({ id: "a", start: place.inMinutes(HOUR), ...more });
  const check = async (name: string, of = "lamna") =>
    (await place.flow.checks()).find((one) => one.name === name && one.of === of);
  /** What patients are told of, oldest first: the change, and when it starts. */
  const told = async () =>
    (await place.changes.page({ limit: 100 })).changes.map(({ change, start, movedFrom }) => [
      change,
      start.getTime(),
      ...(movedFrom ? [movedFrom.getTime()] : []),
    ]);
  return { chart, place, look, found, book, check, told };
}
