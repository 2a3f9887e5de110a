/** Who is let in where, and how much anybody may send there: the router of the portal without a deployment. */
import express from "express";
import { beforeEach, describe, expect, test } from "vitest";
import {
  demand,
  PORTAL_COOKIE,
  portalRouter,
  type Asked,
  type PortalAnswers,
} from "../../../../app/flows/portal/access.ts";
import {
  ADDRESSES,
  isOpenTo,
  portalPath,
  rolesAddress,
  type PortalAddress,
  type PortalPageName,
} from "../../../../app/flows/portal/addresses.ts";
import type { PortalRight } from "../../../../app/domain/portalRights.ts";
import type { FoundSession, PortalSession } from "../../../../app/records/portalSessions.ts";
import { Fault } from "../../../../app/web/fault.ts";
import { hashed, newSecret } from "../../../../app/web/secrets.ts";
import { listening } from "../../../harness/listening.ts";

const session = (
  rights: readonly PortalRight[],
  { isFresh = true, directoryRoles }: { isFresh?: boolean; directoryRoles?: readonly string[] } = {},
): PortalSession => ({
  id: "s",
  rights,
  isFresh,
  administrator: {
    objectId: "o",
    displayName: "Sam",
    userName: "sam@lamna.example",
    appRoles: [],
    ...(directoryRoles && { directoryRoles }),
  },
});
const problemOf = (act: () => unknown): unknown => {
  try {
    act();
    return "let in";
  } catch (error) {
    return error instanceof Fault ? error.problem : error;
  }
};

describe("a right", () => {
  test.each<readonly [string, readonly PortalRight[], readonly PortalRight[], boolean, string]>([
    ["that is held", ["configure"], ["configure"], true, "let in"],
    ["to configure, an hour after the sign-in", ["configure"], ["configure"], false, "let in"],
    ["that is another one", ["report"], ["configure"], true, "role-missing"],
    ["of two that are asked for", ["departments"], ["report", "departments"], true, "let in"],
    ["to decide", ["configure", "decide"], ["decide"], true, "let in"],
    ["to decide, an hour after the sign-in", ["configure", "decide"], ["decide"], false, "sign-in-again"],
    ["to decide, without it", ["configure"], ["decide"], false, "role-missing"],
    ["besides that to decide, an hour later", ["decide", "report"], ["decide", "report"], false, "let in"],
    ["of nobody", [], ["configure", "decide", "report"], true, "role-missing"],
  ])("%s", (_which, rights, needs, isFresh, says) => {
    const told = problemOf(() => {
      demand(session(rights, { isFresh }), needs, "/portal/x?a=b");
    });
    expect(typeof told === "object" ? told : { kind: told, page: "/portal/x?a=b" }).toMatchObject({
      kind: says,
      page: "/portal/x?a=b",
    });
  });

  test.each([
    [undefined, true],
    [[], false],
    [["other"], false],
  ])(
    "that is missing says by which name, and with the directory's roles %j whether they are known",
    (roles, isUnknown) => {
      const told = problemOf(() => {
        demand(session(["report"], roles && { directoryRoles: roles }), ["configure", "decide"], "/portal/x");
      });
      expect(told).toEqual({
        kind: "role-missing",
        needs: ["configure", "decide"],
        rights: ["report"],
        userName: "sam@lamna.example",
        isRoleUnknown: isUnknown,
        page: "/portal/x",
      });
    },
  );
});

describe("an address", () => {
  test("has an id in it as a browser writes it, and only where it takes one", () => {
    expect(portalPath("home")).toBe("/portal");
    expect(portalPath("connection", "a/b c")).toBe("/portal/connections/a%2Fb%20c");
    expect(portalPath("editConnection", "x")).toBe("/portal/connections/x/edit");
    expect(portalPath("audit", "x")).toBe("/portal/audit");
    expect(rolesAddress("/portal/x?a=1")).toBe("/portal/sign-in?account=roles&page=%2Fportal%2Fx%3Fa%3D1");
  });

  test.each<readonly [PortalPageName, readonly PortalRight[], boolean]>([
    ["signIn", [], true],
    ["checks", [], false],
    ["checks", ["report"], false],
    ["checks", ["report", "configure"], true],
    ["reports", ["departments"], true],
    ["operators", ["configure"], false],
  ])("%s is open to %j: %s", (name, rights, is) => {
    expect(isOpenTo(rights, name)).toBe(is);
  });

  test("is there for whoever has one of these rights, by this method, and there is no other", () => {
    const all = (Object.values(ADDRESSES) as PortalAddress[]).map(({ method, path, needs, by }) =>
      [by ?? "session", [needs].flat().join(" or "), method, path === "" ? "/" : path].join(" "),
    );
    expect(all.sort()).toEqual(
      POLICY.flatMap(([who, paths]) => paths.split(/\s+/).map((path) => who + " " + path)).sort(),
    );
    const many = Object.entries(ADDRESSES as Readonly<Record<string, PortalAddress>>);
    expect(many.filter(([, { takes }]) => takes === "each-connection").map(([name]) => name)).toEqual([
      "agreeToTexts",
      "configureTexts",
    ]);
  });
});

/**
 * Who may ask for what, as it was decided, and not as it is made. What is told of somebody, or changes
 * something, is sent by a form, so that no link does it.
 */
const POLICY: readonly (readonly [who: string, paths: string])[] = [
  ["session anybody get", "/sign-in"],
  ["session anybody post", "/sign-out"],
  ["session configure or report or departments or operate get", "/ /help"],
  ["session operate get", "/operators"],
  ["token operate get", "/api/standing"],
  ["token operate post", "/api/canary /api/evidence"],
  ["token report get", "/api/report"],
  ["session configure or departments get", "/visits-at-risk"],
  ["session configure or departments post", "/visits-at-risk/:id"],
  [
    "session report or departments get",
    "/reports /reports/usage /reports/texts /reports/quality /reports/words /reports/allocation",
  ],
  ["session report or departments post", "/reports/visits.csv /reports/allocation.csv"],
  [
    "session decide post",
    `/connections/:id/override /connections/:id/sign-in /approvals/loosen
    /texts/consents /texts/configuration /texts/withdrawal /texts/live`,
  ],
  [
    "session configure get",
    `/set-up /checks /work /audit /privacy /opt-outs /linked-accounts /traces /managers /reports/settings
    /connections /connections.yaml /new-connection
    /connections/:id /connections/:id/edit /connections/:id/remove
    /approvals /approvals/:id /consent /consent/begin
    /integration-records /integration-records/:id /integration-records/:id/text /integration-records/:id/json
    /departments /new-department /departments/:id /departments/:id/edit /departments/:id/remove
    /texts /texts/number /texts/rules /texts/words /texts/live`,
  ],
  [
    "session configure post",
    `/set-up /new-connection /connections/:id/edit /connections/:id/switch /connections/:id/remove
    /approvals/require /approvals/:id/approve /approvals/:id/reject /integration-records/:id/given
    /new-department /departments/:id/edit /departments/:id/try /departments/:id/remove
    /texts/staff /texts/trial /texts/number /texts/number/given-back /texts/verification
    /texts/rules /texts/words /texts/words/preview /managers /managers/:id/remove
    /work/replay /work/discard /audit.csv /audit.json /privacy/appointment /privacy/deletion
    /opt-outs/number /opt-outs/removal /linked-accounts/:id/remove /reports/settings /reports/allocation`,
  ],
];

/** The router alone: each address answers with its name, and what it was given. */
async function router(found: FoundSession) {
  const told: { name?: string; by?: unknown; body?: unknown } = {};
  const answers = Object.fromEntries(
    Object.keys(ADDRESSES).map((name) => [
      name,
      ({ request, response, ...rest }: Asked & { session?: PortalSession; caller?: unknown }) => {
        Object.assign(told, { name, body: request.body as unknown, by: rest });
        response.end("answered");
      },
    ]),
  ) as unknown as PortalAnswers;
  const asked: string[] = [];
  const seen: string[] = [];
  const app = express();
  app.use(
    portalRouter(
      {
        portalSessions: {
          of: (id) => (asked.push(id), Promise.resolve(found)),
          start: () => Promise.reject(new Error("nobody signs in here")),
          end: () => Promise.reject(new Error("nobody signs out here")),
        },
        sessionIds: new WeakMap<express.Request, string>(),
        storeTakesWrites: () => Promise.resolve(true),
        apiCallers: {
          recognize: (token) =>
            token === "down"
              ? Promise.reject(new Error("no keys"))
              : Promise.resolve(
                  token === "good"
                    ? { kind: "application", objectId: "p", appRoles: ["Connector.Operator"] }
                    : "expired",
                ),
        },
      },
      answers,
      [
        (request, _response, next) => {
          seen.push(request.path);
          next();
        },
      ],
    ),
  );
  app.use(((error, _request, response, _next) => {
    const { status = 418 } = error as { status?: number };
    response.status(status).json(error instanceof Fault ? error.problem : String(error));
  }) as express.ErrorRequestHandler);
  const origin = await listening(app);
  const ask = async (path: string, options: RequestInit = {}) => {
    const answer = await fetch(`${origin}/portal${path}`, options);
    return { status: answer.status, headers: answer.headers, text: await answer.text() };
  };
  return { told, asked, seen, ask };
}

const secret = newSecret();
const cookie = { cookie: `${PORTAL_COOKIE.name}=${secret}` };
const form = (fields: Record<string, string>) => ({
  method: "POST",
  headers: { ...cookie, "content-type": "application/x-www-form-urlencoded" },
  body: new URLSearchParams(fields).toString(),
});
const fields = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_none, index) => ["f" + String(index), "1"]));

describe("somebody with every right", () => {
  const all = session(["configure", "decide", "report", "departments", "operate"]);
  let portal: Awaited<ReturnType<typeof router>>;
  beforeEach(async () => {
    portal = await router(all);
  });

  test("is told what became of their form by the page to which it led, and by no form", async () => {
    const { ask, told } = portal;
    for (const [query, done] of [
      ["?done", "done"],
      ["?search=x&waits", "waits"],
      ["?said=done", undefined],
    ] as const) {
      await ask("/connections" + query, { headers: cookie });
      expect([query, (told.by as { session: PortalSession }).session.done]).toEqual([query, done]);
    }
    await ask("/work/replay?done", form({}));
    expect((told.by as { session: PortalSession }).session.done).toBeUndefined();
  });

  test("is found by the hash of the cookie, is counted first, and gets what nobody keeps", async () => {
    const { ask, told, asked, seen } = portal;
    const page = await ask("/checks", { headers: cookie });
    expect([page.status, page.text, page.headers.get("cache-control")]).toEqual([
      200,
      "answered",
      "no-store",
    ]);
    expect([told.name, told.by, asked, seen]).toEqual([
      "checks",
      { session: all },
      [hashed(secret)],
      ["/portal/checks"],
    ]);
  });

  test.each([
    ["/texts/rules", 1_000, 200],
    ["/texts/rules", 1_001, 413],
    ["/texts/consents", 1_001, 200],
    ["/texts/consents", 6_000, 200],
    ["/texts/consents", 6_001, 413],
    ["/texts/configuration", 6_000, 200],
  ])("sends %s %i fields: %i", async (path, count, status) => {
    expect((await portal.ask(path, form(fields(count)))).status).toBe(status);
  });

  test.each([
    ["/texts/rules", 64, 200],
    ["/texts/rules", 65, 413],
    ["/texts/consents", 65, 200],
    ["/texts/consents", 512, 200],
    ["/texts/consents", 513, 413],
  ])("sends %s %i KiB: %i", async (path, kilobytes, status) => {
    expect((await portal.ask(path, form({ a: "x".repeat(kilobytes * 1024 - 2) }))).status).toBe(status);
  });

  test("sends a form whose names are names, whatever they look like", async () => {
    const { ask, told } = portal;
    await ask("/texts/rules", form({ "a[b]": "1", "c.d": "2" }));
    expect({ ...(told.body as object) }).toEqual({ "a[b]": "1", "c.d": "2" });
  });

  test.each([
    ["a", 200],
    ["-", 200],
    ["a.b-c_D9", 200],
    ["x".repeat(64), 200],
    ["x".repeat(65), 418],
    [".a", 418],
    ["a~", 418],
    ["a%20b", 418],
  ])("asks for the id %s: %i", async (id, status) => {
    const page = await portal.ask("/connections/" + id, { headers: cookie });
    expect([page.status, status === 200 ? "answered" : '{"kind":"not-found"}']).toEqual([status, page.text]);
  });
});

test("nobody is told what there is before they are let in", async () => {
  const { ask } = await router("none");
  const page = await ask("/connections/" + "x".repeat(65), { headers: cookie });
  expect(JSON.parse(page.text)).toMatchObject({ kind: "signed-out" });
});

test.each(["none", "idle"] as const)(
  "whose session is %s comes back to the page that was asked for; a form leads to the start page",
  async (found) => {
    const { ask } = await router(found);
    const kind = found === "idle" ? "session-idle" : "signed-out";
    const page = await ask("/audit?action=x&y=1", { headers: cookie });
    expect(JSON.parse(page.text)).toEqual({ kind, page: "/portal/audit?action=x&y=1" });
    // The cookie stays: the session is good again where only a clock was ahead.
    expect(page.headers.get("set-cookie")).toBeNull();
    expect(JSON.parse((await ask("/work/replay", form({}))).text)).toEqual({ kind, page: "/portal" });
  },
);

test("without a cookie the store is not asked", async () => {
  const { ask, asked } = await router(session(["configure"]));
  expect(JSON.parse((await ask("/checks")).text)).toMatchObject({ kind: "signed-out" });
  expect(asked).toEqual([]);
  await ask("/sign-in", { headers: cookie });
  expect(asked).toEqual([]);
});

describe("an address of the release before", () => {
  const all = session(["configure", "decide", "report", "departments", "operate"]);

  test.each([
    ["", "/portal/linked-accounts"],
    ["?after=x&y=1", "/portal/linked-accounts?after=x&y=1"],
  ])("leads to where its page is now: /staff-links%s", async (query, to) => {
    const { ask, told } = await router(all);
    const led = await ask("/staff-links" + query, { headers: cookie, redirect: "manual" });
    expect([led.status, led.headers.get("location"), told.name]).toEqual([302, to, undefined]);
  });

  test("takes its forms as before, and stands for no other address", async () => {
    const { ask, told } = await router(all);
    expect((await ask("/staff-links/x/remove", form({ a: "1" }))).status).toBe(200);
    expect([told.name, { ...(told.body as object) }]).toEqual(["removeLinkedAccount", { a: "1" }]);
    for (const path of ["/staff-linksx", "/x/staff-links"])
      expect((await ask(path, { headers: cookie, redirect: "manual" })).status, path).toBe(404);
  });
});

describe("a program", () => {
  const post = (token: string, body = "{}") => ({
    method: "POST",
    headers: { authorization: token, "content-type": "application/json", ...cookie, accept: "text/html" },
    body,
  });

  test("with a token that counts is let in, and its JSON is read", async () => {
    const { ask, told, asked } = await router(session(["configure"]));
    for (const token of ["Bearer good", "bearer   good"]) {
      const answer = await ask("/api/evidence", post(token, '{"a":{"b":1}}'));
      expect([answer.status, answer.headers.get("cache-control")]).toEqual([200, "no-store"]);
      expect([told.body, told.by]).toEqual([
        { a: { b: 1 } },
        { caller: { kind: "application", objectId: "p", appRoles: ["Connector.Operator"] } },
      ]);
    }
    expect(asked).toEqual([]);
    expect((await ask("/api/evidence", post("Bearer good", '"' + "x".repeat(64 * 1024) + '"'))).status).toBe(
      413,
    );
  });

  test.each([
    ["", "Bearer", { kind: "token-missing" }],
    ["Basic good", "Bearer", { kind: "token-missing" }],
    ["Bearer", "Bearer", { kind: "token-missing" }],
    ["Bearer good more", "Bearer", { kind: "token-missing" }],
    ["No Bearer good", "Bearer", { kind: "token-missing" }],
    ["Bearer old", 'Bearer error="invalid_token"', { kind: "token-refused", why: "expired" }],
    ["Bearer down", null, { kind: "directory-failing" }],
  ])("that shows %j is asked by %j", async (token, authenticate, problem) => {
    const { ask } = await router(session(["configure", "operate"]));
    const answer = await ask("/api/canary", post(token));
    expect([answer.headers.get("www-authenticate"), JSON.parse(answer.text)]).toEqual([
      authenticate,
      problem,
    ]);
  });

  test("whose roles are for something else is told which ones count", async () => {
    const { ask } = await router(session(["configure", "report"]));
    const answer = await ask("/api/report", { headers: { authorization: "Bearer good" } });
    expect(JSON.parse(answer.text)).toEqual({ kind: "caller-role-missing", needs: ["report"] });
  });
});
