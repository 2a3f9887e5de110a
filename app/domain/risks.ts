/** What may keep a visit from being ready, in words: why, whose move it is, and what to do next. */
import { wantsMeeting, type FoundVisit, type Risk } from "./found.ts";
import type { Mover } from "./mover.ts";

export interface RiskWords {
  readonly why: string;
  readonly move: Mover;
  readonly next: string;
}

export const RISK_WORDS: Readonly<Record<Risk, RiskWords>> = {
  "no-link": {
    why: "the chart has no link",
    move: "nobody",
    next: "The connector writes it as soon as the chart takes it.",
  },
  "half-linked": {
    why: "the chart has a link in one of the two rooms only",
    move: "administrator",
    next: "Have the lone link taken out of the appointment, or a new appointment made; both are then written.",
  },
  "links-removed": {
    why: "somebody takes the links out of the chart again and again",
    move: "administrator",
    next: "They are written again each quarter of an hour only. Find out what removes them, such as an interface that writes the appointment.",
  },
  "foreign-link": {
    why: "a room has a link that is not this deployment’s",
    move: "administrator",
    next: "Find out what writes it. It is never replaced; have it taken out of the appointment.",
  },
  "dead-link": {
    why: "the chart has a link of ours that leads nowhere any more, and nothing is written to this chart",
    move: "administrator",
    next: "Switch writing links on for the connection, or have the link taken out.",
  },
  "links-swapped": {
    why: "the links stand in each other’s rooms",
    move: "oracle",
    next: "Have both links taken out, and ask Oracle in which order this domain keeps the two rooms.",
  },
  "rooms-other": {
    why: "the appointment’s rooms are not in the order in which links can be written",
    move: "oracle",
    next: "Ask Oracle how this domain makes the rooms of a Video Visit; the visit can be opened by a launch.",
  },
  "write-refused": {
    why: "the chart does not take the links",
    move: "oracle",
    next: "See that the appointment is a Video Visit and the domain is licensed for links; then ask Oracle.",
  },
  "chart-locked": {
    why: "somebody has the appointment open for change in the chart",
    move: "nobody",
    next: "The connector goes on trying, at least each quarter of an hour.",
  },
  "wrong-environment": {
    why: "the chart has a link into another visit, as a copy of a chart has, and nothing is written to this chart",
    move: "administrator",
    next: "Have the copied links taken out, or switch writing links on for the connection.",
  },
  "no-meeting": {
    why: "Teams has not given a meeting",
    move: "nobody",
    next: "The connector goes on asking; see whether Microsoft reports trouble.",
  },
  "meeting-not-shown": {
    why: "Teams does not show its meeting, which somebody may have deleted there",
    move: "nobody",
    next: "Teams is asked again two minutes later, and the meeting is made anew if it still does not show it.",
  },
  "meeting-gone": {
    why: "its Teams meeting was deleted while somebody may be in it",
    move: "administrator",
    next: "A new one is made once nobody is in it. Have the clinic ask whoever is in to leave where others cannot enter, and find out who deletes the department account’s meetings.",
  },
  "meeting-other-times": {
    why: "the Teams meeting keeps other times than the chart has",
    move: "nobody",
    next: "It may be entered all the same; the connector goes on asking.",
  },
  "no-access-policy": {
    why: "the department’s organizer account has no application access policy",
    move: "administrator",
    next: "Grant the policy to the account as the checks page says; Teams takes up to 30 minutes to honour it.",
  },
  "meeting-refused": {
    why: "Teams refuses the meeting",
    move: "administrator",
    next: "See the connector’s log for what Teams answered, and the tenant’s meeting policies.",
  },
  "department-unknown": {
    why: "no department has its location any more",
    move: "administrator",
    next: "Add the location to a department.",
  },
  "not-shown": {
    why: "the chart does not show the appointment any more",
    move: "administrator",
    next: "See in the chart whether it takes place, and that the system client may read it. Its links stay good.",
  },
  "left-locations": {
    why: "it was moved to a location that no department has, or has no location any more",
    move: "administrator",
    next: "Add the location to a department, if video visits are held there. If the appointment has none, have the clinic give it one.",
  },
  "not-video": {
    why: "the chart says no longer that it is a video visit",
    move: "administrator",
    next: "Ask the clinic whether it is held by video. Its links stay good.",
  },
  "not-booked": {
    why: "the chart has it on a waiting list, or only proposed",
    move: "administrator",
    next: "Ask the clinic whether it takes place.",
  },
  "found-late": {
    why: "it was found too shortly before its start",
    move: "nobody",
    next: "It is being prepared.",
  },
  "found-over": {
    why: "it was over when it was found",
    move: "administrator",
    next: "See what kept the connector from reading the chart; nothing is done for it any more.",
  },
  "chart-silent": {
    why: "the chart does not answer",
    move: "nobody",
    next: "It is prepared as soon as the chart answers.",
  },
  "not-let-in": {
    why: "the chart does not let the connector’s system client do what it needs to",
    move: "administrator",
    next: "See on the checks page whether the system client is let in, and that its registration at Oracle has every scope of the integration record.",
  },
  "links-closed": {
    why: "staff closed its links before its start, and nobody can join",
    move: "administrator",
    next: "Ask the clinic whether it has taken place already. If not, have them open the links again on the visit’s page, and call the patient.",
  },
  "several-patients": {
    why: "the appointment names several patients, who share one link, and the connector writes to no patient of such an appointment",
    move: "administrator",
    next: "Have the clinic book an appointment for each, or pass the one link on to all of them from the visit’s page.",
  },
  "whose-untold": {
    why: "the appointment names another patient than before, and the chart does not say whether that is the same person",
    move: "administrator",
    next: "Until that is known its links lead nobody in, and the patient is told nothing. Have the clinic open it from the chart of the patient whom the appointment names, and call them.",
  },
  untold: {
    why: "nobody told the patient of it, or of its last change, as far as we know",
    move: "administrator",
    next: "Have the clinic call the patient, who may come at another time, or to a visit that is cancelled. Of one that takes place, the link can be sent from the visit’s page.",
  },
  "change-unread": {
    why: "the chart’s search shows it changed or not at all, and its record cannot be read, so its patient was told nothing of that",
    move: "administrator",
    next: "Have the clinic see in the chart whether it takes place and when, and call the patient where that is otherwise than they know. The connector goes on reading it; if that does not help, report to Oracle that the API does not show this one appointment.",
  },
};

/**
 * What keeps a visit from being ready, whether it is recorded yet or not. A cancelled visit needs only that its patient is
 * told, as far as its record can be read, and a missed one only that a page which shows it otherwise is confirmed.
 */
export function riskOf({ standing, risk, ...found }: FoundVisit, now: Date): Risk | undefined {
  const unread = found.isChangeUnread === true ? "change-unread" : undefined;
  const untold = found.isUntold === true ? "untold" : unread;
  if (standing === "cancelled") return untold;
  if (standing === "missed") return unread;
  if (found.isClosed === true) return "links-closed";
  if (risk !== undefined) return risk;
  if (!found.hasMeeting && wantsMeeting(found, now)) return "no-meeting";
  if (untold !== undefined) return untold;
  return standing === "on" && (found.patients?.length ?? 0) > 1 ? "several-patients" : undefined;
}
