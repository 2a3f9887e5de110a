/**
 * Records of calls from Microsoft Graph, read with an application permission that covers every call of the tenant.
 * https://learn.microsoft.com/graph/api/callrecords-cloudcommunications-list-callrecords
 * https://learn.microsoft.com/graph/api/callrecords-session-list
 */
import { z } from "zod";
import { qualityOf, type Stream } from "../../domain/callQuality.ts";
import { CallRecordsFault, type CallRecord, type CallRecords } from "../../ports/callRecords.ts";
import { amount, flag, listOf, readMembers, text, Unreadable } from "../wire/members.ts";
import {
  callGraph,
  deadlineIn,
  GraphRefusal,
  GraphUnavailable,
  type GraphAccess,
  type GraphCall,
} from "./call.ts";
import { nextLink, nextPage, NextPageElsewhere } from "./nextPage.ts";

/** For one page. */
const DEADLINE_MS = 20_000;
/** Of 60 calls each: far more calls than a large tenant has in the minutes that are asked for at a time. */
const MOST_PAGES = 1_000;
/** A session with all its streams can be some fifty kilobytes, and Graph's own pages of 60 would be larger than is read. */
const SESSIONS = 15;
/** A visit has a few sessions. */
const MOST_SESSION_PAGES = 80;
const LIST = "/communications/callRecords";
/** What is asked of every call in the tenant. Who was in it is not. */
const ASKED = "id,version,startDateTime,endDateTime,joinWebUrl";

export function graphCallRecords(access: GraphAccess): CallRecords {
  return {
    async *begunIn(from, before) {
      const filter = `startDateTime ge ${from.toISOString()} and startDateTime lt ${before.toISOString()}`;
      const path = `${LIST}?$filter=${encodeURIComponent(filter)}&$select=${ASKED}`;
      for await (const { value } of pagesOf(access, { path, schema: callPage, most: MOST_PAGES }))
        yield value.flatMap((one) => callIn(one));
    },
    async qualityOf(id) {
      const path = `${LIST}/${encodeURIComponent(id)}/sessions?$expand=segments`;
      const streams: Stream[] = [];
      try {
        for await (const { value } of pagesOf(access, {
          path,
          schema: sessionPage,
          most: MOST_SESSION_PAGES,
          pageSize: SESSIONS,
        }))
          streams.push(...value.flatMap((session) => streamsIn(session)));
      } catch (error) {
        if (error instanceof CallRecordsFault && isGone(error.cause)) return undefined;
        throw error;
      }
      return qualityOf(streams);
    },
  };
}

const isGone = (cause: unknown): boolean => cause instanceof GraphRefusal && cause.status === 404;

interface Paged<S extends z.ZodType> {
  readonly path: string;
  readonly schema: S;
  readonly most: number;
  readonly pageSize?: number;
}

async function* pagesOf<S extends z.ZodType<{ readonly "@odata.nextLink"?: string | undefined }>>(
  access: GraphAccess,
  { path: first, schema, most, pageSize }: Paged<S>,
): AsyncGenerator<z.output<S>> {
  let path: string | undefined = first;
  for (let pages = 0; path !== undefined; pages++) {
    if (pages === most) throw new CallRecordsFault("refused", "Graph has more pages of calls than are read.");
    const page: z.output<S> = read(
      schema,
      await ask(access, { path, ...(pageSize !== undefined && { pageSize }) }),
    );
    yield page;
    path = below(access.graph + "/v1.0", page);
  }
}

function below(base: string, page: Parameters<typeof nextPage>[1]): string | undefined {
  try {
    return nextPage(base, page);
  } catch (cause) {
    if (!(cause instanceof NextPageElsewhere)) throw cause;
    throw new CallRecordsFault("refused", cause.message, { cause });
  }
}

const moment = z.iso.datetime({ offset: true });
const call = z.object({
  id: text,
  version: amount.pipe(z.int()),
  startDateTime: moment,
  endDateTime: moment,
  joinWebUrl: text.optional(),
});
const callPage = z.object({ value: listOf(call.optional()), ...nextLink });

/** A call without a meeting, such as from one person to another, is no visit's. */
function callIn(found: z.output<typeof call> | undefined): CallRecord[] {
  if (found?.joinWebUrl === undefined) return [];
  const { id, version, startDateTime, endDateTime, joinWebUrl } = found;
  return [{ id, version, from: new Date(startDateTime), to: new Date(endDateTime), joinUrl: joinWebUrl }];
}

/** A measure. Whatever no measure can be counts as not measured. */
const measure = amount.pipe(z.number().min(0).max(1e9));

const DURATION = /^P(?:(\d{1,6})D)?(?:T(?:(\d{1,6})H)?(?:(\d{1,6})M)?(?:(\d{1,6}(?:\.\d+)?)S)?)?$/;
/** A length of time such as PT0.016S, in milliseconds. */
const duration = z
  .string()
  .regex(DURATION)
  .transform((written) => {
    const [, days = "0", hours = "0", minutes = "0", seconds = "0"] = DURATION.exec(written) ?? [];
    return ((Number(days) * 24 + Number(hours)) * 60 + Number(minutes)) * 60_000 + Number(seconds) * 1000;
  });

const stream = z.object({
  averagePacketLossRate: measure.optional(),
  averageVideoPacketLossRate: measure.optional(),
  averageJitter: duration.optional(),
  averageRoundTripTime: duration.optional(),
  averageAudioDegradation: measure.optional(),
  averageRatioOfConcealedSamples: measure.optional(),
  averageVideoFrameLossPercentage: measure.optional(),
  averageVideoFrameRate: measure.optional(),
  postForwardErrorCorrectionPacketLossRate: measure.optional(),
});
const media = z.object({ label: text.optional(), streams: listOf(stream.optional()).optional() });
const session = z.object({
  isTest: flag.optional(),
  segments: listOf(z.object({ media: listOf(media.optional()).optional() }).optional()).optional(),
});
const sessionPage = z.object({
  value: listOf(session.optional()),
  ...nextLink,
});

function streamsIn(found: z.output<typeof session> | undefined): Stream[] {
  if (found?.segments === undefined || found.isTest === true) return [];
  return found.segments
    .flatMap((segment) => segment?.media ?? [])
    .flatMap((one) => {
      const kind = kindOf(one?.label ?? "");
      return kind === undefined ? [] : (one?.streams ?? []).flatMap((each) => each && streamOf(kind, each));
    })
    .filter((one) => one !== undefined);
}

/** By labels such as main-audio, main-video and applicationsharing-video. */
function kindOf(label: string): Stream["kind"] | undefined {
  if (/audio$/i.test(label)) return "audio";
  if (/sharing/i.test(label)) return "screen";
  return /video$/i.test(label) ? "video" : undefined;
}

const streamOf = (kind: Stream["kind"], measured: z.output<typeof stream>): Stream => ({
  kind,
  lossRate: measured.averagePacketLossRate ?? measured.averageVideoPacketLossRate,
  jitterMs: measured.averageJitter,
  roundTripMs: measured.averageRoundTripTime,
  degradation: measured.averageAudioDegradation,
  concealedRatio: measured.averageRatioOfConcealedSamples,
  framesLostPercent: measured.averageVideoFrameLossPercentage,
  framesPerSecond: measured.averageVideoFrameRate,
  lossAfterCorrection: measured.postForwardErrorCorrectionPacketLossRate,
});

function read<S extends z.ZodType>(schema: S, json: unknown): z.output<S> {
  try {
    return readMembers(schema, json).value;
  } catch (cause) {
    if (!(cause instanceof Unreadable)) throw cause;
    throw new CallRecordsFault("refused", "Graph's answer is no list of calls.", { cause });
  }
}

async function ask(access: GraphAccess, call: Pick<GraphCall, "path" | "pageSize">): Promise<unknown> {
  const deadline = deadlineIn(DEADLINE_MS, access.now());
  try {
    return (await callGraph(access, { method: "GET", ...call }, deadline)).json;
  } catch (cause) {
    if (cause instanceof GraphUnavailable)
      throw new CallRecordsFault("unavailable", cause.message, { cause });
    if (!(cause instanceof GraphRefusal)) throw cause;
    throw new CallRecordsFault("refused", `Graph gives no records of calls: ${cause.message}`, { cause });
  }
}
