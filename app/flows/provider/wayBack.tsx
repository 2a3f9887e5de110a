/** The way from a consult back to the patient's visit beside which it was begun. */
import type { Session } from "../../records/sessions.ts";
import { departmentOfVisit } from "../../records/visitDepartment.ts";
import { Button } from "../../web/components.tsx";
import { keptAppointment } from "./kept.ts";
import { shortMoment } from "./nearness.ts";
import type { ProviderPicks } from "./parts.ts";
import { VisitForm } from "./visitForm.tsx";
import type { VisitView } from "./visitView.ts";

/** @param props.to when the patient's visit is; undefined where none was open */
export function WayBack({ view, to }: { readonly view: VisitView; readonly to: string | undefined }) {
  return (
    <VisitForm view={view} to="/back">
      <Button weight="secondary">
        {to === undefined ? "← Back to this patient’s visits" : "← Back to the patient’s visit, " + to}
      </Button>
    </VisitForm>
  );
}

/** When the patient's visit is, beside which a consult is open. */
export async function patientsTime(
  parts: ProviderPicks,
  { patientVisit }: Session,
): Promise<string | undefined> {
  const visit = patientVisit && (await keptAppointment(parts, patientVisit));
  if (visit === undefined) return undefined;
  const { timeZone } = (await departmentOfVisit(parts.hospital, visit)).department;
  return shortMoment(visit.start, timeZone, parts.now());
}
