/** The page of background work that was given up: each job with its reason and the two things that can be done about it. */
import type { Job, JobKind } from "../../../domain/job.ts";
import type { PortalSession } from "../../../records/portalSessions.ts";
import { Button, ButtonLink, Notice, Unseen } from "../../../web/components.tsx";
import { unreadableRows } from "../../../domain/unreadableRows.ts";
import { portalPath } from "../addresses.ts";
import type { PortalPages } from "../pages.tsx";
import { Status } from "../status.tsx";
import { ListTable } from "../listTable.tsx";
import { PostForm } from "../postForm.tsx";

interface Shown {
  readonly given: readonly Job[];
  /** The ids of the rows that this release cannot read. */
  readonly unreadable: readonly string[];
  /** Whether there may be more than are shown. */
  readonly isCut: boolean;
  /** Why what was asked for was not done. */
  readonly refused?: string;
}

const KINDS: Readonly<Record<JobKind, string>> = {
  canary: "A trial job",
  meeting: "Telling Teams that a visit has moved",
  prepare: "Preparing a visit: its meeting, and the chart’s links",
  arrive: "Saying in the chart that the patient has come",
  fulfil: "Saying in the chart that a visit is over",
  message: "Telling a patient of a visit",
  room: "Closing a visit’s meeting",
  watch: "Asking Teams to tell who is in a meeting",
  notification: "Taking what Teams has told",
  usage: "Counting a visit for the reports",
  calls: "Reading how good calls were",
  forget: "Removing appointments’ ids from the reports",
  number: "Getting the hospital’s phone number",
  "opt-out": "Noting that somebody wants no texts, or wants them again",
};

export function workPage(
  pages: PortalPages,
  session: PortalSession,
  { given, unreadable, isCut, refused }: Shown,
): string {
  const main = (
    <>
      {refused !== undefined && (
        <Notice kind="warning" title="Nothing was done">
          <p>{refused}</p>
        </Notice>
      )}
      <p class="quiet">
        Work that failed too often is given up and waits here for you. Mend its reason first: tried again, it
        begins at once and with all patience. Discarded, it is never tried again. Neither sends anything
        twice, and the audit trail tells both.
      </p>
      <Unreadable rows={unreadable} />
      {given.length === 0 && unreadable.length > 0 ? (
        <p>Nothing else was given up.</p>
      ) : given.length === 0 ? (
        <p>
          <Status tone="good">Nothing was given up</Status>
        </p>
      ) : (
        <Table given={given} />
      )}
      {isCut && <p>There may be more: decide on these first.</p>}
      <p class="actions">
        <ButtonLink href={portalPath("checks")} weight="secondary">
          Checks
        </ButtonLink>
      </p>
    </>
  );
  return pages({ session, at: "checks", title: "Work that was given up", main });
}

function Table({ given }: Pick<Shown, "given">) {
  return (
    <ListTable
      label="Work that was given up"
      heads={["What", "Last reason", "Given up (UTC)", "Tries", "Decide"]}
    >
      {given.map((job) => (
        <Row key={job.id} job={job} />
      ))}
    </ListTable>
  );
}

function Unreadable({ rows }: { readonly rows: readonly string[] }) {
  if (rows.length === 0) return null;
  return (
    <Notice kind="warning" title="Not all of this work can be read">
      <p>
        {rows.length === 1 ? "The row of this work" : "The rows of this work"} cannot be read, so it is not
        listed, and nobody can decide on it:{" "}
        {rows.map((row, at) => (
          <>
            {at > 0 && ", "}
            <code>{row}</code>
          </>
        ))}
        . {unreadableRows("jobs", "; what comes up again is then begun anew")}
      </p>
    </Notice>
  );
}

/** What a reason means, by the beginning of its code, which log lines have, too. */
const REASONS: readonly (readonly [begins: string, words: string])[] = [
  ["graph.access-policy", "An organizer’s account lacks the application access policy"],
  ["graph.limit", "Microsoft Graph has a limit on it"],
  ["graph.webhook-not-reached", "Microsoft Graph did not reach this deployment"],
  ["graph.", "Microsoft Graph did not do it"],
  ["ehr.", "The chart system did not do it"],
  ["messages.", "The message could not be sent yet"],
  ["vault.", "The key vault did not answer"],
  ["meeting.", "The visit’s meeting was not ready for it"],
  ["watch.anothers", "The visit had no meeting of its own yet"],
  ["watch.", "Somebody else had asked Teams already"],
  ["row.", "A row of the store that it needs could not be read"],
];

const reasonWords = (reason: string): string =>
  REASONS.find(([begins]) => reason.startsWith(begins))?.[1] ?? "It failed in the connector itself";

/** The words of a kind of job. Kinds that only another release has are not known here. */
const kindWords = (kind: string): string =>
  (KINDS as Readonly<Record<string, string | undefined>>)[kind] ?? "Work of another version";

function Row({ job: { id, kind, lastFailure, endedAt, tries } }: { readonly job: Job }) {
  const what = kindWords(kind);
  const ended = endedAt?.toISOString() ?? "";
  return (
    <tr>
      <th scope="row">
        {what}
        <p class="quiet">
          <code>{id}</code>
        </p>
      </th>
      <td>
        {lastFailure === undefined ? (
          "Not known"
        ) : (
          <>
            {reasonWords(lastFailure.reason)}{" "}
            <span class="quiet">
              (<code>{lastFailure.reason}</code>)
            </span>
          </>
        )}
      </td>
      <td>{ended.slice(0, 16).replace("T", " ")}</td>
      <td>{String(tries)}</td>
      <td>
        <div class="actions">
          <Decide at="replayWork" id={id} ended={ended} says="Try again" what={what} />
          <Decide at="discardWork" id={id} ended={ended} says="Discard" what={what} />
        </div>
      </td>
    </tr>
  );
}

function Decide(props: {
  readonly at: "replayWork" | "discardWork";
  readonly id: string;
  /** When the job was given up: it differs if the page is out of date. */
  readonly ended: string;
  readonly says: string;
  readonly what: string;
}) {
  return (
    <PostForm action={portalPath(props.at)}>
      <input type="hidden" name="job" value={props.id} />
      <input type="hidden" name="ended" value={props.ended} />
      <Button weight="secondary">
        {props.says}
        <Unseen>
          : {props.what}, {props.id}
        </Unseen>
      </Button>
    </PostForm>
  );
}
