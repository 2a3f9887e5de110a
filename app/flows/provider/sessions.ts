/** A launch that succeeded: what the clinician's pages of this one chart need, sealed, for eight hours. */
import { z } from "zod";
import type { Request } from "express";
import { Fault } from "../../web/fault.ts";
import type { ConfiguredConnection } from "../../domain/hospital.ts";
import { SealBroken } from "../../ports/keyring.ts";
import { StoreConflict, type Stored } from "../../ports/store.ts";
import { readCookie, SESSION_SECONDS, visitCookie } from "./cookies.ts";
import type { LaunchDeps } from "./deps.ts";
import { hashed, newLaunchId, newSecret } from "./secrets.ts";

const grantSchema = z.object({
  accessToken: z.string(),
  refreshToken: z.string().exactOptional(),
  obtainedAt: z.number(),
  expiresAt: z.number(),
  fhirUser: z.string(),
  patient: z.string().exactOptional(),
  encounter: z.string().exactOptional(),
  needPatientBanner: z.boolean(),
});

/** Where in the chart the clinician is: decided by the chart or by their choice, and then kept for this launch. */
const placeSchema = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("appointment"), appointmentId: z.string() }),
  z.object({ kind: z.literal("consult"), departmentId: z.string(), start: z.number() }),
]);
export type Place = z.output<typeof placeSchema>;

const contentSchema = z.object({
  grant: grantSchema,
  place: placeSchema.exactOptional(),
  /** A Microsoft account that has signed in and waits for the clinician's yes. Gone with the answer. */
  proposed: z.object({ objectId: z.string(), displayName: z.string(), userName: z.string() }).exactOptional(),
});
type Content = z.output<typeof contentSchema>;

export interface Session extends Content {
  readonly id: string;
  readonly launchId: string;
  readonly connection: ConfiguredConnection;
  readonly etag: string;
  readonly expiresAt: Date;
}

const bodySchema = z.object({ launchId: z.string(), connectionId: z.string(), sealed: z.string() });

/** A new launch id for the address and a new secret for the cookie of that address. */
export async function startSession(
  deps: LaunchDeps,
  connection: ConfiguredConnection,
  content: Content,
): Promise<{ readonly launchId: string; readonly secret: string }> {
  const secret = newSecret();
  const id = hashed(secret);
  const launchId = newLaunchId();
  const expiresAt = new Date(deps.now().getTime() + SESSION_SECONDS * 1000);
  await deps.store.create(
    "sessions",
    itemOf(deps, { id, launchId, connectionId: connection.id, expiresAt }, content),
  );
  return { launchId, secret };
}

/** The session of the launch that the address names, for the browser that holds its cookie. @throws Fault session-over */
export async function sessionOf(deps: LaunchDeps, request: Request, launchId: string): Promise<Session> {
  const secret = readCookie(request, visitCookie(launchId));
  if (secret === undefined) throw new Fault({ kind: "session-over" });
  const session = await sessionById(deps, hashed(secret));
  if (session.launchId !== launchId) throw new Fault({ kind: "session-over" });
  return session;
}

export async function sessionById(deps: LaunchDeps, id: string): Promise<Session> {
  const stored = await deps.store.read("sessions", id, id);
  if (stored === undefined) throw new Fault({ kind: "session-over" });
  return opened(deps, stored);
}

async function opened(deps: LaunchDeps, stored: Stored): Promise<Session> {
  const body = bodySchema.parse(stored.body);
  const connection = await deps.hospital.connection(body.connectionId);
  if (connection === undefined || stored.expiresAt === undefined) throw new Fault({ kind: "session-over" });
  const { id, etag, expiresAt } = stored;
  return { ...content(deps, id, body.sealed), id, etag, expiresAt, launchId: body.launchId, connection };
}

function content(deps: LaunchDeps, id: string, sealed: string): Content {
  try {
    return contentSchema.parse(JSON.parse(deps.keyring.open("session " + id, sealed)));
  } catch (error) {
    if (error instanceof SealBroken) throw new Fault({ kind: "session-over" }, { cause: error });
    throw error;
  }
}

const TRIES = 5;

/** Changes the session; when another request of the same page was quicker, once more on what that one wrote. */
export async function changeSession(
  deps: LaunchDeps,
  session: Session,
  edit: (content: Content) => Content,
): Promise<Session> {
  let current = session;
  for (let attempt = 1; ; attempt++) {
    const changed = edit(contentSchema.parse(current));
    const { id, launchId, connection, expiresAt } = current;
    try {
      const item = itemOf(deps, { id, launchId, connectionId: connection.id, expiresAt }, changed);
      return await opened(deps, await deps.store.replace("sessions", item, current.etag));
    } catch (error) {
      if (!(error instanceof StoreConflict) || attempt === TRIES) throw error;
      current = await sessionById(deps, id);
    }
  }
}

interface Envelope {
  readonly id: string;
  readonly launchId: string;
  readonly connectionId: string;
  readonly expiresAt: Date;
}

function itemOf(deps: LaunchDeps, envelope: Envelope, session: Content) {
  const { id, launchId, connectionId, expiresAt } = envelope;
  const sealed = deps.keyring.seal("session " + id, JSON.stringify(session));
  return { partition: id, id, body: { launchId, connectionId, sealed }, expiresAt };
}
