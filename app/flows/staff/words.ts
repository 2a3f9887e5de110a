/**
 * What the page of a staff link says that does not lead on. In English, as all pages for staff; nothing names a patient or a
 * colleague.
 */
import type { EarlyWords } from "../../web/countdown.tsx";
import type { Obstacle } from "./link.ts";

/** What a colleague reads before the link opens. */
export const EARLY: EarlyWords = {
  from: ({ near, weekday, day, clock }) =>
    `You can join ${{ today: "today", tomorrow: `tomorrow, ${weekday},`, later: `on ${day},` }[near]} from ${clock}.`,
  comeAgain: "You can close this page. Open the link again then, and sign in with your hospital account.",
  minutes: "Opens in # minutes.",
  minute: "Opens in 1 minute.",
  stay: "Keep this page open. The button to sign in will show up here.",
  withoutScript: "Open the link again at that time, and sign in with your hospital account.",
  now: "You can join now.",
};

export interface ObstacleWords {
  readonly status: number;
  readonly title: string;
  readonly text: readonly string[];
}

export const OBSTACLES: Readonly<Record<Obstacle, ObstacleWords>> = {
  unknown: {
    status: 404,
    title: "This link is not complete",
    text: [
      "A part of it may be missing. Open the whole link from your message.",
      "If it still does not work, ask whoever invited you for a new one.",
    ],
  },
  "not-ready": {
    status: 503,
    title: "This visit is not ready yet",
    text: [
      "Teams has not given it a meeting. The connector goes on asking.",
      "Open the link again in a minute. If the visit is starting, call your IT help desk.",
    ],
  },
  over: {
    status: 410,
    title: "This visit has ended",
    text: [
      "The link no longer works.",
      "If you are still needed, ask whoever invited you to open the visit again.",
    ],
  },
  cancelled: {
    status: 410,
    title: "This visit was canceled",
    text: ["There is nothing to join.", "If you expected the visit, ask whoever invited you."],
  },
  doubted: {
    status: 409,
    title: "This visit cannot be joined now",
    text: [
      "The chart names another patient than before, and does not say whether that is the same person. Until it does, no link leads into the visit.",
      "Open the visit from the patient’s chart, or ask whoever invited you.",
    ],
  },
  deleted: {
    status: 410,
    title: "This visit is not by video any more",
    text: [
      "An administrator of the hospital has removed it from the video visits, and its links no longer work.",
      "If you are still needed, ask whoever invited you.",
    ],
  },
  revoked: {
    status: 410,
    title: "This link no longer works",
    text: [
      "Whoever invited you has replaced it or taken it back.",
      "If you have a newer message, use its link. If not, ask whoever invited you.",
    ],
  },
};
