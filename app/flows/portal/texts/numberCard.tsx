/** The card of the number that texts come from: how far the carriers' verification is, and what their form asks. */
import type { Verification } from "../../../domain/texting.ts";
import { Button, Card, CopyField, DefinitionList } from "../../../web/components.tsx";
import { portalPath } from "../addresses.ts";
import { Status } from "../status.tsx";
import type { TextsShown } from "./asSet.ts";
import { PurchaseRegion } from "./purchaseCard.tsx";

const STANDS: Readonly<Record<Verification, readonly ["calm" | "attention" | "good" | "bad", string]>> = {
  notStarted: ["attention", "Not started"],
  submitted: ["calm", "Submitted"],
  approved: ["good", "Approved"],
  rejected: ["bad", "Rejected"],
};

export function NumberCard(shown: TextsShown) {
  const { number, verification, setting, samples, stackFile, purchase, getsNumber, now } = shown;
  const [tone, word] = STANDS[verification];
  const example = samples.find(({ kind, language }) => kind === "reminder" && language === "en")?.text;
  return (
    <Card title="Your phone number">
      <DefinitionList
        entries={[
          ["Number", number ?? "None yet"],
          [
            "Carriers’ verification",
            <Status key="stands" tone={tone}>
              {word}
            </Status>,
          ],
        ]}
      />
      {number === undefined &&
        (getsNumber ? (
          <PurchaseRegion purchase={purchase} now={now} />
        ) : (
          <p>
            The stack file says who gets it: set <code>number</code> in <code>{stackFile}</code>, and pulumi up
            gets it, or <code>numbers: portal</code>, and it is generated here once pulumi up has protected
            what it hangs on.
          </p>
        ))}
      <form method="post" action={portalPath("verifyNumber")} class="filter">
        <input type="hidden" name="revision" value={String(setting?.revision ?? 0)} />
        <label>
          How far the carriers are
          <select name="verification">
            {(Object.keys(STANDS) as Verification[]).map((each) => (
              <option key={each} value={each} selected={each === verification}>
                {STANDS[each][1]}
              </option>
            ))}
          </select>
        </label>
        <Button weight="secondary">Save</Button>
      </form>
      <p class="quiet">
        Azure does not tell the connector, so it is entered here. Until it is approved nothing is sent from
        the number: carriers block texts of a number that is not verified, with code 4010.
      </p>
      <h3>Before you send the carriers’ form</h3>
      <ul>
        <li>The hospital’s legal name, address and web site, as they are registered.</li>
        <li>Somebody of the hospital who answers the carriers’ questions, with phone and mail.</li>
        <li>How patients agree: the form they sign at registration, as a picture or a link.</li>
        <li>How many texts a month: about three for each visit.</li>
      </ul>
      <CopyField
        id="use-case"
        label="Use case, for the form"
        value="Appointment reminders: patients of the hospital get a notice of a booked video visit, of a move or a cancellation, and a reminder, with the link by which they join. No marketing. STOP ends, HELP explains."
        copy="Copy the use case"
        copied="Copied."
      />
      {example !== undefined && (
        <CopyField
          id="example"
          label="Example of a text, for the form"
          value={example}
          copy="Copy the example"
          copied="Copied."
        />
      )}
    </Card>
  );
}
