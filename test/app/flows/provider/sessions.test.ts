/** The session of one launch: who holds it, when it counts as left alone, and how its grant stays good. */
import type { Request, Response } from "express";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { VisitId } from "../../../../app/domain/linkToken.ts";
import { freshSessions } from "../../../../app/flows/provider/freshSession.ts";
import { consultKey, keptOf } from "../../../../app/flows/provider/kept.ts";
import {
  endSession,
  isLaunchId,
  sessionOf,
  startSession,
  unusedSession,
  unusedSessionOf,
} from "../../../../app/flows/provider/session.ts";
import { EhrFault, type Grant } from "../../../../app/ports/ehr.ts";
import { StoreFault } from "../../../../app/ports/store.ts";
import { SessionOver, type Session } from "../../../../app/records/sessions.ts";
import { hashed } from "../../../../app/web/secrets.ts";
import { departmentOf } from "../../../harness/findingDeployment.ts";
import { chartFault, launched, problemOf } from "../../../harness/launched.ts";

let at: ReturnType<typeof launched>;
beforeEach(() => {
  at = launched();
});
afterEach(() => at.close());

const requestOf = (launch: unknown, secret?: string) =>
  ({
    params: { launch },
    headers: secret === undefined ? {} : { cookie: "visit=" + secret },
    secure: false,
  }) as unknown as Request;
function answer() {
  const cookies: unknown[][] = [];
  const response = {
    req: requestOf(""),
    cookie: (...set: unknown[]) => cookies.push(set),
    clearCookie: (...cleared: unknown[]) => cookies.push(["cleared", ...cleared]),
  } as unknown as Response;
  return { response, cookies };
}
const over = (message: string) => expect.objectContaining({ name: "SessionOver", message }) as unknown;

describe("a session", () => {
  test("begins with an address and a cookie of its own, which ends with the browser", async () => {
    const { grant } = await at.begin();
    const { response, cookies } = answer();
    const [one, two] = [
      await startSession(at.parts, response, at.connection, { grant }),
      await startSession(at.parts, response, at.connection, { grant }),
    ];
    expect(one.launchId).toMatch(/^[\w-]{22}$/);
    expect(two.launchId).not.toBe(one.launchId);
    const [[name, secret, options] = [], [, other] = []] = cookies;
    expect([name, options]).toEqual([
      "visit",
      { httpOnly: true, sameSite: "lax", path: "/visits/" + one.launchId, secure: false },
    ]);
    expect([secret, other]).toEqual([
      expect.stringMatching(/^[\w-]{43}$/),
      expect.not.stringMatching(String(secret)),
    ]);
    expect(await sessionOf(at.parts, requestOf(one.launchId, String(secret)))).toMatchObject({
      id: hashed(String(secret)),
      launchId: one.launchId,
    });
  });

  test("is known to the request that came with it, and to the trace", async () => {
    const { secret, launchId, id } = await at.begin();
    const request = requestOf(launchId, secret);
    const session = await unusedSessionOf(at.parts, request);
    expect([session.id, at.parts.sessionsOf.get(request)]).toEqual([id, session]);
    expect(at.noted).toEqual([JSON.stringify({ connection: "lamna", launch: launchId })]);
  });

  test("opens by its own cookie at its own address only", async () => {
    const [mine, other] = [await at.begin(), await at.begin()];
    const refused = async (launch: unknown, secret?: string) =>
      problemOf(sessionOf(at.parts, requestOf(launch, secret)));
    expect(await refused(mine.launchId)).toEqual(over("the browser sent no cookie for this launch"));
    expect(await refused(mine.launchId, other.secret)).toEqual(over("the cookie is another launch's"));
    expect(await refused(undefined, mine.secret)).toEqual(over("the cookie is another launch's"));
    expect(await refused(mine.launchId, "A".repeat(43))).toEqual(over("no session has this cookie"));
    expect(await problemOf(unusedSession(at.parts, { id: mine.id, launchId: other.launchId }))).toEqual(
      over("the cookie is another launch's"),
    );
    expect(await unusedSession(at.parts, mine)).toMatchObject({ id: mine.id });
  });

  test("is used by a person's requests, and not by those of the page itself", async () => {
    const session = await at.begin();
    at.forward(5);
    await unusedSessionOf(at.parts, requestOf(session.launchId, session.secret));
    expect((await at.again(session)).seenAt).toEqual(session.seenAt);
    await sessionOf(at.parts, requestOf(session.launchId, session.secret));
    expect((await at.again(session)).seenAt).toEqual(at.now());
  });

  test("is given although the store does not take down that it was used; a bug is no such failure", async () => {
    const session = await at.begin();
    const seen = (error: Error) => ({
      ...at.parts,
      sessions: { ...at.parts.sessions, seen: () => Promise.reject(error) },
    });
    const request = requestOf(session.launchId, session.secret);
    expect(await sessionOf(seen(new StoreFault("it is away")), request)).toMatchObject({ id: session.id });
    expect(at.logged()).toMatchObject([{ level: "error", event: "session.not_noted" }]);
    const bug = new TypeError("a bug");
    await expect(sessionOf(seen(bug), request)).rejects.toBe(bug);
  });

  test.each(["request", "stream"])(
    "left alone for half an hour is closed for good, for a %s",
    async (what) => {
      const session = await at.begin();
      const look = () =>
        what === "request"
          ? unusedSessionOf(at.parts, requestOf(session.launchId, session.secret))
          : unusedSession(at.parts, session);
      at.forward(30);
      expect(await look()).toMatchObject({ id: session.id });
      at.forward(1);
      expect(await problemOf(look())).toEqual({ kind: "session-idle" });
      expect(await problemOf(look())).toEqual({ kind: "session-idle" });
    },
  );

  test("stays closed although its visit is moved to now", async () => {
    const visit = await at.booked(240);
    const session = await at.begin({
      place: { kind: "appointment", appointmentId: "a-1", visitId: visit.id, ...epochOf(visit) },
    });
    at.forward(31);
    expect(await problemOf(unusedSession(at.parts, session))).toEqual({ kind: "session-idle" });
    const moved = { ...visit, start: at.now(), end: new Date(at.now().getTime() + 3_600_000) };
    const visits = { ...at.parts.visits, byId: () => Promise.resolve(moved) };
    expect(await problemOf(unusedSession({ ...at.parts, visits }, session))).toEqual({
      kind: "session-idle",
    });
  });

  test.each([
    ["ahead", 5 * 60],
    ["behind", -5 * 60],
  ])("is not ended by a clock that is hours %s for a moment", async (_how, minutes) => {
    const session = await at.begin();
    const use = () => sessionOf(at.parts, requestOf(session.launchId, session.secret));
    at.forward(minutes);
    expect(await problemOf(unusedSession(at.parts, session))).toEqual({ kind: "session-idle" });
    expect(await problemOf(use())).toEqual({ kind: "session-idle" });
    at.forward(-minutes);
    expect(await use()).toMatchObject({ id: session.id });
    // Whoever walks away after that is signed out by the right clock.
    at.forward(31);
    expect(await problemOf(use())).toEqual({ kind: "session-idle" });
    expect((await at.again(session)).leftAt).toEqual(at.now());
  });

  test("that was used after a clock had come back is not closed when that clock's hour comes", async () => {
    const session = await at.begin();
    const use = () => sessionOf(at.parts, requestOf(session.launchId, session.secret));
    at.forward(60);
    expect(await problemOf(use())).toEqual({ kind: "session-idle" });
    at.forward(-60);
    expect((await use()).leftAt).toBeDefined();
    expect((await at.again(session)).leftAt).toBeUndefined();
    for (let used = 0; used < 4; used++) {
      at.forward(20);
      expect(await use()).toMatchObject({ id: session.id });
    }
  });

  test("is not noted as left where it was used meanwhile, and closed where the store takes no note", async () => {
    const session = await at.begin();
    at.forward(31);
    await at.parts.sessions.seen(session);
    await at.parts.sessions.leave(session);
    expect((await at.again(session)).leftAt).toBeUndefined();
    at.forward(31);
    const sessions = { ...at.parts.sessions, leave: () => Promise.reject(new StoreFault("it is away")) };
    expect(await problemOf(unusedSession({ ...at.parts, sessions }, session))).toEqual({
      kind: "session-idle",
    });
    expect(at.logged()).toMatchObject([{ level: "error", event: "session.not_noted" }]);
  });

  test("is not left alone while its visit is near; the visit is looked up only where time alone would close it", async () => {
    const visit = await at.booked(60);
    const session = await at.begin({
      place: { kind: "appointment", appointmentId: "a-1", visitId: visit.id, ...epochOf(visit) },
    });
    let looked = 0;
    const visits = {
      ...at.parts.visits,
      byId: (id: VisitId) => {
        looked += 1;
        return at.parts.visits.byId(id);
      },
    };
    const look = () => unusedSession({ ...at.parts, visits }, session);
    at.forward(30);
    await look();
    expect(looked).toBe(0);
    at.forward(120);
    expect(await look()).toMatchObject({ id: session.id });
    expect(looked).toBe(1);
    at.forward(31);
    expect(await problemOf(look())).toEqual({ kind: "session-idle" });
  });

  test("ends by signing out, for this browser, and as often as one likes", async () => {
    const [session, other] = [await at.begin(), await at.begin()];
    const { response, cookies } = answer();
    const out = () => endSession(at.parts, requestOf(session.launchId, session.secret), response);
    expect(await out()).toMatchObject({ id: session.id });
    expect(at.logged()).toEqual([{ level: "info", event: "session.ended", connection: "lamna" }]);
    expect(await problemOf(at.again(session))).toEqual(over("no session has this cookie"));
    expect(await at.again(other)).toMatchObject({ id: other.id });
    expect(await out()).toBeUndefined();
    expect(at.logged()).toEqual([]);
    const cleared = ["cleared", "visit", expect.objectContaining({ path: "/visits/" + session.launchId })];
    expect(cookies).toEqual([cleared, cleared]);
  });

  test("is not said to have ended where the store cannot be asked", async () => {
    const session = await at.begin();
    const sessions = { ...at.parts.sessions, byId: () => Promise.reject(new StoreFault("it is away")) };
    const { response, cookies } = answer();
    const request = requestOf(session.launchId, session.secret);
    await expect(endSession({ ...at.parts, sessions }, request, response)).rejects.toThrow(StoreFault);
    expect(cookies).toEqual([]);
  });

  test.each([
    ["A".repeat(22), true],
    ["_-0" + "z".repeat(19), true],
    ["A".repeat(21), false],
    ["A".repeat(23), false],
    ["/" + "A".repeat(22), false],
    ["A".repeat(22) + "/", false],
    ["", false],
    [undefined, false],
  ])("has an id like no other text: %j", (text, is) => {
    expect(isLaunchId(text)).toBe(is);
  });
});

const epochOf = ({ epoch }: { readonly epoch?: number }) => (epoch === undefined ? {} : { epoch });

describe("the visit that a launch keeps", () => {
  const appointment = (more: object) =>
    at.begin({ place: { kind: "appointment", appointmentId: "a-1", ...more } });

  test("is the one that it has opened, as long as it is this patient's", async () => {
    const visit = await at.booked();
    const visitId = visit.id;
    const epoch = visit.epoch ?? -1;
    const kept = async (session: Session) => (await keptOf(at.parts, session))?.id;
    expect(await kept(await at.begin())).toBeUndefined();
    expect(await kept(await appointment({}))).toBeUndefined();
    expect(await kept(await appointment({ visitId, epoch }))).toBe(visitId);
    expect(await kept(await appointment({ visitId }))).toBe(visitId);
    expect(await kept(await appointment({ visitId, epoch: epoch + 1 }))).toBeUndefined();
    expect(await kept(await appointment({ visitId, epoch, anothers: true }))).toBeUndefined();
    expect(await kept(await appointment({ visitId: "B".repeat(16), epoch }))).toBeUndefined();
  });

  test("is its own consult, by department and number; a consult of the release before has none", async () => {
    const consult = { departmentId: "lamna-clinic", start: at.now().getTime(), number: 1 };
    const session = await at.begin({ place: { kind: "consult", ...consult } });
    expect(consultKey(session, consult)).toBe(JSON.stringify([session.launchId, "lamna-clinic", 1]));
    expect(consultKey(session, { departmentId: "x", start: 0 })).toBe(session.launchId);
    expect(await keptOf(at.parts, session)).toBeUndefined();
    const department = departmentOf("lamna");
    const visit = await at.parts.visits.openConsult({
      connectionId: "lamna",
      key: consultKey(session, consult),
      department,
      start: at.now(),
      end: at.inMinutes(60),
    });
    expect((await keptOf(at.parts, session))?.id).toBe(visit.id);
  });
});

describe("a grant", () => {
  const endpoints = { authorizationEndpoint: "https://a.example", tokenEndpoint: "https://t.example" };
  type Standing = { ok: true; endpoints: typeof endpoints } | { ok: false; why: string; reason: string };
  let standing: Standing;
  let renewals: unknown[][];
  let renew: (grant: Grant, when: string) => Grant | Promise<Grant>;
  let fresh: ReturnType<typeof freshSessions>;
  beforeEach(() => {
    standing = { ok: true, endpoints };
    renewals = [];
    renew = (grant) => grant;
    const ehr = {
      renew: async (connection: { id: string }, at: object, grant: Grant, when: string) => {
        renewals.push([connection.id, at, grant.accessToken, when]);
        await Promise.resolve();
        return renew(grant, when);
      },
    };
    const standings = { of: () => Promise.resolve(standing) };
    fresh = freshSessions({ ...at.parts, ehr, standings } as unknown as Parameters<typeof freshSessions>[0]);
  });
  const token = (accessToken: string) => (grant: Grant) => ({
    ...{ ...grant, accessToken },
    obtainedAt: at.now().getTime(),
  });
  const used = (session: Session) => fresh(session, ({ grant }) => Promise.resolve(grant.accessToken));

  test("that is good is used as it is, and one that is renewed is kept", async () => {
    const session = await at.begin();
    expect(await fresh(session, (same) => Promise.resolve(same === session))).toBe(true);
    renew = token("token-2");
    expect(await used(session)).toBe("token-2");
    expect((await at.again(session)).grant.accessToken).toBe("token-2");
    expect(renewals).toEqual(Array(2).fill(["lamna", endpoints, "token-1", "when-due"]));
  });

  test("is renewed once for all who ask meanwhile, and once more for who asks later; each launch for itself", async () => {
    const [session, other] = [await at.begin(), await at.begin()];
    renew = token("token-2");
    expect(await Promise.all([session, session, other].map(used))).toEqual(Array(3).fill("token-2"));
    expect(renewals).toHaveLength(2);
    await used(session);
    expect(renewals).toHaveLength(3);
  });

  test("that is still valid is used while the chart's sign-in is not known; another is not", async () => {
    const session = await at.begin();
    standing = { ok: false, why: "unwell", reason: "it is down" };
    expect(await used(session)).toBe("token-1");
    at.forward(10);
    expect(await problemOf(used(session))).toEqual({ kind: "connection-failing" });
    const error = await used(session).catch((thrown: unknown) => thrown);
    expect((error as Error).cause).toEqual(new Error("it is down"));
    standing = { ok: false, why: "proof", reason: "no key" };
    expect(await problemOf(used(session))).toEqual({ kind: "proof-missing" });
    expect(renewals).toEqual([]);
  });

  test("that the chart refuses is renewed at once, and what was to be done is done once more, not for ever", async () => {
    const session = await at.begin();
    renew = (grant, when) => (when === "now" ? token("token-2")(grant) : grant);
    const tried: string[] = [];
    const refusing = (times: number) =>
      fresh(session, ({ grant }) => {
        tried.push(grant.accessToken);
        return tried.length <= times ? Promise.reject(chartFault("token-refused")) : Promise.resolve("done");
      });
    expect(await refusing(1)).toBe("done");
    expect(tried.splice(0)).toEqual(["token-1", "token-2"]);
    expect(renewals.splice(0).map(([, , , when]) => when)).toEqual(["when-due", "now"]);
    // Somebody else has renewed it meanwhile: theirs is taken.
    expect(await problemOf(refusing(2))).toEqual({ kind: "token-refused" });
    expect(tried).toEqual(["token-1", "token-2"]);
    expect(renewals.map(([, , , when]) => when)).toEqual(["when-due"]);
  });

  test("that a web page refuses, a new one too, is none that the chart has refused: it was not reached", async () => {
    const session = await at.begin();
    renew = (grant, when) => (when === "now" ? token("token-2")(grant) : grant);
    const page = new EhrFault({ kind: "token-refused", isPage: true }, "a page");
    const unreached = { kind: "chart-unavailable", answered: "error" };
    at.forward(1);
    expect(await problemOf(fresh(session, () => Promise.reject(page)))).toEqual(unreached);
    const asked = () => renewals.filter(([, , , when]) => when === "now").length;
    expect(asked()).toBe(1);
    // The one that has just come is not renewed for a page.
    expect(await problemOf(fresh(await at.again(session), () => Promise.reject(page)))).toEqual(unreached);
    expect(asked()).toBe(1);
    at.forward(1);
    const bug = new TypeError("a bug");
    let tries = 0;
    const act = () => Promise.reject(tries++ === 0 ? page : bug);
    await expect(fresh(await at.again(session), act)).rejects.toBe(bug);
  });

  test("that a web page refuses ends no session where no other is to be had", async () => {
    const { refreshToken: _, ...unrenewable } = (await at.begin()).grant;
    at.forward(1);
    const session = { ...(await at.begin({ grant: unrenewable })), grant: unrenewable };
    const page = new EhrFault({ kind: "token-refused", isPage: true }, "a page");
    const refused = chartFault("token-refused");
    const over = chartFault("session-over");
    const ended = (act: EhrFault, none: Error) => {
      renew = (grant, when) => (when === "now" ? Promise.reject(none) : grant);
      return problemOf(fresh(session, () => Promise.reject(act)));
    };
    const unreached = { kind: "chart-unavailable", answered: "error" };
    expect(await ended(page, over)).toEqual(unreached);
    expect(await ended(page, refused)).toEqual(unreached);
    expect(await ended(refused, over)).toEqual({ kind: "session-over" });
    expect(await ended(page, chartFault("chart-refused"))).toMatchObject({ kind: "chart-refused" });
  });

  test("is not renewed for another fault", async () => {
    const session = await at.begin();
    for (const error of [chartFault("chart-unavailable"), new TypeError("a bug")])
      await expect(fresh(session, () => Promise.reject(error))).rejects.toBe(error);
    expect(renewals.map(([, , , when]) => when)).toEqual(["when-due", "when-due"]);
  });

  test("that another process has used up is that one's next; where there is none, the session is over", async () => {
    const session = await at.begin();
    const over = chartFault("session-over");
    renew = () => Promise.reject(over);
    await expect(used(session)).rejects.toBe(over);
    renew = async (grant) => {
      await at.parts.sessions.change(session.id, (content) => ({
        ...content,
        grant: token("theirs")(grant),
      }));
      throw over;
    };
    expect(await used(session)).toBe("theirs");
    const down = chartFault("chart-unavailable");
    renew = () => Promise.reject(down);
    await expect(used(session)).rejects.toBe(down);
  });

  test("of a session that is over is not renewed", async () => {
    const session = await at.begin();
    renew = async (grant) => {
      await at.parts.sessions.end(session.id);
      return token("token-2")(grant);
    };
    await expect(used(session)).rejects.toThrow(SessionOver);
  });
});
