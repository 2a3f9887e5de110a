/** The members of a found visit's row. */
import * as z from "zod";
import { FOUND_STANDINGS } from "../domain/found.ts";
import { FIRST_VERSION, type RecordKind } from "./record.ts";

const moment = z.iso.datetime();
const members = z.object({
  connectionId: z.string().meta({ description: "id of the connection" }),
  departmentId: z.string().meta({ description: "id of the department" }),
  location: z.string().meta({ description: "id of the location by which it is searched" }),
  start: moment.meta({ description: "when it starts" }),
  end: moment.meta({ description: "when it ends" }),
  patients: z.array(z.string()).exactOptional().meta({
    description: "whose it is: keyed hashes over visit and patient",
  }),
  standing: z
    .enum(FOUND_STANDINGS)
    .meta({ description: "whether it takes place, as far as the chart was understood" }),
  wasCancelled: z
    .boolean()
    .exactOptional()
    .meta({ description: "whether it was cancelled before the chart said something else" }),
  wasAt: moment.exactOptional().meta({
    description: "when it was to start before the chart said that it does not take place, or has taken place",
  }),
  appointment: z.string().meta({ description: "the appointment's id, sealed" }),
  seen: z.string().meta({ description: "keyed hash of what the chart said of it last" }),
  prepared: z.string().exactOptional().meta({
    description: "keyed hash of what the chart said when the visit was last prepared",
  }),
  firstSeen: moment.meta({ description: "when it was found" }),
  changes: z.int().nonnegative().meta({ description: "how many changes of it were written down" }),
  hasMeeting: z.boolean().meta({ description: "whether it has its Teams meeting" }),
  links: z.string().exactOptional().meta({
    description: "keyed hash of the pair of links that the chart has as it should be",
  }),
  restored: z.array(moment).exactOptional().meta({
    description: "when links that the chart had lost were written again, of the last hour",
  }),
  meetingGone: moment.exactOptional().meta({ description: "since when Teams does not show its meeting" }),
  ready: moment.exactOptional().meta({ description: "when it first had its meeting and its links" }),
  risk: z.string().exactOptional().meta({ description: "what keeps it from being ready: a word" }),
  isClosed: z.literal(true).exactOptional().meta({
    description: "that staff closed its links before its start",
  }),
  unfulfilled: z.string().exactOptional().meta({
    description: "why the chart was not told that it is over: a word",
  }),
  unarrived: z.string().exactOptional().meta({
    description: "why the chart was not told that the patient has come: a word",
  }),
  isUntold: z.literal(true).exactOptional().meta({
    description: "that nobody was told what was to be told about it last",
  }),
  knownAt: moment.exactOptional().meta({
    description: "the start that its patient knows, where nobody was told of another one",
  }),
  isChangeUnread: z.literal(true).exactOptional().meta({
    description: "that the chart shows it changed or not at all, and its own record could not be read",
  }),
  late: z.string().exactOptional().meta({ description: "why it was not ready at its start: a word" }),
});

/** All lie in one partition, together with their changes, so that both are written in one transaction. */
export const foundVisits: RecordKind<typeof members> = {
  container: "visits",
  rows: "found-",
  what: "a visit that was found in a chart, under a keyed hash of connection and appointment",
  members,
  kept: "until 7 days after its end",
  expires: true,
  version: FIRST_VERSION,
};

export type FoundMembers = z.input<typeof members>;
