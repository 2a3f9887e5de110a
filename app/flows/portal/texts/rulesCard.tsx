/**
 * The card that says what the connector sends patients by itself, for which connections, and when, by the stack file or by
 * the connector's own rule.
 */
import { MESSAGE_KINDS } from "../../../domain/messages.ts";
import { ButtonLink, Card, DefinitionList } from "../../../web/components.tsx";
import { portalPath } from "../addresses.ts";
import { ListTable } from "../listTable.tsx";
import { timeBeforeWords } from "../../../domain/timeBefore.ts";
import type { TextsShown } from "./asSet.ts";
import { KINDS } from "./wordsAndLive.tsx";

export function RulesCard({ rules, stackFile }: Pick<TextsShown, "rules" | "stackFile">) {
  const { hours, aheadDays, byMail, of } = rules;
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
          [
            "Mail",
            byMail
              ? "Patients are mailed who have no mobile number, prefer mail, or are not reached by a text"
              : "Patients are mailed only when staff send them a link",
          ],
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
              {kinds.includes("reminder")
                ? remindMinutesBefore.map(timeBeforeWords).join(", ") + " before"
                : "None"}
            </td>
          </tr>
        ))}
      </ListTable>
      <p class="quiet">
        What <code>{stackFile}</code> says under <code>messages</code> and <code>connections[].messages</code>{" "}
        is locked; all else is set here.
      </p>
      <p class="actions">
        <ButtonLink href={portalPath("messageRules")} weight="secondary">
          Change what is sent, and when
        </ButtonLink>
      </p>
    </Card>
  );
}
