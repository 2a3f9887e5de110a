/**
 * What the connector holds about one appointment, row by row, and its deletion: the visit, which of its links are valid,
 * where it was found and how it has changed, who was in its meeting, the messages about it, what reports count of it, the
 * clinicians' sessions that show it and the jobs about it. Any other kind of row that is kept about a visit must be added to
 * the search here.
 */
import type { FhirBaseUrl } from "../domain/fhirBaseUrl.ts";
import type { VisitId } from "../domain/linkToken.ts";
import type { Keyring } from "../ports/keyring.ts";
import type { ContainerName, ListedSlice, Store, Stored, Write } from "../ports/store.ts";
import { kindOf } from "./containers.ts";
import { foundVisits } from "./foundRow.ts";
import { isFoundAs } from "./foundVisits.ts";
import { jobs } from "./jobRow.ts";
import { messages } from "./messages.ts";
import { notificationsOf } from "./notifications.ts";
import { presenceRowId } from "./presenceRow.ts";
import type { RecordKind } from "./record.ts";
import { rowsOf } from "./rowsOf.ts";
import { isSessionOf, sessions } from "./sessions.ts";
import { isTombstone, tombstone } from "./tombstones.ts";
import { endInLinks, linksRowId } from "./visitLinks.ts";
import { usageRowsOf, usages } from "./usages.ts";
import { endInRow, visits } from "./visitRow.ts";
import { appointmentVisitId } from "./visitIds.ts";
import { removeRow, untilWritten } from "./writing.ts";

/**
 * An appointment, by its chart system and its id there. It is used for the request and then forgotten: it is neither kept
 * nor logged.
 */
export interface Appointment {
  readonly fhirBaseUrl: FhirBaseUrl;
  readonly appointmentId: string;
}

/** A row about the appointment. */
export interface Holding {
  readonly kind: RecordKind;
  readonly row: Stored;
}

export interface Holdings {
  /** The keyed hash under which everything about the appointment lies. */
  idOf(appointment: Appointment): VisitId;
  about(appointment: Appointment): Promise<readonly Holding[]>;
  /** Deletes everything; afterwards only a tombstone is held. Where it was deleted before, nothing changes. */
  delete(appointment: Appointment): Promise<void>;
}

export interface HoldingsDeps {
  readonly store: Store;
  readonly keyring: Keyring;
  readonly now: () => Date;
}

const AT_ONCE = 100;

export function openHoldings({ store, keyring, now }: HoldingsDeps): Holdings {
  const idOf = ({ fhirBaseUrl, appointmentId }: Appointment) =>
    appointmentVisitId(keyring, fhirBaseUrl, appointmentId);

  const ownRows = async (id: VisitId) => {
    const own = [id, linksRowId(id), presenceRowId(id)].map((row) => store.read(visits.container, id, row));
    return (await Promise.all(own)).filter((row) => row !== undefined);
  };
  const ofVisit = async (id: VisitId) => {
    const rows = await ownRows(id);
    for await (const row of notificationsOf(store, id)) rows.push(row);
    return rows;
  };
  const elsewhere = async (appointment: Appointment) => {
    const isAbout: readonly (readonly [ContainerName, (row: Stored) => boolean])[] = [
      [sessions.container, (row) => isSessionOf(keyring, row, appointment)],
      [jobs.container, ({ body }) => isOf(body["of"], idOf(appointment))],
      [foundVisits.container, (row) => isFoundAs(idOf(appointment), row)],
    ];
    const found = new Map<string, Holding>();
    for (const [container, isIt] of isAbout)
      for await (const row of rowsOf(store, container))
        if (isIt(row)) found.set(container + "/" + row.id, holding(container, row));
    const id = idOf(appointment);
    const usage = await usageRowsOf({ store, now }, id);
    const told = usage.map((row) => holding(usages.container, row));
    return [...found.values(), ...(await messagesOf(id)), ...told];
  };
  /** The messages lie in the visit's own partition. */
  const messagesOf = async (id: VisitId) => {
    const found: Holding[] = [];
    let continuation: string | undefined;
    do {
      const more = continuation === undefined ? {} : { continuation };
      const slice: ListedSlice = await store.list(messages.container, id, { limit: AT_ONCE, ...more });
      found.push(...slice.items.map((row) => holding(messages.container, row)));
      continuation = slice.next;
    } while (continuation !== undefined);
    return found;
  };

  /**
   * Removes the visit's own rows and adds the tombstone in one transaction. Notifications that wait to be read are not in
   * it, since there may be more than fit.
   */
  const bury = (id: VisitId) =>
    untilWritten(visits.container, async () => {
      const rows = await ownRows(id);
      const there = rows.find((row) => row.id === id);
      if (there !== undefined && isTombstone(there)) return { done: true };
      const item = tombstone(id, endIn(rows, id), now());
      const others = rows.filter((row) => row !== there);
      await store.batch(visits.container, id, [
        there === undefined ? { kind: "create", item } : { kind: "replace", item, etag: there.etag },
        ...others.map((row): Write => ({ kind: "remove", id: row.id, etag: row.etag })),
      ]);
      return { done: true };
    });

  return {
    idOf,
    async about(appointment) {
      const rows = await ofVisit(idOf(appointment));
      return [...rows.map((row) => holding(visits.container, row)), ...(await elsewhere(appointment))];
    },
    async delete(appointment) {
      // This comes first, so that nobody makes the visit anew while the rest is looked for.
      const id = idOf(appointment);
      await bury(id);
      // This also removes rows that somebody made who had read the visit just before.
      for (const row of await ofVisit(id)) if (row.id !== id) await removeRow(store, visits.container, row);
      for (const { kind, row } of await elsewhere(appointment)) await removeRow(store, kind.container, row);
    },
  };
}

function holding(container: ContainerName, row: Stored): Holding {
  const kind = kindOf(container, row);
  if (kind === undefined) throw new Error("a row in " + container + " is of no kind");
  return { kind, row };
}

/** When the visit ends, by its own row or by the row of its links, which outlives it. */
function endIn(rows: readonly Stored[], id: VisitId): Date | undefined {
  const visit = rows.find((row) => row.id === id);
  const links = rows.find((row) => row.id === linksRowId(id));
  return visit === undefined ? links && endInLinks(links) : endInRow(visit);
}

const isOf = (of: unknown, visit: VisitId): boolean =>
  typeof of === "object" && of !== null && "visit" in of && of.visit === visit;
