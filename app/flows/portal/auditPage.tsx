/** The page of the audit trail: newest event first, with a filter, and what changed in each event. */
import type { AuditEvent } from "../../domain/auditChain.ts";
import { Button, Card, Notice } from "../../web/components.tsx";
import type { PortalSession } from "../../records/portalSessions.ts";
import { Icon } from "./icon.tsx";
import { portalPath } from "./addresses.ts";
import type { AuditPage } from "./audit.ts";
import { shownChanges, type ShownChange } from "./auditShown.ts";
import { ACTIONS, actionWords, programWords } from "./auditWords.ts";
import type { PortalPages } from "./pages.tsx";
import { ListTable } from "./listTable.tsx";
import { Person, type Names } from "./people.tsx";
import { PostForm } from "./postForm.tsx";

export function auditPage(pages: PortalPages, session: PortalSession, page: AuditPage, names: Names): string {
  const { filter, events, before, looked, fault } = page;
  const older = new URLSearchParams({ ...filter, before: String(before) });
  const main = (
    <>
      <p class="quiet">
        Every change of a setting, and every other act that is told here: who, when, from which value to
        which. Each event holds the hash of the one before; <code>npm run verify-audit -- audit.json</code>{" "}
        finds what was changed, left out or moved. Every hour the log gets the hash of the last event (
        <code>audit.head</code>): with <code>--head</code> and that hash, a trail that was written anew is
        found, too. Times are UTC.
      </p>
      <Card>
        <form method="get" action={portalPath("audit")} class="filter">
          <label>
            What was done
            <select name="action">
              <option value="">Everything</option>
              {[...new Set([...Object.keys(ACTIONS), filter.action])]
                .filter((action) => action !== "")
                .map((action) => (
                  <option key={action} value={action} selected={action === filter.action}>
                    {actionWords(action)}
                  </option>
                ))}
            </select>
          </label>
          <Field name="object" says="Id of what it is about" value={filter.object} />
          <Field name="actor" says="Who did it: a sign-in name or an object id" value={filter.actor} />
          <Button weight="secondary">Show</Button>
        </form>
      </Card>
      {fault !== undefined ? (
        <Notice kind="error" title="No event can be shown">
          <p>{fault}</p>
        </Notice>
      ) : events.length === 0 ? (
        <p>
          {before === undefined
            ? "There is no such event."
            : `None of the last ${String(looked)} events is such a one.`}
        </p>
      ) : (
        <ListTable label="Events" heads={["Number", "Time (UTC)", "Who", "What", "Changes"]}>
          {events.map((event) => (
            <Event key={event.number} event={event} names={names} session={session} />
          ))}
        </ListTable>
      )}
      {before !== undefined && (
        <p class="actions">
          <a class="button secondary" href={portalPath("audit") + "?" + older.toString()}>
            Older events
          </a>
        </p>
      )}
    </>
  );
  const commands = (
    <>
      <Export to={portalPath("auditJson")} says="Export as JSON" />
      <Export to={portalPath("auditCsv")} says="Export as CSV" />
    </>
  );
  return pages({ session, at: "audit", title: "Audit", commands, main });
}

/** The button of an export. It is a form, because an export is itself an event of the trail. */
function Export({ to, says }: { readonly to: string; readonly says: string }) {
  return (
    <PostForm action={to} data-file>
      <Button weight="quiet">
        <Icon name="file" /> {says}
      </Button>
    </PostForm>
  );
}

function Field(props: { readonly name: string; readonly says: string; readonly value: string }) {
  return (
    <label>
      {props.says}
      <input type="text" name={props.name} value={props.value} maxLength={100} />
    </label>
  );
}

function Event(props: {
  readonly event: AuditEvent;
  readonly names: Names;
  readonly session: PortalSession;
}) {
  const { event, names, session } = props;
  const { number, at, actor, action, object, reason, act } = event;
  return (
    <tr>
      <th scope="row" class="short">
        {String(number)}
      </th>
      <td class="short">{at.slice(0, 19).replace("T", " ")}</td>
      <td>
        {actor.kind === "person" ? (
          <Person objectId={actor.objectId} names={names} session={session} />
        ) : (
          programWords(actor.name)
        )}
      </td>
      <td>
        {actionWords(action)}
        {object.id !== undefined && <span class="quiet">{object.id}</span>}
        {act !== undefined && <span class="quiet">{PHASES[act.phase]}</span>}
        {reason !== undefined && <p class="quiet">“{reason}”</p>}
      </td>
      <td>
        <Changes changes={shownChanges(event, names)} />
      </td>
    </tr>
  );
}

/** The phases of an act outside of the settings, which has an event before and one after it. */
const PHASES: Readonly<Record<NonNullable<AuditEvent["act"]>["phase"], string>> = {
  intended: "Begun",
  done: "Done",
  failed: "Failed",
};

/** If an event has more changes than this, they are folded. */
const MANY = 6;

function Changes({ changes }: { readonly changes: readonly ShownChange[] }) {
  if (changes.length === 0) return <>–</>;
  const list = (
    <ul class="changes">
      {changes.map(({ member, says }) => (
        <li key={member}>
          <strong>{member}:</strong> {says}
        </li>
      ))}
    </ul>
  );
  if (changes.length <= MANY) return list;
  return (
    <details>
      <summary>{String(changes.length)} fields</summary>
      {list}
    </details>
  );
}
