/** Who is signed in to PowerChart in which browser. The authorize page uses it too, which makes single sign-on. */
import type { Request, Response } from "express";
import { randomUUID } from "node:crypto";

export interface Session {
  readonly tenant: string;
  readonly practitionerId: string;
}

export interface PowerChart {
  session(request: Request): Session | undefined;
  signIn(response: Response, tenant: string, practitionerId: string): void;
  signOut(request: Request, response: Response): void;
}

// Cookies are shared by all ports, so the other stand-ins on localhost receive this one too.
const COOKIE = "oracle_powerchart";

export function openPowerChart(): PowerChart {
  const sessions = new Map<string, Session>();
  return {
    session: (request) => sessions.get(cookieOf(request)),
    signIn: (response, tenant, practitionerId) => {
      const id = randomUUID();
      sessions.set(id, { tenant, practitionerId });
      response.cookie(COOKIE, id, { httpOnly: true, sameSite: "lax", path: "/" });
    },
    signOut: (request, response) => {
      sessions.delete(cookieOf(request));
      response.clearCookie(COOKIE, { path: "/" });
    },
  };
}

function cookieOf(request: Request): string {
  const pairs = (request.headers.cookie ?? "").split(";").map((pair) => pair.trim());
  return pairs.find((pair) => pair.startsWith(`${COOKIE}=`))?.slice(COOKIE.length + 1) ?? "";
}
