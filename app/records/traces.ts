/**
 * What happened during a request: which vendors were asked, how long each took, and how it ended. It is kept once, after the
 * answer, for every request that ended with a fault and for launches that succeeded. It is found by the reference that the
 * fault's page shows.
 */
import { AsyncLocalStorage } from "node:async_hooks";
import { randomBytes } from "node:crypto";
import * as z from "zod";
import type { NoteCall, VendorCall } from "../domain/trace.ts";
import type { Log } from "../log.ts";
import type { Store, Stored } from "../ports/store.ts";
import { FIRST_VERSION, membersOf, newBody, UnreadableRecord, type RecordKind } from "./record.ts";

const callSchema = z.object({
  host: z.string(),
  what: z.string(),
  status: z.int().exactOptional(),
  tooLarge: z.literal(true).exactOptional(),
  milliseconds: z.int(),
  requestIds: z.array(z.string()),
});

const members = z.object({
  at: z.iso.datetime().meta({ description: "when the request came" }),
  milliseconds: z.int().meta({ description: "how long it took" }),
  flow: z
    .string()
    .meta({ description: "whose it was: clinicians’, patients’, colleagues’ or administrators’" }),
  what: z.string().meta({ description: "what was asked: a method and an address without its ids" }),
  outcome: z.string().meta({ description: "how it ended: a word of the connector’s" }),
  status: z.int().meta({ description: "status of the answer" }),
  baseUrl: z.string().exactOptional().meta({
    description: "the FHIR base URL of a launch that was refused for it; anybody can have made it up",
  }),
  connection: z.string().exactOptional().meta({ description: "id of the connection" }),
  launch: z
    .string()
    .exactOptional()
    .meta({ description: "random part of the address of the launch’s pages" }),
  standsForOthers: z.literal(true).exactOptional().meta({
    description: "whether it stands for further requests of its minute, which ended in the same way, too",
  }),
  calls: z.array(callSchema).meta({
    description:
      "each call of a vendor: host, what was asked, status, duration, and the vendor’s request ids",
  }),
});

const PARTITION = "traces";

/** They lie in the container of the sessions, whose rows expire, too. */
export const traces: RecordKind<typeof members> = {
  container: "sessions",
  rows: "trace-",
  what: "what happened at a launch, or at a request that ended with a fault, under the reference that its page shows",
  members,
  kept: "7 days",
  expires: true,
  version: FIRST_VERSION,
};

export interface Trace extends z.output<typeof members> {
  /** Eight characters, as the page shows them. */
  readonly reference: string;
}

/** What is known of a request only when it ends; the rest was noted on the way. */
export type Ending = Pick<Trace, "flow" | "what" | "outcome" | "status" | "standsForOthers"> & {
  /** Left out, a new reference is made. */
  readonly reference?: string;
};

type Facts = Pick<Trace, "baseUrl" | "connection" | "launch">;

export interface Traces {
  /** Notes a call for the request under way; does nothing where there is none, such as in a job. */
  readonly note: NoteCall;
  /** Notes what `act` asks of vendors, now and later, for one request. */
  during(act: () => void): void;
  /** Notes which launch the request is about. */
  about(facts: Facts): void;
  /** Keeps the request's trace. A failure of the store has no other consequence. */
  keep(ending: Ending): Promise<void>;
  of(reference: string): Promise<Trace | undefined>;
  /** The traces of a span of time, newest first. */
  list(span: {
    readonly from: Date;
    readonly until: Date;
    readonly limit: number;
  }): Promise<readonly Trace[]>;
}

export interface TracesDeps {
  readonly store: Store;
  readonly log: Log;
  readonly now: () => Date;
}

/** The most calls that are kept for a request: of one that makes more, only the first ones. */
const MOST_CALLS = 60;
const KEPT_MS = 7 * 86_400_000;
const sortOf = (at: Date) => "trace/" + at.toISOString();

export function openTraces({ store, log, now }: TracesDeps): Traces {
  interface Underway {
    readonly at: Date;
    readonly begun: number;
    readonly calls: VendorCall[];
    about: Facts;
  }
  const requests = new AsyncLocalStorage<Underway>();

  const readable = (stored: Stored): readonly Trace[] => {
    try {
      return [{ ...membersOf(traces, stored), reference: stored.id.replace("trace-", "") }];
    } catch (error) {
      if (!(error instanceof UnreadableRecord)) throw error;
      log.error("record.unreadable", error);
      return [];
    }
  };

  return {
    note(call) {
      const underway = requests.getStore();
      if (underway !== undefined && underway.calls.length < MOST_CALLS) underway.calls.push(call);
    },

    during(act) {
      requests.run({ at: now(), begun: performance.now(), calls: [], about: {} }, act);
    },

    about(facts) {
      const underway = requests.getStore();
      if (underway !== undefined) underway.about = { ...underway.about, ...facts };
    },

    async keep({ reference = newReference(), ...ending }) {
      const underway = requests.getStore();
      if (underway === undefined) return;
      const { at, begun, calls, about } = underway;
      const milliseconds = Math.round(performance.now() - begun);
      const trace = { at: at.toISOString(), milliseconds, ...ending, ...about };
      try {
        await store.create(traces.container, {
          partition: PARTITION,
          id: "trace-" + reference,
          sort: sortOf(at),
          body: newBody(traces, {
            ...trace,
            calls: calls.map((call) => ({ ...call, requestIds: [...call.requestIds] })),
          }),
          expiresAt: new Date(at.getTime() + KEPT_MS),
        });
      } catch (error) {
        log.error("trace.not_kept", error);
      }
    },

    async of(reference) {
      const stored = await store.read(traces.container, PARTITION, "trace-" + reference);
      return stored && readable(stored)[0];
    },

    async list({ from, until, limit }) {
      const range = { from: sortOf(from), before: sortOf(until), order: "descending", limit } as const;
      return (await store.list(traces.container, PARTITION, range)).items.flatMap(readable);
    },
  };
}

/** Eight characters that a person can read out over the phone. */
export function newReference(): string {
  return randomBytes(4).toString("hex").toUpperCase();
}
