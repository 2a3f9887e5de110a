/** Says that the appointment has several patients, or may have: they are in one meeting and have one link (decision 103). */
import { Notice } from "../../web/components.tsx";
import type { OpenVisit } from "./opened.ts";

type Props = Pick<OpenVisit, "appointment" | "mayBeShared"> & { readonly areLinksShown: boolean };

export function SeveralPatients({ appointment, mayBeShared, areLinksShown }: Props) {
  const areNamed = new Set(appointment?.patients).size > 1;
  if (!areNamed && mayBeShared !== true) return null;
  return (
    <Notice
      kind="warning"
      title={
        areNamed ? "This appointment is for several patients" : "This appointment may be for several patients"
      }
    >
      <p>
        {!areNamed &&
          "The chart names its patient in words only, and more than one patient’s chart has shown it. "}
        {!areLinksShown
          ? "They shared the patient’s link, and the connector writes to none of them by itself."
          : "They share the patient’s link below, and the connector writes to none of them by itself. Whoever waits may be any of them: check who it is before you admit them. A new link replaces the old one for all."}
      </p>
    </Notice>
  );
}
