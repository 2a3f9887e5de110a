/**
 * Records of calls from Microsoft Graph, read with an application permission that covers every call of the tenant.
 * https://learn.microsoft.com/graph/api/callrecords-cloudcommunications-list-callrecords
 * https://learn.microsoft.com/graph/api/callrecords-session-list
 */
import * as z from "zod";
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
import { nextLink, nextPath, pagesOf, type ListGoesOn, type Page } from "../wire/pages.ts";

/** For one page. */
const DEADLINE_MS = 20_000;
/** Of 60 calls each: far more calls than a large tenant has in the minutes that are asked for at a time. */
const MOST_PAGES = 1_000;
/**
 * A session with all its streams can be some fifty kilobytes, and Graph's own pages of 60 would be larger than is read. A
 * visit has a few sessions, each of a few segments.
 */
const SESSIONS = { pageSize: 15, most: 80 };
const MOST_SEGMENT_PAGES = 80;
const VERSION = "/v1.0";
const LIST = "/communications/callRecords";
/** What is asked of every call in the tenant. Who was in it is not. */
const ASKED = "id,version,startDateTime,endDateTime,joinWebUrl";

export function graphCallRecords(access: GraphAccess): CallRecords {
  return {
    async *begunIn(from, before) {
      const filter = `startDateTime ge ${from.toISOString()} and startDateTime lt ${before.toISOString()}`;
      const path = `${LIST}?$filter=${encodeURIComponent(filter)}&$select=${ASKED}`;
      for await (const { value } of listed(access, callPage, { path, most: MOST_PAGES }))
        yield value.flatMap((one) => callIn(one));
    },
    async qualityOf(id) {
      const path = `${LIST}/${encodeURIComponent(id)}/sessions?$expand=segments`;
      const streams: Stream[] = [];
      try {
        for await (const { value } of listed(access, sessionPage, { path, ...SESSIONS }))
          for (const one of value) streams.push(...(await streamsIn(access, one)));
      } catch (error) {
        if (error instanceof CallRecordsFault && isGone(error.cause)) return undefined;
        throw error;
      }
      return qualityOf(streams);
    },
  };
}

const isGone = (cause: unknown): boolean => cause instanceof GraphRefusal && cause.status === 404;

interface Listed {
  readonly path: string | undefined;
  readonly most: number;
  readonly pageSize?: number;
}

/** With less than all pages, calls would be missing from the report, and nobody would look for them. */
const listed = <S extends z.ZodType<Page>>(
  access: GraphAccess,
  schema: S,
  { path: first, most, ...size }: Listed,
): AsyncGenerator<z.output<S>> =>
  pagesOf<z.output<S>>({
    base: access.graph + VERSION,
    path: first,
    most,
    read: async (path) => read(schema, await ask(access, { path, ...size })),
    unless: notWhole,
  });

const notWhole = (cause: ListGoesOn) => new CallRecordsFault("refused", cause.message, { cause });

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
const segment = z.object({ media: listOf(media.optional()).optional() });
/** Graph has the rest of a long list within an answer at an address of its own, too. */
const MORE_SEGMENTS = "segments@odata.nextLink";
const session = z.object({
  isTest: flag.optional(),
  segments: listOf(segment.optional()).optional(),
  [MORE_SEGMENTS]: text.optional(),
});
const sessionPage = z.object({ value: listOf(session.optional()), ...nextLink });
const segmentPage = z.object({ value: listOf(segment.optional()), ...nextLink });

async function streamsIn(
  access: GraphAccess,
  found: z.output<typeof session> | undefined,
): Promise<readonly Stream[]> {
  if (found === undefined || found.isTest === true) return [];
  const segments = [...(found.segments ?? [])];
  const path = nextPath(access.graph + VERSION, { "@odata.nextLink": found[MORE_SEGMENTS] }, notWhole);
  for await (const { value } of listed(access, segmentPage, { path, most: MOST_SEGMENT_PAGES }))
    segments.push(...value);
  return segments.flatMap((one) => one?.media ?? []).flatMap((one) => streamsOf(one));
}

function streamsOf(found: z.output<typeof media> | undefined): Stream[] {
  const kind = kindOf(found?.label ?? "");
  return kind === undefined
    ? []
    : (found?.streams ?? [])
        .flatMap((each) => each && streamOf(kind, each))
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
    // A success that is something else refuses nothing: Graph is in disorder, or somebody in between has answered.
    throw new CallRecordsFault("unavailable", "Graph's answer is no list of calls.", { cause });
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
