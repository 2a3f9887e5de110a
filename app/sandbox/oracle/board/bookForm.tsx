/** A form that books a visit of this patient, so that any walk can be tried at any time. */
import type { Clinician } from "../clinic/people.ts";
import { locationName, visitLocations } from "../clinic/locations.ts";

export function BookForm(props: {
  patientId: string;
  clinicians: readonly Clinician[];
  /** The clinician with whom the visit is, unless another is picked. */
  chosen: string;
}) {
  return (
    <form method="post" action={`/charts/${props.patientId}/book`} class="book">
      <fieldset>
        <legend>Book an appointment</legend>
        <label>
          Starts in minutes{" "}
          <input type="number" name="startsIn" value="30" min="-1440" max="43200" step="1" required />
        </label>
        <label>
          or at <input type="datetime-local" name="startsAt" />
        </label>
        <label>
          Length in minutes{" "}
          <input type="number" name="minutes" value="30" min="5" max="480" step="1" required />
        </label>
        <label>
          Type{" "}
          <select name="type">
            <option>Video Visit</option>
            <option>Office Visit</option>
          </select>
        </label>
        <label>
          Clinician{" "}
          <select name="practitioner">
            {props.clinicians.map(({ id, display }) => (
              <option key={id} value={id} selected={id === props.chosen}>
                {display}
              </option>
            ))}
          </select>
        </label>
        <label>
          Location{" "}
          <select name="location">
            {visitLocations.map((location) => (
              <option key={location} value={location}>
                {locationName(location)}
              </option>
            ))}
          </select>
        </label>
        <button type="submit">Book</button>
      </fieldset>
    </form>
  );
}
