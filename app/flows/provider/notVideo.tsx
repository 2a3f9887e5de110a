/** Says that the chart has made another visit of an open video visit: finding visits leaves it then, and nobody is told. */
import { Notice } from "../../web/components.tsx";
import type { OpenVisit } from "./opened.ts";

export function NotVideo({ appointment, hints }: Pick<OpenVisit, "appointment" | "hints">) {
  // What could not be read of the kind may say that it is one; the page says that it could not.
  const isUnsure = hints.some(({ kind }) => kind === "type-unreadable");
  if (appointment?.isVideo !== false || isUnsure) return null;
  return (
    <Notice kind="warning" title="The chart says no longer that this is a video visit">
      <p>
        The patient’s link still leads here, and the connector sends no text or e-mail about it by itself. If
        the visit is held in another way now, tell the patient, and close the links at the end of this page.
        If it is held by video, have the appointment corrected in the chart.
      </p>
    </Notice>
  );
}
