/** The clinician's session of one launch, by the address that names the launch and the cookie that proves the browser. */
import { randomBytes } from "node:crypto";
import type { Request, Response } from "express";
import { visitPath } from "../../domain/addresses.ts";
import { SESSION_SECONDS, SessionOver, type Session, type SessionContent } from "../../records/sessions.ts";
import { readCookie, setCookie, type Cookie } from "../../web/cookies.ts";
import { hashed, newSecret } from "../../web/secrets.ts";
import type { ProviderPicks } from "./parts.ts";

/** Good for the pages of one launch, so two open charts never meet. */
export const visitCookie = (launchId: string): Cookie => ({
  name: "visit",
  path: visitPath(launchId),
  maxAgeSeconds: SESSION_SECONDS,
});

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

/** The session of the launch that the address names, for the browser that holds its cookie. @throws SessionOver */
export async function sessionOf(
  { sessions }: Pick<ProviderPicks, "sessions">,
  request: Request,
): Promise<Session> {
  const { launch } = request.params;
  const launchId = typeof launch === "string" ? launch : "";
  const secret = readCookie(request, visitCookie(launchId));
  if (secret === undefined) throw new SessionOver("the browser sent no cookie for this launch");
  const session = await sessions.byId(hashed(secret));
  if (session.launchId !== launchId) throw new SessionOver("the cookie is another launch's");
  return session;
}

/** 128 random bits, base64url: part of an address, proves nothing. */
const newLaunchId = (): string => randomBytes(16).toString("base64url");
