/**
 * Subscriptions by which Microsoft Graph tells what happens in a meeting. They use the beta version, because v1.0 does not
 * have the resource. https://learn.microsoft.com/graph/changenotifications-for-onlinemeeting
 */
import * as z from "zod";
import { meetingKey } from "../../domain/meetingKey.ts";
import type { Subscription } from "../../domain/watching.ts";
import {
  CallEventsFault,
  type CallEvents,
  type MeetingSubscription,
  type ToSubscribe,
} from "../../ports/callEvents.ts";
import type { NotificationKey } from "../../ports/notificationKey.ts";
import {
  callGraph,
  deadlineIn,
  GraphRefusal,
  GraphUnavailable,
  type GraphAccess,
  type GraphCall,
} from "./call.ts";
import { anyText, readMembers, text, Unreadable } from "../wire/members.ts";
import { nextLink, pagesOf } from "../wire/pages.ts";
import { callEventIn } from "./callEvent.ts";
import { opened } from "./encrypted.ts";

export interface CallEventsAccess extends GraphAccess {
  readonly key: NotificationKey;
  /** The address to which Graph posts notifications, and lifecycle notifications of the subscription itself. */
  readonly webhook: string;
  /** The hospital's tenant: accounts of it are staff. */
  readonly tenantId: string;
}

/** Within the call Graph asks our webhook twice, and waits up to 10 seconds each time. */
const DEADLINE_MS = 25_000;
const THERE_ALREADY = 409;
const NOT_THERE = 404;
/** More pages than anybody's subscriptions fill. */
const MOST_PAGES = 50;

export function graphCallEvents(access: CallEventsAccess): CallEvents {
  const certificate = async () => {
    const { version, der } = await access.key.certificate();
    return {
      encryptionCertificate: Buffer.from(der).toString("base64"),
      encryptionCertificateId: version,
    };
  };
  const create = async ({ joinUrl, clientState, until }: ToSubscribe): Promise<Subscription> => {
    const body = {
      changeType: "updated",
      resource: resourceOf(joinUrl),
      notificationUrl: access.webhook,
      lifecycleNotificationUrl: access.webhook,
      includeResourceData: true,
      ...(await certificate()),
      expirationDateTime: until.toISOString(),
      clientState,
    };
    return subscriptionIn(await ask(access, { method: "POST", path: "/subscriptions", body }));
  };
  const remove = async (id: string) => {
    await unless(NOT_THERE, () => ask(access, { method: "DELETE", path: pathOf(id) }));
  };
  return {
    async subscribe(to) {
      const made = await unless(THERE_ALREADY, () => create(to));
      if (made !== undefined) return { ...made, replaced: [] };
      // A process ended before it had noted the subscription. The one that Graph has may be for another key, so it is
      // replaced.
      const there = await explained(() => listed(access));
      const replaced = there.filter(({ joinUrl }) => isSameMeeting(joinUrl, to.joinUrl)).map(({ id }) => id);
      for (const id of replaced) await remove(id);
      const instead = await unless(THERE_ALREADY, () => create(to));
      if (instead !== undefined) return { ...instead, replaced };
      throw new CallEventsFault(
        "unavailable",
        "Graph has made another subscription to the meeting meanwhile.",
      );
    },
    renew: (id, until) =>
      unless(NOT_THERE, async () => {
        const body = { expirationDateTime: until.toISOString(), ...(await certificate()) };
        return subscriptionIn(await ask(access, { method: "PATCH", path: pathOf(id), body }));
      }),
    async all() {
      const there = await explained(() => listed(access));
      return there.filter(({ webhook }) => webhook === access.webhook);
    },
    remove,
    read: async (item) => callEventIn(await opened(access.key, item), access.tenantId),
  };
}

/** The meeting's resource path. The link is encoded as it stands, so what is encoded in it already is then encoded twice. */
const resourceOf = (joinUrl: string) =>
  `communications/onlineMeetings(joinWebUrl='${encodeURIComponent(joinUrl)}')/meetingCallEvents`;
/** Nobody has documented how Graph writes the link in its list, so the meeting is compared. */
const isSameMeeting = (one: string, other: string) =>
  one === other || (meetingKey(one) !== undefined && meetingKey(one) === meetingKey(other));
/** The other way round; undefined for a resource of another kind. */
function joinUrlIn(resource: string): string | undefined {
  const encoded =
    /^\/?communications\/onlineMeetings\(joinWebUrl='(?<url>[^']+)'\)\/meetingCallEvents$/i.exec(resource);
  try {
    return encoded?.groups?.["url"] && decodeURIComponent(encoded.groups["url"]);
  } catch {
    return undefined;
  }
}
const pathOf = (id: string) => "/subscriptions/" + encodeURIComponent(id);

const subscription = z.object({
  id: z.string().min(1),
  expirationDateTime: z.iso.datetime({ offset: true }),
});

function subscriptionIn(json: unknown): Subscription {
  const read = subscription.safeParse(json);
  // A success that is something else refuses nothing: Graph is in disorder, or somebody in between has answered.
  if (!read.success) throw new CallEventsFault("unavailable", "Graph's answer is not a subscription.");
  return { id: read.data.id, until: new Date(read.data.expirationDateTime) };
}

/** Of a subscription that is not about a meeting, which other programs may have made, nothing need be there. */
const listSchema = z.object({
  value: z.array(
    z
      .object({ id: text.optional(), resource: anyText.optional(), notificationUrl: text.optional() })
      .optional(),
  ),
  ...nextLink,
});

interface Listed extends MeetingSubscription {
  readonly webhook: string | null | undefined;
}

/**
 * This application's subscriptions to what happens in meetings; it may have others, too. With less than all of them, visits
 * would seem to have lost theirs, and would be given others again and again.
 */
async function listed(access: CallEventsAccess): Promise<readonly Listed[]> {
  const found: Listed[] = [];
  const pages = pagesOf({
    base: access.graph + "/beta",
    path: "/subscriptions",
    most: MOST_PAGES,
    read: async (path) => listIn(await ask(access, { method: "GET", path })),
    unless: (cause) => new CallEventsFault("refused", cause.message, { cause }),
  });
  for await (const { value } of pages)
    for (const { id, resource, notificationUrl: webhook } of value.flatMap((one) => one ?? [])) {
      const joinUrl = joinUrlIn(resource ?? "");
      if (joinUrl !== undefined && id !== undefined) found.push({ id, joinUrl, webhook });
    }
  return found;
}

function listIn(json: unknown): z.output<typeof listSchema> {
  try {
    return readMembers(listSchema, json).value;
  } catch (cause) {
    if (!(cause instanceof Unreadable)) throw cause;
    throw new CallEventsFault("unavailable", "Graph's answer is no list of subscriptions.", { cause });
  }
}

async function ask(access: CallEventsAccess, call: GraphCall): Promise<unknown> {
  const deadline = deadlineIn(DEADLINE_MS, access.now());
  return (await callGraph(access, { ...call, version: "beta" }, deadline)).json;
}

/** What the call answers; undefined where it is refused with this status. @throws CallEventsFault for every other refusal */
function unless<T>(status: number, act: () => Promise<T>): Promise<T | undefined> {
  return explained(() =>
    act().catch((error: unknown) => {
      if (error instanceof GraphRefusal && error.status === status) return undefined;
      throw error;
    }),
  );
}

/** @throws CallEventsFault where Graph refuses or does not answer */
async function explained<T>(act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    if (error instanceof GraphUnavailable)
      throw new CallEventsFault("unavailable", error.message, { cause: error });
    if (error instanceof GraphRefusal) throw refused(error);
    throw error;
  }
}

const LIMITS = {
  "limit-of-app-in-tenant": "as many subscriptions as it gives this application in this organization",
  "limit-of-tenant": "as many subscriptions as it gives this organization",
  "limit-of-app": "as many subscriptions as it gives this application",
  limit: "as many subscriptions as it gives",
} as const;

function refused(cause: GraphRefusal): CallEventsFault {
  const { meaning, message } = cause;
  if (meaning === undefined)
    return new CallEventsFault("refused", `Microsoft Graph does not tell who is waiting: ${message}`, {
      cause,
    });
  return meaning === "webhook-not-reached"
    ? new CallEventsFault(
        "not-reached",
        "Microsoft Graph does not reach the connector at its public address: it calls from many addresses, which an edge lets in.",
        { cause },
      )
    : new CallEventsFault("limit", `Microsoft Graph has ${LIMITS[meaning]}.`, { cause, limit: meaning });
}
