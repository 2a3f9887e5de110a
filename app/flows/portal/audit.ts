/** Reads the audit trail: a page of it with a filter, and all of it as a file. */
import { pipeline } from "node:stream/promises";
import * as z from "zod";
import type { AuditEvent } from "../../domain/auditChain.ts";
import { quoted } from "../../domain/unseen.ts";
import type { Directory } from "../../ports/directory.ts";
import type { Audit } from "../../records/audit.ts";
import { CSV_START, csvLine } from "../../web/csv.ts";
import { parametersOf } from "../../web/parameters.ts";
import type { AskedBySomebody } from "./access.ts";
import type { PortalPicks } from "./parts.ts";

/** The filter of a page; an empty member matches everything. */
export interface AuditFilter {
  /** The beginning of an action's name. */
  readonly action: string;
  /** The id of the object of the action. */
  readonly object: string;
  /** Who did it: a person's sign-in name or object id, or a program's name. */
  readonly actor: string;
}

export interface AuditPage {
  readonly filter: AuditFilter;
  readonly events: readonly AuditEvent[];
  /** The next page has events below this number. Absent on the last page. */
  readonly before?: number;
  /** How many events were looked through. */
  readonly looked: number;
  /** Why nothing can be found by what was typed. */
  readonly fault?: string;
}

const ON_A_PAGE = 50;
const AT_ONCE = 250;
/** How many events are looked through for one page: a filter that hardly any event fits must not read the whole trail. */
const MOST_LOOKED = 2_000;

const word = z.string().trim().max(100).catch("");
const asked = z.object({ action: word, object: word, actor: word });
const number = z.coerce.number().int().positive().optional().catch(undefined);

export async function auditPageOf(
  picks: { readonly audit: Pick<Audit, "events">; readonly directory: Pick<Directory, "account"> },
  request: AskedBySomebody["request"],
): Promise<AuditPage> {
  const parameters = parametersOf(request);
  const filter = asked.parse(
    Object.fromEntries(["action", "object", "actor"].map((name) => [name, parameters.get(name) ?? ""])),
  );
  const who = await actorOf(picks.directory, filter.actor);
  if ("fault" in who) return { filter, events: [], looked: 0, fault: who.fault };
  const before = number.parse(parameters.get("before") ?? undefined);
  const page = await lookThrough(picks.audit, { ...filter, actor: who.id }, before);
  const fault = page.events.length === 0 ? typedWrongly(filter) : undefined;
  return { ...page, filter, ...(fault !== undefined && { fault }) };
}

const objectId = z.guid();

/** The object id of a sign-in name's account; whatever else was typed stays, and may be a program's name. */
async function actorOf(
  directory: Pick<Directory, "account">,
  typed: string,
): Promise<{ readonly id: string } | { readonly fault: string }> {
  if (!typed.includes("@")) return { id: typed };
  const found = await directory.account(typed);
  if (found === "unknown")
    return {
      fault: `The directory knows no account ${quoted(typed)}. Whoever is not in it any more is found by their object id.`,
    };
  if (found === "not-told")
    return {
      fault:
        "The directory did not say whose sign-in name that is. Enter the account’s object id, or try it again later.",
    };
  return { id: found.objectId };
}

/** What is wrong with a filter that nothing fits: by a name instead of an id nothing is ever found. */
function typedWrongly({ actor, object }: AuditFilter): string | undefined {
  if (actor !== "" && !actor.includes("@") && !objectId.safeParse(actor).success)
    return "Nothing was found by who did it. Enter a sign-in name or an object id; or of the connector, the name in brackets.";
  if (/\s/.test(object))
    return "Nothing was found by the id of what it is about. No id has a blank: in the list it stands below what was done.";
  return undefined;
}

async function lookThrough(
  audit: Pick<Audit, "events">,
  filter: AuditFilter,
  from: number | undefined,
): Promise<Omit<AuditPage, "filter" | "fault">> {
  const events: AuditEvent[] = [];
  let before = from;
  let looked = 0;
  while (looked < MOST_LOOKED) {
    const next = await audit.events({ limit: AT_ONCE, ...(before !== undefined && { before }) });
    for (const event of next) {
      looked++;
      before = event.number;
      if (fits(event, filter)) events.push(event);
      if (events.length === ON_A_PAGE) break;
    }
    if (events.length === ON_A_PAGE || next.length < AT_ONCE) {
      const isLast =
        before === undefined || before <= 1 || (next.length < AT_ONCE && next.at(-1)?.number === before);
      return { events, looked, ...(!isLast && before !== undefined && { before }) };
    }
  }
  return { events, looked, ...(before !== undefined && { before }) };
}

function fits({ action, object, actor }: AuditEvent, filter: AuditFilter): boolean {
  const who = actor.kind === "person" ? actor.objectId : actor.name;
  return (
    action.startsWith(filter.action) &&
    (filter.object === "" || idsOf(object).some((id) => isSame(id, filter.object))) &&
    (filter.actor === "" || isSame(who, filter.actor))
  );
}

const isSame = (one: string, other: string) => one.toLowerCase() === other.toLowerCase();

/** A change that waits has the id of what it changes, after the kind. */
const idsOf = ({ kind, id = "" }: AuditEvent["object"]): readonly string[] =>
  kind === "proposal" ? [id, id.slice(id.indexOf(".") + 1)] : [id];

const COLUMNS = [
  "Number",
  "Time (UTC)",
  "Who",
  "Action",
  "Of",
  "Id",
  "Changes",
  "Reason",
  "Phase",
  "Act",
  "Previous",
  "Hash",
];

/** Sends the whole trail, in the order of the chain. The export is itself an event, and is in the file. */
export async function sendAudit(
  { audit, log }: Pick<PortalPicks, "audit" | "log">,
  { response, session }: AskedBySomebody,
  as: "csv" | "json",
): Promise<void> {
  const actor = { kind: "person", objectId: session.administrator.objectId } as const;
  await audit.commit(() =>
    Promise.resolve({
      writes: [],
      entries: [{ actor, action: "audit.exported", object: { kind: "audit", id: as }, changes: [] }],
    }),
  );
  const head = await audit.head();
  response
    .status(200)
    .attachment("audit." + as)
    .type(as === "csv" ? "text/csv" : "application/json");
  try {
    await pipeline(as === "csv" ? csvOf(audit) : jsonOf(audit, head.number, head.hash), response);
  } catch (error) {
    // The headers are sent already, so the file ends here, and the verifier says that it is incomplete.
    log.error("audit.export_ended", error);
  }
}

async function* csvOf(audit: Pick<Audit, "inOrder">) {
  yield CSV_START + csvLine(COLUMNS);
  for await (const event of audit.inOrder()) {
    const { number: eventNumber, at, actor, action, object, changes, reason, act, previous, hash } = event;
    const who = actor.kind === "person" ? actor.objectId : actor.name;
    const told = changes
      .map(({ member, from, to }) => `${member}: ${from ?? "(none)"} -> ${to ?? "(none)"}`)
      .join("; ");
    yield csvLine([
      eventNumber,
      at,
      who,
      action,
      object.kind,
      object.id,
      told,
      reason,
      act?.phase,
      act?.id,
      previous,
      hash,
    ]);
  }
}

/** The file for `npm run verify-audit`. Events that are written meanwhile are not in it. */
async function* jsonOf(audit: Pick<Audit, "inOrder">, last: number, hash: string) {
  yield `{"head":${JSON.stringify({ number: last, hash })},"events":[`;
  let separator = "\n";
  for await (const event of audit.inOrder()) {
    if (event.number > last) break;
    yield separator + JSON.stringify(event);
    separator = ",\n";
  }
  yield "\n]}\n";
}
