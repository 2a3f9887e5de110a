/**
 * The dictionary of reports: each number is defined here once, and every page, chart, file and program uses these
 * definitions. Where Microsoft's two published reports define the same word in two ways, both are here under the report's
 * name (https://learn.microsoft.com/microsoft-365/frontline/ehr-connector-report,
 * https://learn.microsoft.com/microsoft-365/frontline/virtual-appointments-usage-report).
 */
import { beyondLimits, poorShare, type QualityLimits } from "./callQuality.ts";
import { secondsBetween, type MessageCount, type Outcome, type Usage } from "./usage.ts";

export interface Metric<T> {
  readonly name: string;
  /** What it is, in a sentence or two for whoever reads the report. */
  readonly says: string;
  /** The number for one visit; undefined where there is none, or it is not known. */
  readonly of: (usage: Usage) => T;
}

export const NO_SHOWS: readonly Outcome[] = ["patient-absent", "staff-absent", "not-together", "nobody-came"];

export const OUTCOME_WORDS: Readonly<Record<Outcome, string>> = {
  completed: "Completed",
  "patient-absent": "No show: the patient did not come",
  "staff-absent": "No show: nobody of the staff came",
  "not-together": "No show: they missed each other",
  "nobody-came": "No show: nobody came",
  "not-known": "Not known",
};

export type Reached = "yes" | "no" | "not known" | "not told";

const start: Metric<Date | undefined> = {
  name: "Start (connector report)",
  says: "When a member of staff and somebody else were first in the meeting at the same time. A visit that only one side joined has none.",
  of: ({ together }) => together,
};

const opened: Metric<Date | undefined> = {
  name: "Start (usage report)",
  says: "When anybody was first in the meeting, whoever it was.",
  of: (usage) => usage.opened,
};

const duration: Metric<number | undefined> = {
  name: "Duration (connector report)",
  says: "Seconds from the start by the connector report until the last person left. A visit that only one side joined has none.",
  of: ({ together, over }) => together && over && secondsBetween(together, over),
};

const usageDuration: Metric<number> = {
  name: "Duration (usage report)",
  says: "As in the connector report, but 0 for a visit that only one side joined, so that averages over all visits include it.",
  of: (usage) => duration.of(usage) ?? 0,
};

const attendees: Metric<number> = {
  name: "Attendees in total (connector report)",
  says: "How many people were in the meeting. Somebody of the staff who came twice is one; anybody else who came again is counted again, because Teams gives them a new id. Who only waited is not counted.",
  of: (usage) => usage.attendees,
};

const atOnce: Metric<number> = {
  name: "Attendees at most at once (usage report)",
  says: "How many people were in the meeting at the same moment, when most of them were.",
  of: (usage) => usage.atOnce,
};

const lobbyWait: Metric<number | undefined> = {
  name: "Lobby wait",
  says: "Seconds from when somebody first waited in the lobby until somebody who waited was first let in. Without live presence it is not known; where nobody was let in there is none.",
  of: ({ lobbySeconds }) => lobbySeconds,
};

const status: Metric<string> = {
  name: "Status",
  says: "Completed: a member of staff and somebody else were in the meeting at the same time. No show: a scheduled visit that only one side joined, or nobody, with what happened. Not known: Teams told nothing of it or not all; or it did not tell who somebody was on whom it depends; or only accounts of the hospital’s directory were there and one may have been the patient’s.",
  of: ({ outcome }) => OUTCOME_WORDS[outcome],
};

const usageStatus: Metric<"Completed" | "No show" | undefined> = {
  name: "Status (usage report)",
  says: "Microsoft’s usage report calls it a no show only where one member of staff was there alone. Other visits that were not completed are not in that report.",
  of: ({ outcome, attendees: came }) => {
    if (outcome === "completed") return "Completed";
    return outcome === "patient-absent" && came === 1 ? "No show" : undefined;
  },
};

const isCompleted: Metric<boolean> = {
  name: "Completed",
  says: "Whether a member of staff and somebody else were in the meeting at the same time. Microsoft’s connector report lists these visits and no others.",
  of: ({ outcome }) => outcome === "completed",
};

const isNoShow: Metric<boolean> = {
  name: "No show",
  says: "Whether it is known that the two sides did not meet: the patient, the staff or both did not come, or they missed each other.",
  of: ({ outcome }) => NO_SHOWS.includes(outcome),
};

const wayOfJoining: Metric<string | undefined> = {
  name: "Way of joining",
  says: "Whether people came by video (the Teams app or a browser, with or without a camera: Teams does not tell which), by phone, or both. Not known: of somebody Teams did not tell it.",
  of: ({ attendees: came, byPhone, wayNotTold = 0 }) => {
    if (came === 0) return undefined;
    if (wayNotTold > 0) return "not known";
    if (byPhone === 0) return "video";
    return byPhone === came ? "phone" : "video and phone";
  },
};

const primary: Metric<string | undefined> = {
  name: "Primary",
  says: "The member of staff who was longest in the meeting together with somebody who is not of the staff; never the department’s own account, which Microsoft’s report names as the organizer. Name and e-mail (the sign-in name) are read from the directory when the report is shown.",
  of: ({ staff: [first] }) => (first !== undefined && first.seconds > 0 ? first.account : undefined),
};

const withinLimit = {
  name: "Within limit",
  says: "Whether the visit is inside the monthly allocation that an administrator has set: the first completed visits of a month are, as many as there are, by their scheduled time. A visit that was not completed uses none, and where nothing is allocated each visit is. This connector keeps nobody from a visit by it.",
  /** @param isBeyond whether as many visits of its month as are allocated were completed before it; undefined if not known */
  of: (usage: Usage, isBeyond: boolean | undefined): "Yes" | "No" | undefined => {
    if (usage.outcome !== "completed") return "Yes";
    return isBeyond === undefined ? undefined : isBeyond ? "No" : "Yes";
  },
};

const texts: Metric<number> = {
  name: "Texts",
  says: "How many texts about the visit were handed over to Azure Communication Services, those to guests included.",
  of: ({ messages }) => countOf(messages, (one) => one.way === "text" && HANDED_OVER.includes(one.state)),
};

const mails: Metric<number> = {
  name: "E-mails",
  says: "How many e-mails about the visit were handed over to Azure Communication Services, those to guests included.",
  of: ({ messages }) => countOf(messages, (one) => one.way === "mail" && HANDED_OVER.includes(one.state)),
};

const reached: Metric<Reached> = {
  name: "Reached",
  says: "Yes: a text or an e-mail to the patient was reported as delivered. Not known: one was handed over, and there is no report. No: all failed, were refused or withheld. Not told: there was none.",
  of: ({ messages }) => {
    const theirs = messages.filter(({ kind }) => kind !== "guest-link");
    if (theirs.length === 0) return "not told";
    if (theirs.some(({ state }) => state === "delivered")) return "yes";
    return theirs.some(({ state }) => OPEN.includes(state)) ? "not known" : "no";
  },
};

/** The states of messages that have been handed over to a vendor. */
const HANDED_OVER: readonly string[] = ["accepted", "delivered", "failed"];
const OPEN: readonly string[] = ["begun", "waiting", "accepted"];

const countOf = (messages: readonly MessageCount[], counts: (one: MessageCount) => boolean): number =>
  messages.filter(counts).reduce((sum, { count }) => sum + count, 0);

const loss: Metric<number | undefined> = {
  name: "Packet loss (%)",
  says: "The part of the packets that were lost, as the mean of the averages of the streams of sound and picture in the visit’s calls. What a person hears of it depends on when they were lost.",
  of: ({ quality }) => quality?.loss?.mean,
};

const jitter: Metric<number | undefined> = {
  name: "Jitter (ms)",
  says: "By how much packets arrived at uneven times, as the mean of the averages of the streams. Much of it makes voices choppy.",
  of: ({ quality }) => quality?.jitter?.mean,
};

const roundTrip: Metric<number | undefined> = {
  name: "Round trip (ms)",
  says: "How long a packet took there and back, as the mean of the averages of the streams. Much of it makes people talk at the same time.",
  of: ({ quality }) => quality?.roundTrip?.mean,
};

const streams: Metric<number | undefined> = {
  name: "Streams",
  says: "How many streams of sound and picture Teams measured well enough to judge them.",
  of: ({ quality }) => quality?.streams,
};

const poorStreams: Metric<number | undefined> = {
  name: "Poor streams",
  says: "How many of the streams were poor as Microsoft’s Call Quality Dashboard has it. Sound: a packet loss above 10 %, a jitter above 30 ms, a round trip above 500 ms, a degradation of the opinion score above 1, or more than 7 % made up. Picture: more than half of the frames lost, fewer than 7 a second (2 for a shared screen), or, where neither was measured, more than 15 % lost for good.",
  of: ({ quality }) => quality?.poorStreams,
};

const callQuality = {
  name: "Call quality",
  says: "Poor where the visit’s packet loss, jitter, round trip or part of poor streams is above the limit that an administrator has set. Where Teams has no record of a call with sound or picture, there is none; a record exists two and a half hours after a call at the latest.",
  of: (
    { quality }: Pick<Usage, "quality">,
    limits: QualityLimits,
  ): { readonly says: "Good" | "Poor"; readonly beyond: readonly (keyof QualityLimits)[] } | undefined => {
    const beyond = beyondLimits(quality, limits);
    return beyond && { says: beyond.length === 0 ? "Good" : "Poor", beyond };
  },
};

const poorPart: Metric<number | undefined> = {
  name: "Poor streams (%)",
  says: "The part of the streams that was poor.",
  of: ({ quality }) => quality && poorShare(quality),
};

/** The metrics in the order of the page that explains them. */
export const METRICS = {
  start,
  opened,
  duration,
  usageDuration,
  attendees,
  atOnce,
  lobbyWait,
  status,
  usageStatus,
  isCompleted,
  isNoShow,
  primary,
  withinLimit,
  wayOfJoining,
  texts,
  mails,
  reached,
  loss,
  jitter,
  roundTrip,
  streams,
  poorStreams,
  poorPart,
  callQuality,
} as const;
