/**
 * What Graph accepts for a meeting, from the v1.0 schema and the pages of createOrGet, create and update. Each request
 * accepts less than a meeting has, and an update less than the creation.
 */
import type { Request } from "express";
import * as z from "zod";
import { badRequest, GraphError } from "./graphError.ts";

const dateTime = z.iso.datetime({ offset: true, local: false });
const attendee = z.looseObject({
  upn: z.string().nullish(),
  identity: z.looseObject({ user: z.looseObject({ id: z.string().nullish() }).nullish() }).nullish(),
  role: z.enum(["attendee", "presenter", "coorganizer", "producer"]).default("attendee"),
});
const chatInfo = z.looseObject({}).nullish();

export const createOrGetBody = z.strictObject({
  externalId: z.string().min(1),
  subject: z.string().nullish(),
  startDateTime: dateTime.optional(),
  endDateTime: dateTime.optional(),
  participants: z
    .strictObject({ organizer: z.unknown(), attendees: z.array(attendee) })
    .partial()
    .optional(),
  chatInfo,
});

export const meetingOptions = z
  .strictObject({
    allowAttendeeToEnableCamera: z.boolean(),
    allowAttendeeToEnableMic: z.boolean(),
    allowedLobbyAdmitters: z.enum(["organizerAndCoOrganizersAndPresenters", "organizerAndCoOrganizers"]),
    allowedPresenters: z.enum(["everyone", "organization", "roleIsPresenter", "organizer"]),
    allowMeetingChat: z.enum(["enabled", "disabled", "limited"]),
    allowRecording: z.boolean(),
    allowTranscription: z.boolean(),
    allowTeamworkReactions: z.boolean(),
    isEntryExitAnnounced: z.boolean(),
    lobbyBypassSettings: z
      .strictObject({
        scope: z.enum([
          "organizer",
          "organization",
          "organizationAndFederated",
          "everyone",
          "invited",
          "organizationExcludingGuests",
        ]),
        isDialInBypassEnabled: z.boolean(),
      })
      .partial(),
    recordAutomatically: z.boolean(),
    allowWhiteboard: z.boolean(),
    allowBreakoutRooms: z.boolean(),
    allowPowerPointSharing: z.boolean(),
    allowLiveShare: z.enum(["enabled", "disabled"]),
    allowParticipantsToChangeName: z.boolean(),
    allowCopyingAndSharingMeetingContent: z.boolean(),
    shareMeetingChatHistoryDefault: z.enum(["none", "all"]),
    meetingSpokenLanguageTag: z.string(),
    watermarkProtection: z.looseObject({}),
    chatRestrictions: z.looseObject({}),
    anonymizeIdentityForRoles: z.array(z.literal("attendee")),
    meetingTemplateId: z.string(),
  })
  .partial();

const subjectAndTimes = {
  subject: z.string().nullish(),
  startDateTime: dateTime.optional(),
  endDateTime: dateTime.optional(),
};
export const createBody = z.strictObject({
  ...meetingOptions.shape,
  ...subjectAndTimes,
  participants: z
    .strictObject({ organizer: z.unknown(), attendees: z.array(attendee) })
    .partial()
    .optional(),
  externalId: z.string().optional(),
  chatInfo,
});
/** Members that an update never accepts. https://learn.microsoft.com/graph/api/onlinemeeting-update#request-body */
const KEPT_OPTIONS = {
  allowParticipantsToChangeName: true,
  chatRestrictions: true,
  meetingSpokenLanguageTag: true,
  meetingTemplateId: true,
  shareMeetingChatHistoryDefault: true,
} as const;
const KEPT = [
  ...Object.keys(KEPT_OPTIONS),
  // Graph's own libraries send it with every object; it was refused as a member that cannot be changed (2026-05).
  "@odata.type",
  "audioConferencing",
  "chatInfo",
  "creationDateTime",
  "expiryDateTime",
  "externalId",
  "id",
  "isBroadcast",
  "isEndToEndEncryptionEnabled",
  "joinInformation",
  "joinMeetingIdSettings",
  "joinWebUrl",
  "meetingOptionsWebUrl",
  "meetingType",
  "sensitivityLabelAssignment",
  "videoTeleconferenceId",
];

export const updateBody = z.strictObject({
  ...meetingOptions.omit(KEPT_OPTIONS).shape,
  ...subjectAndTimes,
  participants: z.strictObject({ attendees: z.array(attendee) }).optional(),
});

/** @throws GraphError when one member cannot be changed; then nothing of the request is done */
export function refuseKept(request: Request): void {
  const body: unknown = request.body;
  if (typeof body !== "object" || body === null || !Object.keys(body).some((name) => KEPT.includes(name)))
    return;
  throw new GraphError(
    400,
    "InvalidArgument",
    "One or more properties do not support updating. Please refer to Microsoft Graph documentation for more information.",
  );
}

export type Attendee = z.output<typeof attendee>;
export { attendee };

/** @throws GraphError in the form of OData's own checks */
export function checked<S extends z.ZodType>(schema: S, request: Request): z.output<S> {
  const body = schema.safeParse(request.body ?? {});
  if (body.success) return body.data;
  const [issue] = body.error.issues;
  const where = issue === undefined ? "" : issue.path.map(String).join(".");
  if (issue?.code === "unrecognized_keys")
    throw badRequest(
      `The property '${issue.keys.join("', '")}' ${where === "" ? "" : `in '${where}' `}does not exist or cannot be set by this request.`,
    );
  throw badRequest(`Invalid value for '${where}': ${issue?.message ?? "unreadable"}`);
}
