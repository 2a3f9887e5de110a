/**
 * The page of one department: what it is, the names of its locations and accounts, and whether Teams lets the connector act
 * for the accounts.
 */
import type { PortalSession } from "../../../records/portalSessions.ts";
import { proposalId } from "../../../records/proposals.ts";
import { Button, ButtonLink, Card, CopyButton, DefinitionList, Notice } from "../../../web/components.tsx";
import { isCallable } from "../../../domain/phoneNumbers.ts";
import { locationChangeWords } from "../../../domain/knownLocations.ts";
import { portalPath } from "../addresses.ts";
import { Icon } from "../icon.tsx";
import type { PortalPages } from "../pages.tsx";
import { Status } from "../status.tsx";
import type { Noticed, ShownAccount, ShownLocation, Try } from "./look.ts";
import type { DepartmentRow } from "./rows.ts";
import { PostForm } from "../postForm.tsx";

export interface Refusal {
  readonly title: string;
  readonly says: string;
}

interface Shown {
  readonly row: DepartmentRow;
  readonly accounts: readonly ShownAccount[];
  readonly locations: readonly ShownLocation[];
  readonly noticed: Noticed;
  /** Whether a change of it waits for a second person. */
  readonly isWaiting: boolean;
  readonly stackFile: string;
  /** The client id of the deployment's registration, for the commands that grant the policy. */
  readonly clientId: string;
  readonly refusal?: Refusal;
  /** The result of trying its accounts just now. */
  readonly tries?: readonly Try[];
}

export function departmentPage(pages: PortalPages, session: PortalSession, shown: Shown): string {
  const { row, refusal, isWaiting, stackFile } = shown;
  const { department, connection, idle, setting } = row;
  const { id, name, nameEs, phone, timeZone, lobby, nameInTexts } = department;
  const main = (
    <>
      {refusal !== undefined && (
        <Notice kind="warning" title={refusal.title}>
          <p>{refusal.says}</p>
        </Notice>
      )}
      {isWaiting && (
        <Notice kind="info" title="A change of it waits for a second person">
          <p>
            <a href={portalPath("proposal", proposalId({ kind: "department", id }))}>
              Look at the change that waits
            </a>
            . Until it is approved, the department stays as it is.
          </p>
        </Notice>
      )}
      {setting === undefined && (
        <Notice kind="info" title="Locked: the stack file says it">
          <p>
            Change it in <code>{stackFile}</code>, under <code>departments</code>, and run pulumi up.
          </p>
        </Notice>
      )}
      {idle !== undefined && (
        <Notice kind="warning" title="It is not in use">
          <p>{idle}</p>
        </Notice>
      )}
      <NoticedCard {...shown.noticed} />
      <Card title="What patients see">
        <DefinitionList
          entries={[
            ["Name", name],
            ["Name in Spanish", nameEs ?? "The same"],
            // It may have been set before the form asked for a number that can be called.
            ["Phone number", isCallable(phone) ? phone : phone + ", which nobody can call: give all of it"],
            ["Time zone", timeZone],
            ["Named in texts", nameInTexts === true ? "Yes" : "No"],
          ]}
        />
      </Card>
      <Card title="Which visits are its own">
        <DefinitionList
          entries={[
            ["FHIR connection", connection],
            ["Id", id],
            ["Set in", setting === undefined ? `${stackFile}, where it is changed` : "The portal"],
          ]}
        />
        <Locations {...shown} />
      </Card>
      <Card title="Its Teams meetings">
        <DefinitionList
          entries={[
            [
              "Who enters without waiting",
              lobby === "staff" ? "The hospital’s staff" : "Staff, and guest accounts of its directory",
            ],
          ]}
        />
        <Accounts {...shown} />
        <PostForm action={portalPath("tryDepartment", id)} class="actions">
          <Button weight="secondary">Try the accounts now</Button>
        </PostForm>
        <p class="quiet">
          Trying asks Teams for one meeting of each account, the same all month, in which nobody is.
        </p>
        {shown.tries?.some(({ outcome }) => outcome === "access-policy") === true && <Grant {...shown} />}
      </Card>
      <p class="actions">
        <ButtonLink href={portalPath("departments")} weight="secondary">
          All departments
        </ButtonLink>
      </p>
    </>
  );
  const commands = setting === undefined ? undefined : <Commands id={id} />;
  return pages({ session, at: "departments", title: name, commands, main, scripts: ["copy.js"] });
}

function NoticedCard({ changes, quietDays }: Noticed) {
  if (changes.length === 0 && quietDays === undefined) return null;
  return (
    <Notice kind="warning" title="Take note">
      <ul>
        {changes.map((change) => (
          <li key={change.what + change.id}>{locationChangeWords(change)}</li>
        ))}
        {quietDays !== undefined && (
          <li>
            It has had no visit for {String(quietDays)} days. Ask the department whether it holds video
            visits, and compare its locations with the chart.
          </li>
        )}
      </ul>
    </Notice>
  );
}

function Commands({ id }: { readonly id: string }) {
  return (
    <>
      <ButtonLink href={portalPath("departmentForm", id)} weight="quiet">
        <Icon name="edit" /> Edit
      </ButtonLink>
      <ButtonLink href={portalPath("departmentRemoval", id)} weight="quiet">
        <Icon name="remove" /> Remove
      </ButtonLink>
    </>
  );
}

function Locations({ locations }: Pick<Shown, "locations">) {
  return (
    <>
      <h3>Locations</h3>
      <ul>
        {locations.map(({ id, name, isMissing }) => (
          <li key={id}>
            {name !== undefined && <>{name} </>}
            <code>{id}</code>{" "}
            {isMissing && <Status tone="attention">The chart does not show this location</Status>}
          </li>
        ))}
      </ul>
    </>
  );
}

function Accounts({ accounts, tries = [] }: Pick<Shown, "accounts" | "tries">) {
  return (
    <>
      <h3>Accounts that own its meetings</h3>
      <ul {...(tries.length > 0 && { id: "said", tabIndex: -1 })}>
        {accounts.map(({ objectId, person }) => {
          const outcome = tries.find((one) => one.objectId === objectId)?.outcome;
          return (
            <li key={objectId}>
              {person === undefined ? (
                "Name not known"
              ) : (
                <>
                  {person.displayName} <span class="quiet">{person.userName}</span>
                </>
              )}{" "}
              <code>{objectId}</code>{" "}
              {outcome !== undefined && <Status tone={OUTCOMES[outcome][0]}>{OUTCOMES[outcome][1]}</Status>}
              {outcome !== undefined && <p class="quiet">{OUTCOMES[outcome][2]}</p>}
            </li>
          );
        })}
      </ul>
    </>
  );
}

const OUTCOMES: Readonly<Record<Try["outcome"], readonly ["good" | "attention" | "bad", string, string]>> = {
  granted: ["good", "Teams gives meetings", "Visits can be opened with this account."],
  "access-policy": [
    "bad",
    "The access policy is missing",
    "Teams does not let the connector open meetings of this account. Grant the policy with the lines below; Teams takes up to 30 minutes to honor it.",
  ],
  "account-unknown": [
    "bad",
    "The directory knows no such account",
    "It was deleted, or the object id is not an account’s. Edit the department and choose another account.",
  ],
  refused: [
    "bad",
    "Teams refuses",
    "See that the account has a license with Teams, and that its meeting policy allows scheduled meetings; then try again.",
  ],
  "not-taken": [
    "attention",
    "Teams did not change the time",
    "The account works; the canary’s meeting is in use.",
  ],
  unavailable: ["attention", "Teams does not answer", "Try again in a few minutes."],
};

function Grant({ clientId, tries = [] }: Pick<Shown, "clientId" | "tries">) {
  const accounts = tries.filter(({ outcome }) => outcome === "access-policy");
  const lines = [
    "# PowerShell 7, as a Teams Administrator. Once: Install-Module MicrosoftTeams -Scope CurrentUser",
    "Connect-MicrosoftTeams",
    `$policy = Get-CsApplicationAccessPolicy | Where-Object AppIds -Contains "${clientId}"`,
    "# Where that finds none, make it first, as the deployment’s steps by hand say.",
    ...accounts.map(
      ({ objectId }) =>
        `Grant-CsApplicationAccessPolicy -PolicyName $policy.Identity.Replace("Tag:", "") -Identity "${objectId}"`,
    ),
  ];
  return (
    <>
      <h3>Granting the access policy</h3>
      <div class="copy-field">
        <pre id="grant-lines" class="to-copy" role="region" aria-label="Lines to copy" tabIndex={0}>
          {lines.join("\n")}
        </pre>
        <CopyButton
          of="grant-lines"
          copied="Copied."
          notCopied="Not copied. Select the lines and copy them by hand."
        >
          Copy the lines
        </CopyButton>
        <p class="copy-said" role="status" />
      </div>
    </>
  );
}
