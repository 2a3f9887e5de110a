/**
 * The way from a visit that this launch has open, and that it cannot show any more, to the others of today: the one that was
 * booked in its place is another appointment.
 */
import { visitPath } from "../../domain/addresses.ts";
import type { Session } from "../../records/sessions.ts";
import { Button } from "../../web/components.tsx";

/** It shows nothing where the launch has no visit open: then what the page says is about today's visits already. */
export function TodaysVisits({ session: { launchId, place } }: { readonly session: Session }) {
  if (place?.kind !== "appointment") return null;
  return (
    <form method="post" action={visitPath(launchId) + "/choose-again"} class="inline-note">
      <input type="hidden" name="visit" value={place.visitId ?? NOT_OPENED} />
      <p>Was another one booked in its place?</p>
      <Button weight="secondary">See today’s visits</Button>
    </form>
  );
}

/** What the form says of a visit that was picked, and could not be opened. */
const NOT_OPENED = "not-opened";
