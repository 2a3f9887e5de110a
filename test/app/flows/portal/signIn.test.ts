/** How a sign-in to the portal begins and ends, for every answer of Microsoft's: what is begun, ended, told and refused. */
import type { Request, Response } from "express";
import { describe, expect, test } from "vitest";
import { beginSignIn, endSignIn } from "../../../../app/flows/portal/signIn.ts";
import { isRefusal, signInTrail, type SignInTrail } from "../../../../app/flows/portal/signInTrail.ts";
import { PORTAL_COOKIE } from "../../../../app/flows/portal/access.ts";
import { jsonLog } from "../../../../app/log.ts";
import type { Audit, Entry } from "../../../../app/records/audit.ts";
import type { Administrator } from "../../../../app/records/portalSessions.ts";
import { StaffSignInFault } from "../../../../app/ports/staffSignIn.ts";
import { Fault } from "../../../../app/web/fault.ts";
import type { MicrosoftSignIn, SignInAnswer } from "../../../../app/web/microsoftSignIn.ts";
import { hashed, newSecret } from "../../../../app/web/secrets.ts";

const request = (url: string, cookie?: string) =>
  ({ originalUrl: url, headers: { cookie }, secure: true }) as unknown as Request;
const caught = async (act: Promise<unknown>): Promise<unknown> =>
  act.then(
    () => "nothing",
    (error: unknown) => error,
  );

describe("a sign-in begins", () => {
  const begun = async (query: string, failure?: Error) => {
    const asked: unknown[] = [];
    const signIn = {
      begin: (_response: Response, ...rest: unknown[]) => {
        asked.push(...rest);
        return failure === undefined ? Promise.resolve() : Promise.reject(failure);
      },
    } as unknown as MicrosoftSignIn;
    const response = {} as unknown as Response;
    const error = await caught(
      beginSignIn(signIn, { request: request("/portal/sign-in" + query), response }),
    );
    return { asked, error };
  };

  test.each([
    ["", "/portal", "none"],
    ["?account=other", "/portal", "select"],
    ["?account=again&page=/portal/audit", "/portal/audit", "again"],
    [
      "?account=roles&page=" + encodeURIComponent("/portal/a?b=c%20d&e=f.g-h"),
      "/portal/a?b=c%20d&e=f.g-h",
      "roles",
    ],
    ["?account=constructor", "/portal", "none"],
    ["?page=/portal", "/portal", "none"],
    ["?page=/portal/", "/portal/", "none"],
    ["?page=/portal?a=1", "/portal?a=1", "none"],
    ["?page=/portal/a-b/c.d_9", "/portal/a-b/c.d_9", "none"],
    ["?page=/portal/../visits", "/portal", "none"],
    ["?page=/portal/a..b", "/portal", "none"],
    ["?page=/portal/a//b", "/portal", "none"],
    ["?page=/portal/a?b//c", "/portal", "none"],
    ["?page=/portal/a:b", "/portal", "none"],
    ["?page=x/portal", "/portal", "none"],
    ["?page=/portal/a%23b", "/portal", "none"],
    ["?page=/portal/a?b?c", "/portal", "none"],
  ])("by %j for the page %s, with the prompt %s", async (query, page, prompt) => {
    expect(await begun(query)).toEqual({ asked: ["portal", { page, prompt }], error: "nothing" });
  });

  test("by no Microsoft that cannot be asked, which is told with the page to come back to", async () => {
    const cause = new StaffSignInFault("unavailable", "no metadata");
    const { error } = await begun("?page=/portal/audit", cause);
    expect(error).toMatchObject({
      problem: { kind: "sign-in-failed", page: "/portal/audit", why: "unavailable" },
      cause,
    });
    const bug = new Error("a bug");
    expect((await begun("", bug)).error).toBe(bug);
  });
});

const ADMINISTRATOR = {
  objectId: "o",
  displayName: "Sam",
  userName: "sam@lamna.example",
  appRoles: ["Connector.Admin"],
};
const begun = { page: "/portal/audit", prompt: "none" } as const;
const signedIn = { kind: "signed-in", account: { ...ADMINISTRATOR, isProvenMember: true }, begun } as const;

/** Ends a sign-in. @returns what happened, in order */
async function ended(
  answer: SignInAnswer<"portal">,
  { cookie, fails }: { cookie?: string; fails?: "trail" } = {},
) {
  const done: unknown[] = [];
  const trail: SignInTrail = {
    letIn: (who) => {
      done.push(["let in", who]);
      return fails === "trail" ? Promise.reject(new Error("the store is down")) : Promise.resolve();
    },
    refused: (why) => Promise.resolve(void done.push(["refused", why])),
  };
  const portalSessions = {
    start: (id: string, who: Administrator) => Promise.resolve(void done.push(["session", id, who])),
    end: (id: string) => Promise.resolve(void done.push(["ended", id])),
    of: () => Promise.resolve("none" as const),
  };
  const asked = request("/signin/callback", cookie);
  let secret = "";
  const response = {
    req: asked,
    cookie: (name: string, value: string, options: object) => {
      secret = value;
      done.push(["cookie", name, options]);
    },
    redirect: (...to: unknown[]) => void done.push(["to", ...to]),
  } as unknown as Response;
  const logged: string[] = [];
  const log = jsonLog(
    (line) => logged.push((JSON.parse(line) as { event: string }).event),
    () => new Date(0),
  );
  const error = await caught(endSignIn({ portalSessions, trail, log }, answer, { request: asked, response }));
  return { done, error, secret, logged };
}

describe("a sign-in ends", () => {
  test("with a session under the hash of a new secret, after it was told", async () => {
    const { done, error, secret, logged } = await ended(signedIn);
    expect([error, done, logged]).toEqual([
      "nothing",
      [
        ["let in", ADMINISTRATOR],
        ["session", hashed(secret), ADMINISTRATOR],
        [
          "cookie",
          "__Secure-portal",
          { httpOnly: true, sameSite: "lax", path: PORTAL_COOKIE.path, secure: true },
        ],
        ["to", 303, "/portal/audit"],
      ],
      ["portal.signed_in"],
    ]);
  });

  test("with the end of the session that this browser had", async () => {
    const before = newSecret();
    const { done } = await ended(signedIn, { cookie: "__Secure-portal=" + before });
    expect(done.slice(0, 2)).toEqual([
      ["let in", ADMINISTRATOR],
      ["ended", hashed(before)],
    ]);
  });

  test("with nobody let in whose sign-in could not be told", async () => {
    const { done, error } = await ended(signedIn, {
      fails: "trail",
      cookie: "__Secure-portal=" + newSecret(),
    });
    expect([done, String(error)]).toEqual([[["let in", ADMINISTRATOR]], "Error: the store is down"]);
  });

  const failed = (reason: StaffSignInFault["reason"]) =>
    ({ kind: "failed", fault: new StaffSignInFault(reason, "m"), begun }) as const;
  const page = begun.page;
  test.each<readonly [string, SignInAnswer<"portal">, object, boolean]>([
    [
      "that is not proven a member's",
      { ...signedIn, account: { ...signedIn.account, isProvenMember: false } },
      { kind: "account-unproven" },
      true,
    ],
    ["that is a guest's", { kind: "not-a-members", whose: "guest", begun }, { kind: "account-guest" }, true],
    [
      "that is a department's",
      { kind: "not-a-members", whose: "organizer", begun },
      { kind: "account-organizer" },
      true,
    ],
    ["of another organization", failed("other-tenant"), { kind: "account-other-tenant" }, true],
    ["that proves nothing", failed("invalid"), { kind: "sign-in-failed", page, why: "invalid" }, true],
    [
      "that Microsoft cannot prove now",
      failed("unavailable"),
      { kind: "sign-in-failed", page, why: "unavailable" },
      true,
    ],
    ["that was not given", failed("declined"), { kind: "sign-in-cancelled", page }, false],
    [
      "whose directory roles nobody lets the portal read",
      {
        kind: "failed",
        fault: new StaffSignInFault("registration", "no consent", { code: "AADSTS90094" }),
        begun: { page, prompt: "roles" },
      },
      { kind: "roles-not-read", page },
      false,
    ],
    [
      "of somebody who declined that",
      { ...failed("declined"), begun: { page, prompt: "roles" } },
      { kind: "roles-not-read", page },
      false,
    ],
    ["of nobody who began", { kind: "unknown" }, { kind: "sign-in-late" }, false],
    ["that was used", { kind: "used" }, { kind: "sign-in-used" }, false],
    ["of another browser", { kind: "other-browser" }, { kind: "sign-in-other-browser" }, true],
  ])("with no session for an account %s", async (_which, answer, problem, isTold) => {
    const { done, error } = await ended(answer);
    expect(error).toMatchObject({ problem });
    const { kind } = problem as { readonly kind: string };
    expect(done).toEqual(isTold ? [["refused", kind]] : []);
    expect(isRefusal(kind)).toBe(isTold);
    const isPersons = ["sign-in-cancelled", "roles-not-read"].includes(kind);
    const fault = answer.kind === "failed" && !isPersons ? answer.fault : undefined;
    expect(error instanceof Fault && error.cause).toBe(fault);
  });
});

describe("the trail of sign-ins", () => {
  const HOUR_MS = 3_600_000;
  function opened() {
    let time = Date.UTC(2026, 10, 28);
    let isDown = false;
    const written: Entry[] = [];
    const logged: string[] = [];
    const audit = {
      async commit(plan: () => Promise<{ writes: unknown[]; entries: readonly Entry[] }>) {
        if (isDown) throw new Error("the store is down");
        const { writes, entries } = await plan();
        expect(writes).toEqual([]);
        written.push(...entries);
      },
    } as unknown as Audit;
    const now = () => new Date(time);
    const log = jsonLog((line) => logged.push((JSON.parse(line) as { event: string }).event), now);
    return {
      written,
      logged,
      trail: signInTrail({ audit, log, now }),
      forward: (milliseconds: number) => void (time += milliseconds),
      down: (is: boolean) => void (isDown = is),
    };
  }
  const told = (changes: Entry["changes"]): Entry => ({
    actor: { kind: "program", name: "portal" },
    action: "portal.sign-in-refused",
    object: { kind: "portal" },
    changes,
  });

  test.each([
    [
      ["Connector.Admin", "Something.Else", "Connector.Operator"],
      undefined,
      "Connector.Admin, Connector.Operator",
    ],
    [
      ["Connector.ReportReader"],
      ["62e90394-69f5-4237-9190-012177145e10"],
      "Global Administrator, Connector.ReportReader",
    ],
    [[], ["other", "62e90394-69f5-4237-9190-012177145e10"], "Global Administrator"],
  ])("names of %j and the directory's %j the roles that count", async (appRoles, directoryRoles, roles) => {
    const { trail, written } = opened();
    await trail.letIn({ ...ADMINISTRATOR, appRoles, ...(directoryRoles && { directoryRoles }) });
    expect(written).toEqual([
      {
        actor: { kind: "person", objectId: "o" },
        action: "portal.signed-in",
        object: { kind: "portal" },
        changes: [{ member: "roles", to: roles }],
      },
    ]);
  });

  test("has somebody without roles as refused", async () => {
    const { trail, written } = opened();
    await trail.letIn({ ...ADMINISTRATOR, appRoles: ["Something.Else"], directoryRoles: ["other"] });
    expect(written).toEqual([told([{ member: "reason", to: "role-missing" }])]);
  });

  test("has each reason once an hour, and then how often it was met", async () => {
    const { trail, written, forward } = opened();
    await trail.refused("account-guest");
    forward(HOUR_MS - 1);
    await trail.refused("account-guest");
    await trail.refused("sign-in-failed");
    forward(1);
    await trail.refused("account-guest");
    forward(HOUR_MS);
    await trail.refused("account-guest");
    const guest = { member: "reason", to: "account-guest" };
    expect(written).toEqual([
      told([guest]),
      told([{ member: "reason", to: "sign-in-failed" }]),
      told([guest, { member: "not told since the last", to: "1" }]),
      told([guest]),
    ]);
  });

  test("that cannot be written refuses all the same, and the log says so; a letting in fails", async () => {
    const { trail, written, logged, down } = opened();
    down(true);
    await trail.refused("account-guest");
    expect([written, logged]).toEqual([[], ["audit.not_written"]]);
    await expect(trail.letIn(ADMINISTRATOR)).rejects.toThrow("the store is down");
  });
});
