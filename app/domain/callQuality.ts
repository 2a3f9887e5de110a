/**
 * How good the calls of a visit were, as Teams measured it. The single streams are reduced to a few numbers for each call,
 * which tell nothing about anybody's device, network or location.
 */

/** A stream of sound or picture from one end to the other. What Teams did not measure is absent. */
export interface Stream {
  readonly kind: "audio" | "video" | "screen";
  /** The fraction of packets that were lost, from 0 to 1. */
  readonly lossRate?: number | undefined;
  readonly jitterMs?: number | undefined;
  readonly roundTripMs?: number | undefined;
  /** By how much loss and jitter lowered the opinion score of the sound, which goes from 1 to 5. */
  readonly degradation?: number | undefined;
  /** The fraction of the sound that was made up in place of what was lost. */
  readonly concealedRatio?: number | undefined;
  /** Frames that were not shown, in percent. */
  readonly framesLostPercent?: number | undefined;
  readonly framesPerSecond?: number | undefined;
  /** The fraction of packets that were lost for good, after those that could be restored. */
  readonly lossAfterCorrection?: number | undefined;
}

/** A measure over several streams: the mean of their averages, the worst of them, and how many had it. */
export interface Spread {
  readonly mean: number;
  readonly worst: number;
  readonly streams: number;
}

export interface Quality {
  /** Streams that Teams measured well enough to call them good or poor. */
  readonly streams: number;
  readonly poorStreams: number;
  /** In percent. */
  readonly loss?: Spread;
  /** In milliseconds, as the next one. */
  readonly jitter?: Spread;
  readonly roundTrip?: Spread;
}

/**
 * Whether a stream is poor, as Microsoft's Call Quality Dashboard has it; undefined where what decides was not measured.
 * https://learn.microsoft.com/microsoftteams/stream-classification-in-call-quality-dashboard
 */
export function isPoor(stream: Stream): boolean | undefined {
  if (stream.kind === "audio") {
    const beyond = [
      [stream.degradation, 1],
      [stream.roundTripMs, 500],
      [stream.lossRate, 0.1],
      [stream.jitterMs, 30],
      [stream.concealedRatio, 0.07],
    ] as const;
    const measured = beyond.filter(([value]) => value !== undefined);
    return measured.length === 0 ? undefined : measured.some(([value = 0, limit]) => value > limit);
  }
  const { framesLostPercent, framesPerSecond, lossAfterCorrection } = stream;
  if (framesLostPercent !== undefined) return framesLostPercent > 50;
  if (framesPerSecond !== undefined) return framesPerSecond < (stream.kind === "screen" ? 2 : 7);
  return lossAfterCorrection === undefined ? undefined : lossAfterCorrection > 0.15;
}

export function qualityOf(streams: readonly Stream[]): Quality {
  const classified = streams.flatMap((stream) => isPoor(stream) ?? []);
  const lossPercent = ({ lossRate }: Stream) => (lossRate === undefined ? undefined : lossRate * 100);
  return {
    streams: classified.length,
    poorStreams: classified.filter(Boolean).length,
    ...measured({
      loss: spread(streams.map(lossPercent)),
      jitter: spread(streams.map(({ jitterMs }) => jitterMs)),
      roundTrip: spread(streams.map(({ roundTripMs }) => roundTripMs)),
    }),
  };
}

/** One quality of several calls; undefined where there is none. */
export function together(calls: readonly Quality[]): Quality | undefined {
  if (calls.length === 0) return undefined;
  const sum = (of: (one: Quality) => number) => calls.reduce((all, one) => all + of(one), 0);
  return {
    streams: sum(({ streams }) => streams),
    poorStreams: sum(({ poorStreams }) => poorStreams),
    ...measured({
      loss: united(calls.flatMap(({ loss }) => loss ?? [])),
      jitter: united(calls.flatMap(({ jitter }) => jitter ?? [])),
      roundTrip: united(calls.flatMap(({ roundTrip }) => roundTrip ?? [])),
    }),
  };
}

function spread(values: readonly (number | undefined)[]): Spread | undefined {
  const known = values.filter((value) => value !== undefined);
  return united(known.map((value) => ({ mean: value, worst: value, streams: 1 })));
}

function united(spreads: readonly Spread[]): Spread | undefined {
  const streams = spreads.reduce((all, one) => all + one.streams, 0);
  if (streams === 0) return undefined;
  const sum = spreads.reduce((all, { mean, streams: many }) => all + mean * many, 0);
  return {
    mean: rounded(sum / streams),
    worst: rounded(Math.max(...spreads.map(({ worst }) => worst))),
    streams,
  };
}

/** More digits than these say nothing. */
const rounded = (value: number): number => Math.round(value * 100) / 100;

type Measure = "loss" | "jitter" | "roundTrip";

/** Leaves out what no stream had. */
const measured = ({
  loss,
  jitter,
  roundTrip,
}: Readonly<Record<Measure, Spread | undefined>>): Pick<Quality, Measure> => ({
  ...(loss && { loss }),
  ...(jitter && { jitter }),
  ...(roundTrip && { roundTrip }),
});

/** Beyond any of these a visit counts as poor. */
export interface QualityLimits {
  readonly lossPercent: number;
  readonly jitterMs: number;
  readonly roundTripMs: number;
  readonly poorStreamsPercent: number;
}

/** For a visit what Microsoft says of a stream of sound, and a quarter of its streams. */
export const USUAL_LIMITS: QualityLimits = {
  lossPercent: 10,
  jitterMs: 30,
  roundTripMs: 500,
  poorStreamsPercent: 25,
};

/** The part of the streams that was poor, in percent; undefined where no stream could be judged. */
export const poorShare = ({ streams, poorStreams }: Quality): number | undefined =>
  streams === 0 ? undefined : rounded((poorStreams / streams) * 100);

/** Which measures of a visit are beyond the limits; undefined where nothing was measured. */
export function beyondLimits(
  quality: Quality | undefined,
  limits: QualityLimits,
): readonly (keyof QualityLimits)[] | undefined {
  if (quality === undefined) return undefined;
  const measures = {
    lossPercent: quality.loss?.mean,
    jitterMs: quality.jitter?.mean,
    roundTripMs: quality.roundTrip?.mean,
    poorStreamsPercent: poorShare(quality),
  };
  const known = (Object.keys(measures) as (keyof QualityLimits)[]).filter(
    (name) => measures[name] !== undefined,
  );
  return known.length === 0 ? undefined : known.filter((name) => (measures[name] ?? 0) > limits[name]);
}
