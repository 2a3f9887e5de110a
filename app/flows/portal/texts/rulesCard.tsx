/**
 * The card that says what the connector sends patients by itself, for which connections, and when, by the stack file or by
 * the connector's own rule.
 */
import { MESSAGE_KINDS } from "../../../domain/messages.ts";
import { Card, DefinitionList } from "../../../web/components.tsx";
import { ListTable } from "../listTable.tsx";
import type { TextsShown } from "./asSet.ts";
import { KINDS } from "./wordsAndLive.tsx";

export function RulesCard({ rules, stackFile }: Pick<TextsShown, "rules" | "stackFile">) {
  const { hours, aheadDays, of } = rules;
  return (
    <Card title="What is sent, and when">
      <DefinitionList
        entries={[
          [
            "Sending hours",
            hours === "always"
              ? "Always"
              : `From ${hours.from} to ${hours.to}, where the department is; what falls outside waits, goes the evening before or is mailed`,
          ],
          ["First notice", `At most ${String(aheadDays)} days before the visit`],
        ]}
      />
      <ListTable label="What is sent" heads={["Connection", "Messages", "Reminders"]}>
        {of.map(({ name, kinds, remindMinutesBefore }) => (
          <tr key={name}>
            <th scope="row">{name}</th>
            <td>
              {MESSAGE_KINDS.filter((kind) => kinds.includes(kind))
                .map((kind) => KINDS[kind])
                .join(", ") || "None"}
            </td>
            <td>
              {kinds.includes("reminder") ? remindMinutesBefore.map(inWords).join(", ") + " before" : "None"}
            </td>
          </tr>
        ))}
      </ListTable>
      <p class="quiet">
        The rules are said in <code>{stackFile}</code>, under <code>messages</code> and{" "}
        <code>connections[].messages</code>.
      </p>
    </Card>
  );
}

const UNITS = [
  [1440, "day"],
  [60, "hour"],
  [1, "minute"],
] as const;

function inWords(minutes: number): string {
  const [size, unit] = UNITS.find(([each]) => minutes % each === 0) ?? UNITS[2];
  const count = minutes / size;
  return `${String(count)} ${unit}${count === 1 ? "" : "s"}`;
}
