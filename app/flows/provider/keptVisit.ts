/** The visit of a launch in the department that it was opened in: what the page shows where the chart names no department here. */
import type { Visits } from "../../records/visits.ts";
import { departmentOfVisit } from "../../records/visitDepartment.ts";
import type { Candidate } from "./departments.ts";
import { keptAppointment, type AppointmentSubject } from "./kept.ts";
import type { NotRead } from "./notRead.ts";
import type { OpenVisit } from "./opened.ts";
import type { ProviderParts } from "./parts.ts";
import { unlessWhoseUntold } from "./whoseUntold.ts";

type KeptVisit = Pick<OpenVisit, "kind" | "hints" | "department" | "visit" | "notRead">;

/** The visit of this launch as we keep it, without asking the chart. */
export async function keptVisit(
  parts: Pick<ProviderParts, "visits" | "hospital">,
  subject: AppointmentSubject | undefined,
): Promise<KeptVisit | undefined> {
  const visit = subject && (await keptAppointment(parts, subject));
  if (visit === undefined) return undefined;
  const { department, isRemoved } = await departmentOfVisit(parts.hospital, visit);
  return { kind: "visit", hints: [], department, visit, notRead: isRemoved ? [REMOVED] : [] };
}

/**
 * The candidate, with what is shown of its department where that was removed since somebody opened the visit. Where its times are
 * those of an unknown time zone, nothing opens it.
 */
export async function inRemovedDepartment(
  { hospital }: Pick<ProviderParts, "hospital">,
  candidate: Candidate,
): Promise<Candidate> {
  const { appointment, before } = candidate;
  const mayBeRemoved = candidate.department === undefined && appointment.clock === "instant";
  const visit = mayBeRemoved ? before?.visit : undefined;
  if (visit === undefined) return candidate;
  const { department, isRemoved } = await departmentOfVisit(hospital, visit);
  return isRemoved ? { ...candidate, removed: department } : candidate;
}

/**
 * The visit of an appointment at no location of a department here. If this launch has opened it, or its department was removed
 * since somebody has, it follows the chart in all else; any other one is left as it is, and not shown.
 * @param facts left out where the appointment's times are those of an unknown time zone
 * @param known the visit that this launch has opened before
 */
export async function inKeptDepartment(
  parts: Pick<ProviderParts, "hospital" | "visits">,
  facts: Parameters<Visits["known"]>[0] | undefined,
  known: AppointmentSubject | undefined,
  isLocationHidden: boolean,
): Promise<Pick<OpenVisit, "visit" | "department" | "notRead"> | undefined> {
  const { hospital, visits } = parts;
  if (facts === undefined) return undefined;
  const before = await visits.ofAppointment(facts);
  if (before === undefined) return undefined;
  const { department, isRemoved } = await departmentOfVisit(hospital, before);
  const isOpened = known !== undefined && (await keptAppointment(parts, known)) !== undefined;
  const visit = isRemoved || isOpened ? await unlessWhoseUntold(() => visits.known(facts)) : undefined;
  return visit && { visit, department, notRead: [isRemoved ? REMOVED : withoutLocation(isLocationHidden)] };
}

const REMOVED: NotRead = { kind: "department-removed" };

export const withoutLocation = (isHidden: boolean): NotRead => ({
  kind: isHidden ? "location" : "department",
});
