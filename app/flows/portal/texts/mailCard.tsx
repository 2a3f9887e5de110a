/** The card of mails: the address that they come from, how many may be sent, and what is mailed. */
import { Card, DefinitionList } from "../../../web/components.tsx";
import { Status } from "../status.tsx";
import type { TextsShown } from "./asSet.ts";

export function MailCard({ mailSender, stackFile }: Pick<TextsShown, "mailSender" | "stackFile">) {
  const hint = (
    <p class="quiet">
      The domain is said in <code>{stackFile}</code>, under <code>mail.domain</code>; pulumi up gives its DNS
      records, and links it once Azure has verified it.
    </p>
  );
  if (mailSender === undefined)
    return (
      <Card title="Mail">
        <p>
          <Status tone="calm">Off</Status> There is no address that mails come from, so nothing is mailed.
        </p>
        {hint}
      </Card>
    );
  const { address, limits, isForStaffsOnly } = mailSender;
  return (
    <Card title="Mail">
      <p>
        <Status tone={isForStaffsOnly ? "calm" : "good"}>
          {isForStaffsOnly ? "Links that staff send" : "On"}
        </Status>{" "}
        {isForStaffsOnly
          ? "Mails come from Azure’s domain until a domain of the hospital’s own is verified. It lets so few out that only the links that staff send from a visit’s page are mailed."
          : "Patients who have no mobile number or prefer mail are mailed; so is whoever a text does not reach."}
      </p>
      <DefinitionList
        entries={[
          ["Sender", <code key="sender">{address}</code>],
          ["At most", `${String(limits.perMinute)} mails a minute, ${String(limits.perHour)} an hour`],
        ]}
      />
      {isForStaffsOnly && hint}
    </Card>
  );
}
