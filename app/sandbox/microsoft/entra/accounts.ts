/** Which account each browser is signed in with. Sign-ins last as long as the stand-in runs. */
import { randomBytes } from "node:crypto";
import type { Request, Response } from "express";
import type { SandboxPerson } from "../people.ts";

export interface Accounts {
  signedIn(request: Request): SandboxPerson | undefined;
  signIn(response: Response, person: SandboxPerson): void;
  signOut(request: Request, response: Response): void;
  /** The account with this object id or sign-in name. */
  find(account: unknown): SandboxPerson | undefined;
}

// Cookies are shared by all ports of a host, so the name says which site the cookie belongs to.
const COOKIE = "microsoft_account";

export function accounts(people: readonly SandboxPerson[]): Accounts {
  const sessions = new Map<string, SandboxPerson>();
  return {
    signedIn: (request) => sessions.get(cookie(request, COOKIE) ?? ""),
    signIn: (response, person) => {
      const session = randomBytes(24).toString("base64url");
      sessions.set(session, person);
      response.cookie(COOKIE, session, { httpOnly: true, sameSite: "lax", path: "/" });
    },
    signOut: (request, response) => {
      sessions.delete(cookie(request, COOKIE) ?? "");
      response.clearCookie(COOKIE, { path: "/" });
    },
    find: (account) => people.find(({ oid, userName }) => account === oid || account === userName),
  };
}

export function cookie(request: Request, name: string): string | undefined {
  for (const pair of (request.headers.cookie ?? "").split(/; */)) {
    const at = pair.indexOf("=");
    if (pair.slice(0, at) === name) return pair.slice(at + 1);
  }
  return undefined;
}
