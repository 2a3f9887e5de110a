/** The page of one connection's integration records: to copy, to download, to print, and to mark as given to Oracle. */
import { valueOf, type IntegrationEntry, type IntegrationForm } from "../../../domain/integrationForms.ts";
import type { PortalSession } from "../../../records/portalSessions.ts";
import { Button, ButtonLink, Card, CopyText, Notice, Time } from "../../../web/components.tsx";
import { portalPath } from "../addresses.ts";
import { ENVIRONMENTS } from "../connections/listPage.tsx";
import { Icon } from "../icon.tsx";
import { ComparisonTable } from "../comparisonTable.tsx";
import type { PortalPages } from "../pages.tsx";
import { GivenState } from "./listPage.tsx";
import type { Difference, IntegrationRecords } from "./records.ts";
import { ABOUT, PERSONAS, recordWords } from "./words.ts";
import { PostForm } from "../postForm.tsx";

interface Shown {
  readonly records: IntegrationRecords;
  /** The values have changed since the page was opened from which the form was sent. */
  readonly isMoved?: true;
}

export function recordsPage(pages: PortalPages, session: PortalSession, { records, isMoved }: Shown): string {
  const { id, name, environment, forms, given, differences } = records;
  const commands = (
    <>
      <ButtonLink href={portalPath("integrationText", id)} weight="quiet">
        <Icon name="file" /> Text file
      </ButtonLink>
      <ButtonLink href={portalPath("integrationJson", id)} weight="quiet">
        <Icon name="file" /> JSON file
      </ButtonLink>
    </>
  );
  const main = (
    <div class="integration">
      {isMoved === true && (
        <Notice kind="warning" title="Nothing was marked">
          <p>The values have changed since the page was opened. These are the ones to give to Oracle.</p>
        </Notice>
      )}
      <p>
        {ENVIRONMENTS[environment]} <code>{id}</code> <GivenState {...records} />
      </p>
      {differences.length > 0 && <Changes differences={differences} />}
      {forms.map((form) => (
        <Record key={form.persona} form={form} />
      ))}
      <Card title="Given to Oracle">
        <p>
          {given === undefined
            ? "Nobody has marked these records as given. Mark them once Oracle has them: they are kept as they are now, and a later change is shown here, value by value."
            : "They were last marked on "}
          {given !== undefined && <Time date={given.changedAt} zone="UTC" />}
          {given !== undefined && ". Who did it, the audit says."}
        </p>
        {(given === undefined || differences.length > 0) && (
          <PostForm action={portalPath("markGiven", id)} class="actions">
            <input type="hidden" name="shown" value={records.digest} />
            <Button>{given === undefined ? "Mark as given" : "Mark as given again"}</Button>
          </PostForm>
        )}
        <p class="actions">
          <ButtonLink href={portalPath("integration")} weight="secondary">
            All integration records
          </ButtonLink>
          <ButtonLink href={portalPath("connection", id)} weight="secondary">
            The connection
          </ButtonLink>
        </p>
      </Card>
    </div>
  );
  return pages({
    session,
    at: "integration",
    title: "Integration records: " + name,
    commands,
    main,
    scripts: ["copy.js"],
  });
}

function Record({ form }: { readonly form: IntegrationForm }) {
  const { persona, entries } = form;
  return (
    <Card title={PERSONAS[persona]}>
      {ABOUT[persona].map((says) => (
        <p key={says}>{says}</p>
      ))}
      <dl class="facts values">
        {entries.map((entry) => {
          const id = (persona + " " + entry.name).toLowerCase().replaceAll(" ", "-");
          return (
            <div key={entry.name}>
              <dt>{entry.name}</dt>
              <dd>
                <Value id={id} entry={entry} of={`${entry.name}, ${PERSONAS[persona]}`} />
              </dd>
            </div>
          );
        })}
      </dl>
    </Card>
  );
}

/**
 * A value of a record. One that is typed or pasted has a button to copy it; one that is chosen or ticked in the console has
 * none.
 */
function Value(props: {
  readonly id: string;
  readonly entry: IntegrationEntry;
  /** What is copied: two records have entries of one name. */
  readonly of: string;
}) {
  const { id, entry, of } = props;
  const value = valueOf(entry);
  return /[:/]/.test(value) ? <CopyText id={id} of={of} value={value} /> : <code id={id}>{value}</code>;
}

function Changes({ differences }: { readonly differences: readonly Difference[] }) {
  return (
    <Notice kind="warning" title="Changed since Oracle was given them">
      <p>Give Oracle the new values, and mark the records as given again.</p>
      <ComparisonTable
        label="What has changed"
        heads={["Record", "Value", "Given", "Now"]}
        rows={differences.map(({ record, name, given, now }) => [
          recordWords(record),
          name,
          given ?? "Nothing",
          now ?? "Nothing",
        ])}
      />
    </Notice>
  );
}
