/**
 * The way from a visit that this launch has open, and that it cannot show any more, to the others of today: the one that was
 * booked in its place is another appointment.
 */
import { visitPath } from "../../domain/addresses.ts";
import type { Session } from "../../records/sessions.ts";
import { Button } from "../../web/components.tsx";

interface Props {
  readonly session: Session;
  readonly ofEncounter?: boolean;
}

/**
 * It shows nothing where the launch has no visit open: then what the page says is about today's visits already.
 * @param ofEncounter whether the page says why what the launch would have opened by its encounter cannot be; another visit may
 * be meant
 */
export function TodaysVisits({ session, ofEncounter = false }: Props) {
  const { launchId, place, grant, asksWhich } = session;
  const isEncounters = ofEncounter && grant.encounter !== undefined && asksWhich !== true;
  if (place === undefined ? !isEncounters : place.kind !== "appointment") return null;
  const opened = place?.kind === "appointment" ? place.visitId : undefined;
  return (
    <form method="post" action={visitPath(launchId) + "/choose-again"} class="inline-note">
      <input type="hidden" name="visit" value={opened ?? NOT_OPENED} />
      <p>{opened === undefined ? "Is another visit meant?" : "Was another one booked in its place?"}</p>
      <Button weight="secondary">See today’s visits</Button>
    </form>
  );
}

/** What the form says of a visit that could not be opened. */
const NOT_OPENED = "not-opened";
