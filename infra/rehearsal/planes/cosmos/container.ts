/**
 * One container as the service keeps it: items in partitions, a log sequence number (`lsn`), and time to live by the
 * service's own clock.
 */
import { createHash } from "node:crypto";
import { Refused } from "./refused.ts";

export type CosmosItem = Readonly<Record<string, unknown>> & { readonly id: string };
export interface Kept {
  readonly item: CosmosItem;
  readonly lsn: number;
  /** The item's position among all writes; the writes of one transaction have the same `lsn`. */
  readonly order: number;
  readonly writtenAt: Date;
}

export interface Operation {
  readonly operationType: "Create" | "Replace" | "Delete";
  readonly id?: string;
  readonly ifMatch?: string;
  readonly resourceBody?: unknown;
}

export interface Outcome {
  readonly statusCode: number;
  readonly eTag?: string;
  readonly resourceBody?: CosmosItem;
}

/** The container has two physical ranges, so that whoever reads the feed of the whole container has to visit both. */
export const RANGES = [
  { id: "0", minInclusive: "", maxExclusive: "1FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF" },
  { id: "1", minInclusive: "1FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF", maxExclusive: "FF" },
] as const;

export interface ContainerSettings {
  /** Path of the property that an item is partitioned by, such as `/partition`. */
  readonly partitionKey: string;
  /** In seconds; -1 means that an item expires only if it says so. Left out: no item expires, whatever it says. */
  readonly defaultTtl?: number;
}

export class CosmosContainer {
  readonly rid: string;
  readonly #settings: () => ContainerSettings;
  readonly #clock: () => Date;
  #partitions = new Map<string, Map<string, Kept>>();
  #lsn = 0;
  #order = 0;

  /** @param settings called each time, because the container may be changed while it holds items */
  constructor(rid: string, settings: () => ContainerSettings, clock: () => Date) {
    this.rid = rid;
    this.#settings = settings;
    this.#clock = clock;
  }

  get settings(): ContainerSettings {
    return this.#settings();
  }

  get lsn(): number {
    return this.#lsn;
  }

  read(partition: string, id: string): Kept | undefined {
    const kept = this.#partitions.get(partition)?.get(id);
    return kept === undefined || this.#isOver(kept) ? undefined : kept;
  }

  inPartition(partition: string): Kept[] {
    return [...(this.#partitions.get(partition)?.values() ?? [])].filter((kept) => !this.#isOver(kept));
  }

  /** The items of a physical range that were written after `since`, in the order in which they were written. */
  changedIn(range: string, since: number): Kept[] {
    return [...this.#partitions.keys()]
      .filter((partition) => rangeOf(partition) === range)
      .flatMap((partition) => this.inPartition(partition))
      .filter(({ lsn }) => lsn > since)
      .sort((a, b) => a.order - b.order);
  }

  /**
   * Carries out all operations as one transaction, or none of them: then the refused one has its own status and the others
   * have 424.
   */
  transact(partition: string, operations: readonly Operation[]): Outcome[] {
    const before = new Map(this.#partitions.get(partition));
    const lsn = this.#lsn++;
    const outcomes: Outcome[] = [];
    for (const operation of operations) {
      try {
        outcomes.push(this.#apply(partition, operation));
      } catch (cause) {
        if (!(cause instanceof Refused)) throw cause;
        this.#partitions.set(partition, before);
        this.#lsn = lsn;
        return operations.map((_, at) => ({ statusCode: at === outcomes.length ? cause.status : 424 }));
      }
    }
    return outcomes;
  }

  /** @throws Refused */
  write(partition: string, operation: Operation): Outcome {
    this.#lsn++;
    return this.#apply(partition, operation);
  }

  #apply(partition: string, { operationType, id, ifMatch, resourceBody }: Operation): Outcome {
    if (operationType === "Create") {
      const item = checkedItem(resourceBody, partition, this.settings);
      if (this.read(partition, item.id) !== undefined)
        throw new Refused(409, "Resource with specified id or name already exists.");
      return this.#keep(partition, item, 201);
    }
    const there = this.read(partition, id ?? "");
    if (there === undefined) throw new Refused(404, "Resource Not Found.");
    if (ifMatch !== undefined && ifMatch !== there.item["_etag"])
      throw new Refused(412, "One of the specified pre-condition is not met.");
    if (operationType === "Delete") {
      this.#partitions.get(partition)?.delete(there.item.id);
      return { statusCode: 204 };
    }
    const item = checkedItem(resourceBody, partition, this.settings);
    if (item.id !== there.item.id) throw new Refused(400, "Replacing an item cannot change its id.");
    return this.#keep(partition, item, 200, there.item);
  }

  /** @param before the item's previous version, whose internal ids stay */
  #keep(partition: string, written: CosmosItem, statusCode: number, before?: CosmosItem): Outcome {
    const order = ++this.#order;
    const rid = this.rid + order.toString(36);
    const writtenAt = this.#clock();
    const eTag = `"${order.toString(16).padStart(8, "0")}-0000-0700-0000-${"0".repeat(12)}"`;
    const item: CosmosItem = {
      ...written,
      _rid: before?.["_rid"] ?? rid,
      _self: before?.["_self"] ?? `dbs/_/colls/${this.rid}/docs/${rid}/`,
      _etag: eTag,
      _attachments: "attachments/",
      _ts: Math.floor(writtenAt.getTime() / 1000),
    };
    const items = this.#partitions.get(partition) ?? new Map<string, Kept>();
    items.set(item.id, { item, lsn: this.#lsn, order, writtenAt });
    this.#partitions.set(partition, items);
    return { statusCode, eTag, resourceBody: item };
  }

  #isOver({ item, writtenAt }: Kept): boolean {
    const { defaultTtl } = this.#settings();
    if (defaultTtl === undefined) return false;
    const ttl = typeof item["ttl"] === "number" ? item["ttl"] : defaultTtl;
    return ttl > 0 && writtenAt.getTime() + ttl * 1000 <= this.#clock().getTime();
  }
}

function rangeOf(partition: string): string {
  return (createHash("sha256").update(partition).digest()[0] ?? 0) < 128 ? "0" : "1";
}

/** @param partitionKey path of the property by which the container is partitioned */
function checkedItem(body: unknown, partition: string, { partitionKey }: ContainerSettings): CosmosItem {
  if (typeof body !== "object" || body === null || Array.isArray(body))
    throw new Refused(400, "The item is not a JSON object.");
  const { id, ttl, [partitionKey.slice(1)]: own } = body as Record<string, unknown>;
  if (typeof id !== "string" || id === "" || id.length > 255 || /[/\\?#]/.test(id))
    throw new Refused(400, "The input name is invalid: 1 to 255 characters without / \\ ? #");
  if (own !== partition)
    throw new Refused(
      400,
      "PartitionKey extracted from document doesn't match the one specified in the header",
      1001,
    );
  if (ttl !== undefined && !isTtl(ttl))
    throw new Refused(400, "The input ttl is invalid: 1 to 2147483647 seconds, or -1");
  return { ...(body as Record<string, unknown>), id };
}

/** https://learn.microsoft.com/azure/cosmos-db/nosql/time-to-live */
const isTtl = (ttl: unknown): boolean =>
  ttl === -1 || (Number.isInteger(ttl) && Number(ttl) > 0 && Number(ttl) <= 2_147_483_647);
