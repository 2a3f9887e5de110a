/** The card of the staff whom a test deployment and a pilot may write to, and a trial text to one of them. */
import { Button, Card, Notice } from "../../../web/components.tsx";
import { portalPath } from "../addresses.ts";
import { TypedIsKept } from "../changedMeanwhile.tsx";
import { fieldsOf, NothingSaved } from "../inputs.tsx";
import type { TextsShown } from "./asSet.ts";
import { LockedBy } from "./consents.tsx";
import type { TypedStaff } from "./staff.ts";
import type { Trial } from "./trial.ts";
import { typedBy } from "./typed.ts";
import { PostForm } from "../postForm.tsx";

const LABELS = { phones: "Phone numbers", mails: "Mail addresses" };
const { Lines } = fieldsOf(LABELS);

/** What the top of the page says of the staff who were typed and not saved. */
export function StaffTyped({
  staff,
  typedStaff,
}: Pick<TextsShown, "staff"> & { readonly typedStaff: TypedStaff }) {
  const { faults, revision } = typedStaff;
  if (revision !== undefined) return <NothingSaved count={Object.keys(faults).length} />;
  const rows = (["phones", "mails"] as const)
    .map((field) => [LABELS[field], typedStaff[field], staff[field].join("\n")] as const)
    .filter(([, mine, now]) => mine !== now);
  return <TypedIsKept what="setting" rows={rows} />;
}

export function StaffCard(shown: TextsShown) {
  const { environment, staff, isStaffLocked, stackFile, setting, typedStaff, trial } = shown;
  const typed = typedStaff ?? { phones: staff.phones.join("\n"), mails: staff.mails.join("\n") };
  const faults = typedStaff?.faults ?? {};
  const tried = typedBy(shown, "trial")?.field("to");
  const revision = typedStaff?.revision ?? setting?.revision ?? 0;
  return (
    <Card title="Staff recipients">
      <p>
        Until texts are live, and in a test deployment always, only these are texted and mailed; everything
        else is recorded as withheld. List staff’s own numbers and addresses, never a patient’s.
        {environment === "production" &&
          " Only a Global Administrator adds to the list; every administrator may take off it."}
      </p>
      {isStaffLocked ? (
        <>
          <LockedBy stackFile={stackFile} by="staffRecipients" />
          <ul>
            {[...staff.phones, ...staff.mails].map((one) => (
              <li key={one}>{one}</li>
            ))}
          </ul>
        </>
      ) : (
        <PostForm action={portalPath("listStaff")} class="stacked">
          <input type="hidden" name="revision" value={String(revision)} />
          <Lines field="phones" hint="One a line, such as (202) 555-0123." {...{ typed, faults }} />
          <Lines field="mails" hint="One a line." {...{ typed, faults }} />
          <p class="actions">
            <Button weight="secondary">Save the list</Button>
          </p>
        </PostForm>
      )}
      {trial !== undefined && (
        <div id="said" tabIndex={-1}>
          <Notice kind={trial === "accepted" ? "info" : "warning"} title={BECAME[trial][0]}>
            <p>{BECAME[trial][1]}</p>
          </Notice>
        </div>
      )}
      {staff.phones.length > 0 && (
        <PostForm action={portalPath("tryText")} class="filter">
          <label>
            Try a text to
            <select name="to">
              {staff.phones.map((phone) => (
                <option key={phone} value={phone} selected={phone === tried}>
                  {phone}
                </option>
              ))}
            </select>
          </label>
          <Button weight="secondary">Send a test text</Button>
        </PostForm>
      )}
    </Card>
  );
}

const AGAIN = "Try again in a minute.";
const BECAME: Readonly<Record<Trial, readonly [title: string, says: string]>> = {
  accepted: [
    "The test text was sent",
    "It should be on the phone within a minute. If it is not, look under Checks.",
  ],
  refused: ["The test text was refused", "Communication Services does not take a text to this number."],
  "not-now": ["The test text was not sent", AGAIN],
  busy: ["The test text was not sent", "Too many texts are leaving at this moment. " + AGAIN],
  unreachable: ["The test text was not sent", "Communication Services could not be reached. " + AGAIN],
  other: ["The test text was not sent", "Communication Services does not take it at the moment. " + AGAIN],
  role: [
    "The test text was not sent",
    "The connector’s identity may not send: its role on Communication Services is missing. Run pulumi up.",
  ],
  sender: ["The test text was not sent", "The number is not one of this Communication Services resource."],
  unknown: [
    "It is not known whether the test text was sent",
    "The answer was lost. Look at the phone before you try again.",
  ],
  forgotten: ["The test text was not sent", "This server’s clock is wrong by more than five minutes."],
  "not-listed": ["The test text was not sent", "The number is not listed any more."],
  "no-number": ["The test text was not sent", "There is no number to send it from."],
  "not-linked": [
    "The test text was not sent",
    "No connection is linked to the number: choose it under SMS configuration, on this page.",
  ],
  "no-consent": [
    "The test text was not sent",
    "Nobody has agreed to texts for a FHIR connection yet: both consents are on this page.",
  ],
  unapproved: [
    "The test text was not sent",
    "The carriers’ verification is not entered as approved; they would block it with code 4010.",
  ],
  stopped: ["The test text was not sent", "This number has answered STOP. Answer START from it first."],
  "stop-not-known": [
    "The test text was not sent",
    "Whether this number has answered STOP cannot be read now. Try again in a minute, or look it up under Opt-outs.",
  ],
  often: ["The test text was not sent", "20 were tried within the hour. Try again later."],
};
