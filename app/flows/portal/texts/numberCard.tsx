/**
 * The card of the number that texts come from: how it is got, how far the carriers' verification is, what their form asks,
 * and what it means that they block a number.
 */
import { NUMBER_REACHES } from "../../../domain/byHand/needs.ts";
import type { Verification } from "../../../domain/texting.ts";
import { Button, Card, CopyButton } from "../../../web/components.tsx";
import { portalPath } from "../addresses.ts";
import { LONGEST_REASON } from "../fields.ts";
import { described, Frame } from "../inputs.tsx";
import { ListTable } from "../listTable.tsx";
import { Status } from "../status.tsx";
import type { TextsShown } from "./asSet.ts";
import { PurchaseRegion } from "./purchaseCard.tsx";
import { revisionOf, typedBy } from "./typed.ts";
import { STANDS } from "./verification.ts";
import { PostForm } from "../postForm.tsx";

export function NumberCard(shown: TextsShown) {
  const { number, purchase, getsNumber, stackFile, now } = shown;
  return (
    <Card title="Your phone numbers">
      {number !== undefined ? (
        <>
          <Numbers {...shown} number={number} />
          <Verified {...shown} number={number} />
          {getsNumber && <GiveBack {...shown} number={number} />}
        </>
      ) : getsNumber ? (
        <>
          <p>There is no number yet, so no text is sent.</p>
          <PurchaseRegion purchase={purchase} now={now} />
        </>
      ) : (
        <p>
          There is no number yet. How the hospital gets one is set in <code>{stackFile}</code>: with{" "}
          <code>number</code>, pulumi up gets it; with <code>numbers: portal</code>, it is generated here,
          once pulumi up has protected what the number depends on. Both are for the geography americas alone:
          these numbers text phones in {NUMBER_REACHES} only. Mails need no number.
        </p>
      )}
      <Form {...shown} />
    </Card>
  );
}

function Numbers({ number, connections, verification }: TextsShown & { readonly number: string }) {
  const [tone, word] = STANDS[verification];
  const texted = connections.filter(({ isTexted }) => isTexted).map(({ name }) => name);
  return (
    <ListTable label="Numbers" heads={["Number", "Carriers’ verification", "FHIR connections"]}>
      <tr>
        <th scope="row">{number}</th>
        <td>
          <Status tone={tone}>{word}</Status>
        </td>
        <td>{texted.join(", ") || "None yet"}</td>
      </tr>
    </ListTable>
  );
}

/** For a number that the portal got: one of the stack file's is not replaced here. */
function GiveBack({ number, ...shown }: TextsShown & { readonly number: string }) {
  const typed = typedBy(shown, "given-back");
  return (
    <details open={typed !== undefined}>
      <summary>It was given back, and another one is needed</summary>
      <PostForm action={portalPath("giveBackNumber")} class="fields">
        <input type="hidden" name="number" value={number} />
        <p>
          Only after the number was released in the Azure portal. Microsoft is asked twice whether it is gone;
          if it is not, nothing changes. Then texts stop, the carriers’ verification begins anew, and another
          number can be generated here. Nobody can get {number} back.
        </p>
        <Frame
          id="given-back-reason"
          label="Reason"
          hint="Kept in the audit trail for six years."
          fault={undefined}
        >
          <input
            id="given-back-reason"
            name="reason"
            type="text"
            value={typed?.field("reason")}
            required
            maxLength={LONGEST_REASON}
            autocomplete="off"
            {...described("given-back-reason", undefined)}
          />
        </Frame>
        <p class="actions">
          <Button weight="danger">Say that {number} was given back</Button>
        </p>
      </PostForm>
    </details>
  );
}

function Verified({ number, ...shown }: TextsShown & { readonly number: string }) {
  const chosen = typedBy(shown, "verification")?.field("verification") ?? shown.verification;
  return (
    <>
      <PostForm action={portalPath("verifyNumber")} class="filter">
        <input type="hidden" name="revision" value={String(revisionOf(shown, "verification"))} />
        <input type="hidden" name="number" value={number} />
        <label>
          How far the carriers are
          <select name="verification">
            {(Object.keys(STANDS) as Verification[]).map((each) => (
              <option key={each} value={each} selected={each === chosen}>
                {STANDS[each][1]}
              </option>
            ))}
          </select>
        </label>
        <Button weight="secondary">Save</Button>
      </PostForm>
      <p class="quiet">
        Azure does not tell the connector, so it is entered here. Until it is approved nothing is sent from
        the number. <strong>Code 4010</strong>, in reports and on a visit’s page, means that carriers blocked
        a text because the number is not verified: compare what is entered here with Regulatory Documents in
        the Azure portal.
      </p>
    </>
  );
}

function Form({ form }: TextsShown) {
  return (
    <>
      <h3>Before you send the carriers’ form</h3>
      <ul>
        <li>
          The hospital’s legal name, address and web site, as they are registered, and its tax number (EIN).
        </li>
        <li>Somebody of the hospital who answers the carriers’ questions, with phone and mail.</li>
        <li>How patients agree: the form they sign at registration, as a picture or a link.</li>
        <li>The addresses of the privacy policy and the terms, which name texts.</li>
        <li>How many texts a month: about three for each visit.</li>
      </ul>
      <details>
        <summary>The form, with suggested answers to copy</summary>
        <div class="copy-field">
          <pre id="carriers-form" tabIndex={0}>
            {form}
          </pre>
          <CopyButton
            of="carriers-form"
            copied="Copied."
            notCopied="Not copied. Select it and copy it by hand."
          >
            Copy the form’s answers
          </CopyButton>
          <p class="copy-said" role="status" />
        </div>
      </details>
      <p class="quiet">
        Send it in the Azure portal: the Communication Services resource, Regulatory Documents. Carriers take
        four to eight weeks; a rejected form says why there, and is sent again.
      </p>
    </>
  );
}
