/**
 * Cookies of people who sign in. Each is valid for one path. None carries meaning, only a secret (secrets.ts) that proves
 * that this is the browser that began.
 */
import type { CookieOptions, Request, Response } from "express";
import { SECURE_PREFIX } from "../domain/opaqueNames.ts";
import { isSecret } from "./secrets.ts";

export interface Cookie {
  readonly name: string;
  readonly path: string;
  /** Absent for a cookie that the browser forgets when it is closed. */
  readonly maxAgeSeconds?: number;
}

/**
 * The name of one of several cookies at once: a beginning, and the start of a hash in hexadecimal digits. In base64url some
 * names would have `0x` in them, which firewalls take for encoded SQL, and no firewall of Azure's can leave names out:
 * https://learn.microsoft.com/azure/web-application-firewall/afds/waf-front-door-exclusion
 */
export const nameOfOne = (beginning: string, hash: string): string =>
  beginning + Buffer.from(hash, "base64url").toString("hex").slice(0, 12);

export function setCookie(response: Response, cookie: Cookie, value: string): void {
  response.cookie(named(response.req, cookie), value, {
    ...options(response.req, cookie),
    ...(cookie.maxAgeSeconds !== undefined && { maxAge: cookie.maxAgeSeconds * 1000 }),
  });
}

export function clearCookie(response: Response, cookie: Cookie): void {
  response.clearCookie(named(response.req, cookie), options(response.req, cookie));
}

/**
 * The cookie's value; undefined also for a value that no cookie of ours can have, so that the store is not asked about it.
 */
export function readCookie(request: Request, cookie: Cookie): string | undefined {
  const name = named(request, cookie) + "=";
  const pair = (request.headers.cookie ?? "").split("; ").find((part) => part.startsWith(name));
  const value = pair?.slice(name.length);
  return value !== undefined && isSecret(value) ? value : undefined;
}

/** `sameSite` is lax, because the way back from a sign-in on another site is a top-level GET. */
function options(request: Request, cookie: Cookie): CookieOptions {
  return { httpOnly: true, sameSite: "lax", path: cookie.path, secure: request.secure };
}

/** The prefix makes browsers refuse such a cookie over plain http. */
function named(request: Request, cookie: Cookie): string {
  return (request.secure ? SECURE_PREFIX : "") + cookie.name;
}
