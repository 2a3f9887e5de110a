/** Says that the appointment has several patients: they are in one meeting and have one link (decision 103). */
import { Notice } from "../../web/components.tsx";

export function SeveralPatients(props: { readonly patients: readonly string[]; readonly isEnded: boolean }) {
  const { patients, isEnded } = props;
  if (new Set(patients).size < 2) return null;
  return (
    <Notice kind="warning" title="This appointment is for several patients">
      <p>
        {isEnded
          ? "They shared the patient’s link, and the connector writes to none of them by itself."
          : "They share the patient’s link below, and the connector writes to none of them by itself. Whoever waits may be any of them: check who it is before you admit them. A new link replaces the old one for all."}
      </p>
    </Notice>
  );
}
