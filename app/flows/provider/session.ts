/** The clinician's session of one launch: the address names the launch, and the cookie proves the browser. */
import { randomBytes } from "node:crypto";
import type { Request, Response } from "express";
import { LAUNCH_ID, visitPath } from "../../domain/addresses.ts";
import { isIdle } from "../../domain/idle.ts";
import { COOKIES } from "../../domain/opaqueNames.ts";
import { SessionOver, type Session, type SessionContent } from "../../records/sessions.ts";
import { isNotToBeHad } from "../../records/record.ts";
import { clearCookie, readCookie, setCookie, type Cookie } from "../../web/cookies.ts";
import { hashed, newSecret } from "../../web/secrets.ts";
import { keptOf } from "./kept.ts";
import type { ProviderParts, ProviderPicks } from "./parts.ts";
import { fault } from "./problems.ts";

/**
 * The cookie for the pages of one launch, so that two open charts are never mixed up. It ends with the browser, because
 * workstations are shared.
 */
export const visitCookie = (launchId: string): Cookie => ({ name: COOKIES.visit, path: visitPath(launchId) });

/** A new launch id for the address, and a new secret for the cookie of that address. */
export async function startSession(
  { sessions }: Pick<ProviderPicks, "sessions">,
  response: Response,
  connection: Session["connection"],
  content: SessionContent,
): Promise<{ readonly launchId: string }> {
  const secret = newSecret();
  const launchId = newLaunchId();
  await sessions.start({ id: hashed(secret), launchId, connection }, content);
  setCookie(response, visitCookie(launchId), secret);
  return { launchId };
}

/**
 * The session of the launch that the address names, for the browser that holds its cookie. A page that was left alone is
 * closed; every request of a person counts as use.
 * @throws SessionOver, Fault session-idle
 */
export async function sessionOf(
  parts: Pick<ProviderParts, "sessions" | "sessionsOf" | "traces" | "visits" | "now" | "log">,
  request: Request,
): Promise<Session> {
  const session = await unusedSessionOf(parts, request);
  await unlessStoreFails(parts, () => parts.sessions.seen(session));
  return session;
}

/**
 * The same for requests that the page makes by itself, which do not count as use.
 * @throws SessionOver, Fault session-idle
 */
export async function unusedSessionOf(
  parts: Pick<ProviderParts, "sessions" | "sessionsOf" | "traces" | "visits" | "now" | "log">,
  request: Request,
): Promise<Session> {
  const session = await cookieSession(parts, request);
  parts.traces.about({ connection: session.connection.id, launch: session.launchId });
  await unlessIdle(parts, session);
  parts.sessionsOf.set(request, session);
  return session;
}

/**
 * The same without a request, for a stream that goes on after its own.
 * @throws SessionOver, Fault session-idle
 */
export async function unusedSession(
  parts: Pick<ProviderParts, "sessions" | "visits" | "now" | "log">,
  { id, launchId }: Pick<Session, "id" | "launchId">,
): Promise<Session> {
  const session = await ofLaunch(parts, id, launchId);
  await unlessIdle(parts, session);
  return session;
}

/**
 * A page that was left alone is closed for good by a note, and by nothing that a right clock could not take back: the note
 * of a clock that is ahead closes nothing once the clock is right. See decisions/0073.
 */
async function unlessIdle(
  parts: Pick<ProviderParts, "sessions" | "visits" | "now" | "log">,
  session: Session,
): Promise<void> {
  const now = parts.now();
  const { seenAt, leftAt } = session;
  if (leftAt !== undefined && leftAt <= now) throw fault({ kind: "session-idle" });
  // Asked twice, because a visit is looked up only where the time alone would close the page.
  if (!isIdle(seenAt, undefined, now) || !isIdle(seenAt, await keptOf(parts, session), now)) return;
  // Where the last use lies in the future, one of two clocks was wrong, and nobody knows which.
  if (seenAt <= now) await unlessStoreFails(parts, () => parts.sessions.leave(session));
  throw fault({ kind: "session-idle" });
}

/**
 * Logs that the store fails, or has something else there, so that a side note that cannot be kept does not cost anybody the
 * page, and no deed is said not to have been done because of it.
 * @returns whether it was kept
 */
export async function unlessStoreFails(
  { log }: Pick<ProviderPicks, "log">,
  note: () => Promise<unknown>,
): Promise<boolean> {
  try {
    await note();
    return true;
  } catch (error) {
    if (!isNotToBeHad(error)) throw error;
    log.error("session.not_noted", error);
    return false;
  }
}

/** Signs the person out. Undefined for somebody who is signed out already. */
export async function endSession(
  parts: Pick<ProviderPicks, "sessions" | "log">,
  request: Request,
  response: Response,
): Promise<Session | undefined> {
  const session = await cookieSession(parts, request).catch((error: unknown) => {
    if (error instanceof SessionOver) return undefined;
    throw error;
  });
  if (session !== undefined) {
    await parts.sessions.end(session.id);
    parts.log.info("session.ended", { connection: session.connection.id });
  }
  clearCookie(response, visitCookie(launchOf(request)));
  return session;
}

async function cookieSession(parts: Pick<ProviderPicks, "sessions">, request: Request): Promise<Session> {
  const launchId = launchOf(request);
  const secret = readCookie(request, visitCookie(launchId));
  if (secret === undefined) throw new SessionOver("the browser sent no cookie for this launch");
  return ofLaunch(parts, hashed(secret), launchId);
}

async function ofLaunch(
  { sessions }: Pick<ProviderPicks, "sessions">,
  id: string,
  launchId: string,
): Promise<Session> {
  const session = await sessions.byId(id);
  if (session.launchId !== launchId) throw new SessionOver("the cookie is another launch's");
  return session;
}

/** The launch that the address names; where it names none, a text that no launch has as its id. */
const launchOf = ({ params: { launch } }: Request): string => String(launch);

/** 128 random bits in base64url: part of an address, and no proof of anything. */
const newLaunchId = (): string => randomBytes(16).toString("base64url");

export const isLaunchId = (text: string | undefined): text is string =>
  new RegExp(`^${LAUNCH_ID}$`).test(String(text));
