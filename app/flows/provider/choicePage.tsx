/**
 * The page on which the clinician says which of several visits of this patient today is meant, or whether the only one that
 * could be read is. A visit at a location that is not set up is shown, and cannot be picked, unless somebody has opened it before
 * its department was removed.
 */
import { visitPath } from "../../domain/addresses.ts";
import { Card } from "../../web/components.tsx";
import { formatClockBefore, formatShortClock, formatSpokenClock } from "../../web/time.ts";
import type { Candidate } from "./departments.ts";
import { canBeOpened } from "./looks.ts";
import { HeldElsewhereCards } from "./heldCard.tsx";
import { nearness } from "./nearness.ts";
import type { Choice } from "./opened.ts";
import type { Pages } from "./pages.ts";
import { ConsultNotBegun } from "./notReadNotice.tsx";
import { PatientBanner } from "./patientBanner.tsx";
import type { Said } from "./said.ts";
import { SaidNotice } from "./saidNotice.tsx";
import { saidOfHeld } from "./saidNow.ts";
import { ReadHints } from "./readHints.tsx";
import { Away, Workstation } from "./workstation.tsx";
import type { ShownDepartment } from "../../records/visitDepartment.ts";
import type { Session } from "../../records/sessions.ts";

export function choicePage(
  pages: Pages,
  session: Session,
  choice: Choice,
  now: Date,
  { said }: { readonly said?: Said } = {},
): string {
  const { candidates, heldElsewhere = [] } = choice;
  const ofHeld = saidOfHeld(said, heldElsewhere);
  const openable = candidates.filter(canBeOpened);
  const zones = [...new Set(openable.flatMap((each) => shownDepartment(each)?.timeZone ?? []))];
  const [zone = "UTC"] = zones;
  const isAnyOpenable = zones.length > 0;
  // One that is left over is not opened unasked where another one of today could not be read.
  const isOne = candidates.length === 1;
  const title = isOne ? "Is this the visit?" : "Which visit?";
  const main = (
    <>
      <PatientBanner patient={choice.patient} session={session} now={now} zones={zones} />
      <Away />
      <ReadHints hints={choice.hints} />
      {choice.isConsultNotBegun === true && <ConsultNotBegun />}
      {said?.kind === "none-picked" && <SaidNotice said={said} />}
      {ofHeld !== undefined && <SaidNotice said={ofHeld} />}
      <Card>
        <h1>{title}</h1>
        <p>
          {isOne
            ? (choice.isAskedFor === true
                ? "This is the one video visit of this patient today."
                : "This is the one video visit of this patient today that could be read.") +
              (isAnyOpenable ? " Open it if it is the visit you mean." : "")
            : `This patient has ${String(candidates.length)} video visits today.`}
          {isAnyOpenable && ` It is ${formatSpokenClock(now, zone)} now.`}
        </p>
        <ul class="choices">
          {candidates.map((candidate) => (
            <li key={candidate.appointment.id}>
              <Choose
                launchId={session.launchId}
                candidate={candidate}
                zone={
                  shownDepartment(candidate)?.timeZone ??
                  (candidate.appointment.clock === "wall" ? "UTC" : zone)
                }
                isOneZone={zones.length === 1}
                now={now}
              />
            </li>
          ))}
        </ul>
      </Card>
      <HeldElsewhereCards of={session} held={heldElsewhere} now={now} isBeside />
      <Workstation base={visitPath(session.launchId)} />
    </>
  );
  const ofTestChart = session.connection.environment === "test";
  return pages({ title, main, scripts: ["forms.js", "away.js"], ofTestChart });
}

interface ChooseProps {
  readonly launchId: string;
  readonly candidate: Candidate;
  readonly zone: string;
  /** If all candidates are in one time zone, it is named above the list only. */
  readonly isOneZone: boolean;
  readonly now: Date;
}

function Choose({ launchId, candidate, zone, isOneZone, now }: ChooseProps) {
  const { appointment, isLocationHidden } = candidate;
  const department = shownDepartment(candidate);
  // The chart gives no zone, and only the location could tell which one is meant.
  const isLocal = department === undefined && appointment.clock === "wall";
  const until =
    isOneZone || isLocal ? formatShortClock(appointment.end, zone) : formatSpokenClock(appointment.end, zone);
  const words = (
    <>
      <strong>
        {formatClockBefore(appointment.start, appointment.end, zone)} – {until}
        {isLocal && " local time"}
      </strong>
      <span>
        {[appointment.type, ...withWhom(appointment.clinicians), department?.name]
          .filter(Boolean)
          .join(" · ")}
      </span>
      <span class="quiet">
        {candidate.isDeleted === true
          ? "An administrator has deleted this visit: it cannot be opened."
          : department !== undefined
            ? nearness(appointment, zone, now)
            : isLocationHidden
              ? "Location not shown by the chart: look again in a minute."
              : "Location not set up: tell your IT help desk."}
      </span>
    </>
  );
  if (!canBeOpened(candidate)) return <p class="choice unusable">{words}</p>;
  return (
    <form method="post" action={visitPath(launchId) + "/choice"}>
      <input type="hidden" name="appointment" value={appointment.id} />
      <button class="choice" type="submit">
        {words}
      </button>
    </form>
  );
}

const shownDepartment = ({ department, removed }: Candidate): ShownDepartment | undefined =>
  department ?? removed;

const withWhom = (clinicians: Candidate["appointment"]["clinicians"]) =>
  clinicians.length === 0 ? [] : ["with " + clinicians.map(({ name }) => name).join(", ")];
