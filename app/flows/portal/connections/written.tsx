/** The part of the form that says what the connector writes to the chart. */
import { Card } from "../../../web/components.tsx";
import { Choice } from "./fields.tsx";
import type { Typed } from "./form.ts";
import type { ConnectionFaults } from "./judge.ts";

const STATUSES = [
  ["writesArrived", "Once the patient waits in the lobby, where the appointment is booked."],
  ["writesCheckedIn", "Once the patient has been let in, where the appointment is booked or arrived."],
  ["writesFulfilled", "Once staff have closed the links, where the appointment is checked in."],
] as const;

export function Written({ typed, faults }: { readonly typed: Typed; readonly faults: ConnectionFaults }) {
  return (
    <Card title="What is written to the chart">
      <Choice
        field="writesLinks"
        {...{ typed, faults }}
        choices={[
          ["", "As usual: on a laptop yes, otherwise no"],
          ["yes", "Yes"],
          ["no", "No"],
        ]}
        hint="The two links of a video visit, into its rooms. Writing needs system/Appointment.write in the registration of the system client."
      />
      {STATUSES.map(([field, hint]) => (
        <Choice
          key={field}
          field={field}
          {...{ typed, faults, hint }}
          choices={[
            ["yes", "Yes"],
            ["no", "No"],
          ]}
        />
      ))}
    </Card>
  );
}
