/**
 * What promotions keep in the package container of a production stack: whose turn it is, how far they are, and their
 * records. The turn is a lease of one blob, which only its holder can write; a lease that is not renewed ends by itself.
 * https://learn.microsoft.com/rest/api/storageservices/lease-blob
 */
import { randomUUID } from "node:crypto";
import type { BlockBlobClient, ContainerClient } from "@azure/storage-blob";
import * as z from "zod";
import { isMissing, statusOf } from "../../infra/dataplane/blobs.ts";
import { ExplainedError } from "../local/stackFile.ts";
import { journalSchema } from "./kept.ts";
import { promotionRecord, type PromotionRecord } from "../../app/domain/promotion.ts";
import { Taken, TurnLost, type Journal, type Standing, type Turn } from "./port.ts";

const LEASE_SECONDS = 60;
const RENEWED_EVERY_MS = 15_000;
/** More often than it is renewed: otherwise what is just short of being lost would be seen when others may begin. */
const LOOKED_AT_EVERY_MS = 3_000;
/** A holder that got no answer for this long stops, which is before somebody else can begin. */
const LOST_AFTER_MS = 45_000;

const noteSchema = z.object({
  who: z.string().exactOptional(),
  since: z.string().exactOptional(),
  journal: journalSchema.exactOptional(),
});
type Note = z.output<typeof noteSchema>;

export interface Kept {
  take(who: string): Promise<Turn>;
  look(): Promise<Standing>;
  /** Writes the record under its own name, and also as the last one if the promotion or rollback succeeded. */
  record(record: PromotionRecord): Promise<void>;
  /** The last promotion or rollback that succeeded. */
  last(): Promise<PromotionRecord | undefined>;
  /** Names what came before the next promotion: another one that succeeded, or that was closed, gives another name. */
  after(): Promise<string | undefined>;
}

export interface KeptOptions {
  readonly stack: string;
  readonly now: () => Date;
  /** Milliseconds of a clock that nobody can set back, but that may stand still while the machine sleeps. */
  readonly steadyMs?: () => number;
  /** Called when a turn was lost while nothing was being written. */
  readonly onLost?: () => void;
}

export function keptIn(container: ContainerClient, options: KeptOptions): Kept {
  const { stack } = options;
  const blob = (name: string) => container.getBlockBlobClient(`promotions/${stack}${name}`);
  const kept = async (name: "last" | "closed"): Promise<PromotionRecord | undefined> => {
    const text = await textOf(blob(`/${name}.json`));
    return text === undefined ? undefined : readAs(promotionRecord, text, noRecord(`${stack}/${name}.json`));
  };
  return {
    take: (who) => take(blob(""), who, options),
    look: () => look(blob(""), stack),
    async record(made) {
      const record = promotionRecord.parse(made);
      await write(blob(`/${record.id}.json`), record);
      if (record.outcome === "done") await write(blob("/last.json"), record);
      if (record.outcome === "closed") await write(blob("/closed.json"), record);
    },
    last: () => kept("last"),
    async after() {
      const ids = [(await kept("last"))?.id, (await kept("closed"))?.id].filter((id) => id !== undefined);
      return ids.length === 0 ? undefined : ids.join(" ");
    },
  };
}

async function look(blob: BlockBlobClient, stack: string): Promise<Standing> {
  const { leaseState } = await blob.getProperties().catch((fault: unknown) => {
    if (isMissing(fault)) return { leaseState: undefined };
    throw fault;
  });
  const note = await noteIn(blob, stack);
  return {
    taken: leaseState === "leased" ? takenBy(stack, note) : undefined,
    found: note.journal,
  };
}

async function take(
  blob: BlockBlobClient,
  who: string,
  { stack, now, steadyMs = () => performance.now(), onLost = () => undefined }: KeptOptions,
): Promise<Turn> {
  /** Either clock may be wrong: the first can be set, the second does not see that the machine slept. */
  const clocks = () => [now().getTime(), steadyMs()] as const;
  await write(blob, {}, { ifNoneMatch: "*" }).catch(unlessStatus(409, 412));
  const lease = blob.getBlobLeaseClient(randomUUID());
  let renewedAt = clocks();
  try {
    await lease.acquireLease(LEASE_SECONDS);
  } catch (fault) {
    if (statusOf(fault) !== 409) throw fault;
    const note = await noteIn(blob, stack).catch(() => ({}));
    throw new Taken(takenBy(stack, note), { cause: fault });
  }
  const { leaseId } = lease;
  let isLost = false;
  const lose = () => {
    if (isLost) return;
    isLost = true;
    onLost();
  };
  const look = () => {
    if (clocks().some((at, clock) => at - (renewedAt[clock] ?? at) >= LOST_AFTER_MS)) lose();
  };
  const renewing = setInterval(() => {
    // The time of the request is used, because the lease is renewed at that time at the earliest.
    const askedAt = clocks();
    lease.renewLease().then(
      () => {
        // An answer to an earlier request may come later.
        if (askedAt[1] >= renewedAt[1]) renewedAt = askedAt;
      },
      (fault: unknown) => {
        if (statusOf(fault) === 409 || statusOf(fault) === 412) lose();
      },
    );
  }, RENEWED_EVERY_MS).unref();
  const looking = setInterval(look, LOOKED_AT_EVERY_MS).unref();
  const leave = async () => {
    clearInterval(renewing);
    clearInterval(looking);
    await lease.releaseLease().catch(() => undefined);
  };
  const put = async (note: Note) => {
    look();
    if (isLost) throw lost(stack);
    await write(blob, noteSchema.parse(note), { leaseId }).catch((fault: unknown) => {
      throw statusOf(fault) === 412 ? lost(stack, fault) : fault;
    });
  };
  try {
    const { journal: found } = await noteIn(blob, stack);
    const since = now().toISOString();
    await put({ who, since, ...(found && { journal: found }) });
    return {
      found,
      write: (journal: Journal) => put({ who, since, journal }),
      end: () => put({}),
      leave,
    };
  } catch (fault) {
    await leave();
    throw fault;
  }
}

function takenBy(stack: string, { who = "Somebody", since, journal }: Note): string {
  const at = journal === undefined ? "" : `, and is at the step "${journal.step}"`;
  return `${who} promotes to ${stack} now${since === undefined ? "" : ", since " + since}${at}. Wait until that has come to its end; if it was killed, its turn ends by itself in a minute.`;
}

const lost = (stack: string, cause?: unknown) =>
  new TurnLost(
    `The turn at ${stack} was lost, since nothing could renew it for a minute. Somebody else may promote now, so nothing more was done. Run the same command again: it says what it finds.`,
    { cause },
  );

async function write(blob: BlockBlobClient, value: object, conditions = {}): Promise<void> {
  const text = JSON.stringify(value, undefined, 2) + "\n";
  await blob.upload(text, Buffer.byteLength(text), {
    conditions,
    blobHTTPHeaders: { blobContentType: "application/json" },
  });
}

async function noteIn(blob: BlockBlobClient, stack: string): Promise<Note> {
  const text = await textOf(blob);
  return text === undefined
    ? {}
    : readAs(
        noteSchema,
        text,
        `promotions/${stack} in the package container is not what a promotion notes of itself, so nothing tells whether one came to no end. Look at what site and slot run and at the release of the stack file, and bring both together (infra/README.md, Promotion and rollback). Then remove the blob promotions/${stack}, and run the same command again.`,
      );
}

const noRecord = (name: string): string =>
  `promotions/${name} in the package container is not the record of a promotion, so nothing tells what ran before. Look at the other records beside it. Remove the blob promotions/${name}, put the digest that you want under release.site in the stack file, and run pulumi up.`;

/** @throws ExplainedError with these words when the text is something else */
function readAs<T>(schema: z.ZodType<T>, text: string, words: string): T {
  try {
    return schema.parse(JSON.parse(text));
  } catch (cause) {
    throw new ExplainedError(words, { cause });
  }
}

async function textOf(blob: BlockBlobClient): Promise<string | undefined> {
  try {
    return (await blob.downloadToBuffer()).toString("utf8");
  } catch (fault) {
    if (isMissing(fault)) return undefined;
    throw fault;
  }
}

const unlessStatus =
  (...expected: readonly number[]) =>
  (fault: unknown): void => {
    if (!expected.includes(statusOf(fault) ?? 0)) throw fault;
  };
