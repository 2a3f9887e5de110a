/** A meeting's sessions. Each lasts from the first person's arrival until nobody is in the meeting any more. */
import type { Participant } from "../teams/rooms.ts";

export interface Attendance {
  readonly participant: Participant;
  readonly intervals: readonly { readonly from: Date; readonly to: Date }[];
}

export interface Session {
  readonly from: Date;
  readonly to: Date;
  readonly attended: readonly Attendance[];
}

/** The sessions that are over, earliest first. */
export function sessions(participants: readonly Participant[]): readonly Session[] {
  const spans = participants.flatMap((participant) => inside(participant));
  const all: { from: Date; to: Date | undefined; spans: typeof spans }[] = [];
  for (const span of spans.toSorted((one, other) => one.from.getTime() - other.from.getTime())) {
    const last = all.at(-1);
    if (last === undefined || (last.to !== undefined && last.to < span.from))
      all.push({ from: span.from, to: span.to, spans: [span] });
    else {
      last.spans.push(span);
      if (last.to !== undefined && (span.to === undefined || span.to > last.to)) last.to = span.to;
    }
  }
  return all.flatMap(({ from, to, spans: theirs }) => {
    if (to === undefined) return [];
    const whom = [...new Set(theirs.map(({ participant }) => participant))];
    const attended = whom.map((participant) => ({
      participant,
      intervals: theirs.flatMap((span) =>
        span.participant === participant && span.to !== undefined ? [{ from: span.from, to: span.to }] : [],
      ),
    }));
    return [{ from, to, attended }];
  });
}

/** The times a participant was in the meeting; the last has no end while the participant is still in it. */
function inside(participant: Participant) {
  return participant.way.flatMap(({ at, state }, index) =>
    state === "in" ? [{ participant, from: at, to: participant.way[index + 1]?.at }] : [],
  );
}
