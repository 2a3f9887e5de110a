import { visitPath } from "../../domain/addresses.ts";
import { Card } from "../../web/components.tsx";
import { formatShortClock } from "../../web/time.ts";
import type { Candidate } from "./departments.ts";
import type { Choice } from "./opened.ts";
import type { Pages } from "./pages.ts";
import { PatientBanner } from "./patientBanner.tsx";
import { ReadHints } from "./readHints.tsx";
import type { Session } from "../../records/sessions.ts";

/** Several visits of this patient today: the clinician says which. */
export function choicePage(pages: Pages, session: Session, choice: Choice): string {
  const main = (
    <>
      <PatientBanner patient={choice.patient} />
      <ReadHints hints={choice.hints} />
      <Card>
        <h1>Which visit?</h1>
        <p>This patient has {String(choice.candidates.length)} video visits today.</p>
        <ul class="choices">
          {choice.candidates.map((candidate) => (
            <li key={candidate.appointment.id}>
              <Choose launchId={session.launchId} candidate={candidate} />
            </li>
          ))}
        </ul>
      </Card>
    </>
  );
  return pages({ title: "Which visit?", main });
}

function Choose({ launchId, candidate }: { readonly launchId: string; readonly candidate: Candidate }) {
  const { appointment, department, isPlaceHidden } = candidate;
  const zone = department?.timeZone ?? "UTC";
  return (
    <form method="post" action={visitPath(launchId) + "/choice"}>
      <input type="hidden" name="appointment" value={appointment.id} />
      <button class="choice" type="submit">
        <strong>
          {formatShortClock(appointment.start, zone)} – {formatShortClock(appointment.end, zone)}
          {department === undefined && (appointment.clock === "instant" ? " UTC" : " local time")}
        </strong>
        <span>{appointment.type}</span>
        {appointment.clinicians.length > 0 && <span>With {appointment.clinicians.join(", ")}</span>}
        <span class="quiet">
          {department?.name ?? (isPlaceHidden ? "Place not shown by the chart" : "Place not set up")}
        </span>
      </button>
    </form>
  );
}
