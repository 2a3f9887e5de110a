/** One call of Graph: what is sent, when it is sent again, and what its refusals mean. */
import { describe, expect, test } from "vitest";
import {
  callGraph,
  deadlineIn,
  GraphRefusal,
  GraphUnavailable,
  type GraphAccess,
  type GraphCall,
} from "../../../../app/adapters/graph/call.ts";
import type { VendorCall } from "../../../../app/domain/trace.ts";

const GRAPH = "https://graph.example";
const NOW = new Date("2027-01-12T14:30:00Z");
const GET: GraphCall = { method: "GET", path: "/users/a%2Fb?$select=id" };
const error = (status: number, code?: string, message?: string, headers: Record<string, string> = {}) =>
  Response.json({ error: { code, message } }, { status, headers });
const closed = (code: string) =>
  new TypeError("fetch failed", { cause: Object.assign(new Error("closed"), { code }) });

interface Sent {
  readonly url: string;
  readonly method: string | undefined;
  readonly headers: Headers;
  readonly body: unknown;
  readonly redirect: string | undefined;
}

/** @param answers Graph's answers in turn; the last one is given from then on */
function graph(answers: readonly (() => Response)[], more: Partial<GraphAccess> = {}) {
  const sent: Sent[] = [];
  const waited: number[] = [];
  const noted: VendorCall[] = [];
  let clock = NOW.getTime();
  const access: GraphAccess = {
    graph: GRAPH,
    token: () => Promise.resolve("token-1"),
    now: () => new Date(clock),
    wait: (milliseconds) => {
      waited.push(milliseconds);
      clock += milliseconds;
      return Promise.resolve();
    },
    fetch: (url, { method, headers, body, redirect } = {}) => {
      sent.push({
        url: url instanceof Request ? url.url : url.toString(),
        method,
        headers: new Headers(headers),
        body,
        redirect,
      });
      const answer = answers[sent.length - 1] ?? answers.at(-1);
      return new Promise((resolve) => {
        if (answer === undefined) throw new Error("nothing more is answered");
        resolve(answer());
      });
    },
    note: (call) => void noted.push(call),
    ...more,
  };
  const ask = (call: GraphCall = GET, deadline = deadlineIn(60_000, NOW)) =>
    callGraph(access, call, deadline);
  return { sent, waited, noted, ask };
}

const faultOf = (asked: Promise<unknown>): Promise<unknown> =>
  asked.then(
    () => undefined,
    (fault: unknown) => fault,
  );

test("a reading call has our token and asks for names that were added later; it has no content", async () => {
  const { sent, ask } = graph([() => Response.json({ id: "a" }, { status: 200 })]);
  expect(await ask()).toEqual({ status: 200, json: { id: "a" } });
  const [{ headers, ...one } = { headers: new Headers() }, ...others] = sent;
  expect([one, others]).toEqual([
    { url: GRAPH + "/v1.0/users/a%2Fb?$select=id", method: "GET", body: undefined, redirect: "error" },
    [],
  ]);
  expect(Object.fromEntries(headers)).toEqual({
    authorization: "Bearer token-1",
    accept: "application/json",
    prefer: "include-unknown-enum-members",
  });
});

test("a call may have content, another version and a size of pages; an answer may be empty", async () => {
  const { sent, ask } = graph([() => new Response(null, { status: 204 })]);
  expect(
    await ask({ method: "POST", path: "/subscriptions", version: "beta", body: { a: 1 }, pageSize: 15 }),
  ).toEqual({ status: 204, json: undefined });
  expect(sent).toMatchObject([{ url: GRAPH + "/beta/subscriptions", method: "POST", body: '{"a":1}' }]);
  expect(Object.fromEntries(sent[0]?.headers ?? [])).toMatchObject({
    "content-type": "application/json",
    prefer: "include-unknown-enum-members, odata.maxpagesize=15",
  });
});

test("a deadline is as many milliseconds from now, for whoever counts and for whoever waits", async () => {
  const { at, signal } = deadlineIn(20, NOW);
  expect([at, signal.aborted]).toEqual([new Date(NOW.getTime() + 20), false]);
  await new Promise((resolve) => signal.addEventListener("abort", resolve));
  expect(signal.aborted).toBe(true);
});

test("each request is noted, with what Graph calls it and how long it took", async () => {
  const headers = { "request-id": "0f3a7c1e-1111-4222-8333-444455556666" };
  const { noted, ask } = graph([
    () => error(503, undefined, undefined, headers),
    () => {
      throw closed("ECONNRESET");
    },
    () => Response.json({}),
  ]);
  await ask();
  const told = { host: "graph.example", what: "GET users", milliseconds: expect.any(Number) as number };
  expect(noted).toEqual([
    { ...told, status: 503, requestIds: [headers["request-id"]] },
    { ...told, requestIds: [] },
    { ...told, status: 200, requestIds: [] },
  ]);
  for (const { milliseconds } of noted) expect(milliseconds % 1).toBe(0);
});

describe("a Graph that fails for the moment is asked again", () => {
  test.each([429, 502, 503, 504, 408, 425, 500])(
    "where it answers %i: three times, later each time",
    async (status) => {
      const { sent, waited, ask } = graph([() => error(status)]);
      const fault = await faultOf(ask());
      expect(fault).toBeInstanceOf(GraphUnavailable);
      expect(fault).toMatchObject({
        name: "GraphUnavailable",
        message: expect.stringContaining(String(status)) as string,
      });
      expect(sent).toHaveLength(3);
      const [first = 0, second = 0, ...others] = waited;
      expect(others).toEqual([]);
      expect([first >= 250, first <= 500, second >= 500, second <= 1000]).toEqual([true, true, true, true]);
    },
  );

  test.each(["UND_ERR_SOCKET", "ECONNRESET", "EPIPE"])(
    "at once, where the connection was closed (%s)",
    async (code) => {
      const { waited, ask } = graph([
        () => {
          throw closed(code);
        },
        () => Response.json({}),
      ]);
      expect((await ask()).status).toBe(200);
      expect(waited).toEqual([0]);
    },
  );

  test.each([
    ["nobody listens", () => closed("ECONNREFUSED")],
    ["nothing is said of why", () => new TypeError("fetch failed")],
    ["the cause has no code", () => new TypeError("fetch failed", { cause: new Error("closed") })],
  ])("after a while, where %s", async (_, thrown) => {
    const { waited, ask } = graph([
      () => {
        throw thrown();
      },
    ]);
    expect(await faultOf(ask())).toMatchObject({ name: "GraphUnavailable", message: "Graph did not answer" });
    expect(waited).toHaveLength(2);
    expect(waited[0]).toBeGreaterThan(0);
  });

  test("as long as there is time, and not where it is to be asked once", async () => {
    const busy = (seconds: string) => [() => error(503, "x", "", { "retry-after": seconds })];
    const tooLong = graph(busy("60"));
    expect(await faultOf(tooLong.ask())).toBeInstanceOf(GraphUnavailable);
    expect(tooLong.sent).toHaveLength(1);
    const inTime = graph(busy("29"));
    await faultOf(inTime.ask());
    expect(inTime.waited).toEqual([29_000, 29_000]);
    const once = graph(busy("0"));
    await faultOf(once.ask({ ...GET, once: true }));
    expect(once.sent).toHaveLength(1);
    const over = graph(busy("0"));
    const { at } = deadlineIn(60_000, NOW);
    await faultOf(over.ask(GET, { at, signal: AbortSignal.abort(new Error("it is over")) }));
    expect([over.sent.length, over.waited]).toEqual([1, []]);
  });
});

test.each([501, 505])("a Graph that is ill (%i) is unavailable, and is not asked again", async (status) => {
  const { sent, ask } = graph([() => error(status, "InternalServerError", "Amy Adams")]);
  expect(await faultOf(ask())).toMatchObject({
    name: "GraphUnavailable",
    message: `Graph answered ${String(status)} InternalServerError`,
  });
  expect(sent).toHaveLength(1);
});

describe("a refusal that an old token may have caused", () => {
  const renewing = (status: number, mayRenew = true) => {
    let token = 1;
    const renewals: unknown[] = [];
    const opened = graph([() => error(status, "Forbidden")], {
      token: () => Promise.resolve("token-" + String(token)),
      renewToken: (...refused) => {
        renewals.push(refused);
        if (mayRenew) token += 1;
        return mayRenew;
      },
    });
    const tokens = () => opened.sent.map(({ headers }) => headers.get("authorization"));
    return { ...opened, tokens, renewals };
  };

  test.each([401, 403])("(%i) is asked once more with a new one, and then is a refusal", async (status) => {
    const { ask, tokens, renewals } = renewing(status);
    const fault = await faultOf(ask());
    expect(fault).toBeInstanceOf(GraphRefusal);
    expect(fault).toMatchObject({
      name: "GraphRefusal",
      message: `Graph answered ${String(status)} Forbidden`,
      status,
      code: "Forbidden",
      lacksAccessPolicy: false,
      meaning: undefined,
    });
    expect(tokens()).toEqual(["Bearer token-1", "Bearer token-2"]);
    expect(renewals).toEqual([["token-1", status]]);
  });

  test("is a refusal where no newer one is given, or another status", async () => {
    const same = renewing(403, false);
    expect(await faultOf(same.ask())).toBeInstanceOf(GraphRefusal);
    expect([same.sent.length, same.renewals.length]).toEqual([1, 1]);
    const other = renewing(404);
    expect(await faultOf(other.ask())).toBeInstanceOf(GraphRefusal);
    expect([other.sent.length, other.renewals.length]).toEqual([1, 0]);
    const never = graph([() => error(401)]);
    expect(await faultOf(never.ask())).toBeInstanceOf(GraphRefusal);
  });
});

test("without a token nothing is sent, and why is kept", async () => {
  const { sent, ask } = graph([() => Response.json({})], {
    token: () => Promise.reject(new Error("no identity")),
  });
  expect(await faultOf(ask())).toMatchObject({
    name: "GraphUnavailable",
    message: "There is no token for Graph",
    cause: { message: "no identity" },
  });
  expect(sent).toHaveLength(0);
});

const LIMIT = "has exceeded the limit";
test.each<[status: number, message: string, meaning: string | undefined]>([
  [400, "Subscription validation request failed.", "webhook-not-reached"],
  [400, "The notification endpoint did not answer.", "webhook-not-reached"],
  [403, "Subscription validation request failed.", undefined],
  [400, `The application ${LIMIT}`, undefined],
  [403, `Number of subscriptions ${LIMIT} per app and tenant.`, "limit-of-app-in-tenant"],
  [403, `The application ${LIMIT} of the organization`, "limit-of-app-in-tenant"],
  [403, `The tenant ${LIMIT}`, "limit-of-tenant"],
  [403, `The organization ${LIMIT}`, "limit-of-tenant"],
  [403, `The app ${LIMIT}`, "limit-of-app"],
  [403, `The Application ${LIMIT}`, "limit-of-app"],
  [403, `The apple and the tenants ${LIMIT}`, "limit"],
  [403, "A quota was met.", "limit"],
  [403, "They exceed it.", "limit"],
  [403, "There are too many subscriptions.", "limit"],
  [403, "The number of subscriptions is large.", "limit"],
  [403, "There is a limit.", "limit"],
  [403, "The app of the tenant may not.", undefined],
  [404, `The app ${LIMIT}`, undefined],
])("%i “%s” means: %s", async (status, message, meaning) => {
  const { ask } = graph([() => error(status, "Forbidden", message)]);
  expect(await faultOf(ask())).toMatchObject({ name: "GraphRefusal", meaning });
});

const LONG = "x".repeat(470);
test.each<[message: string, lacks: boolean]>([
  ["No Application Access Policy found for this app: x on the user: y.", true],
  ["App x is not authorized to Create meeting on behalf of user y.", true],
  ["App x is not authorized to C on behalf of user y.", true],
  [`App x is not authorized to ${"c".repeat(40)} on behalf of user y.`, true],
  [`App x is not authorized to ${"c".repeat(41)} on behalf of user y.`, false],
  ["Application is not allowed to perform operations on the user 'y'.", true],
  ["Application is not allowed to perform operations on the chat 'y'.", false],
  [LONG + " application access policy", true],
  [LONG + LONG + " application access policy", false],
  ["", false],
])("“%s” says that the access policy is missing: %s", async (message, lacks) => {
  const { ask } = graph([() => error(403, "Forbidden", message)]);
  expect(await faultOf(ask())).toMatchObject({ name: "GraphRefusal", lacksAccessPolicy: lacks });
});

test.each([
  ["is no JSON", () => new Response("<html>", { status: 404 })],
  ["is too large", () => new Response(`"${"x".repeat(2 * 1024 * 1024)}"`, { status: 404 })],
  ["is empty", () => new Response("", { status: 404 })],
  ["has no error", () => Response.json({ other: 1 }, { status: 404 })],
])("a refusal that %s is not Graph's, and so none", async (_, answer) => {
  const { ask } = graph([answer]);
  expect(await faultOf(ask())).toMatchObject({
    name: "GraphUnavailable",
    message: "Something else than Graph answered 404 in its stead",
    answered: "error",
  });
});

test.each([
  ["<html>", "GraphUnavailable", "Something else than Graph answered 401 in its stead"],
  [JSON.stringify({ error: { message: "<html>" } }), "GraphUnavailable", "Something else"],
  ["", "GraphRefusal", "Graph answered 401 without a code"],
])(
  "a 401 costs a new token, whoever answers it; %j is taken to come from a %s",
  async (body, name, message) => {
    const answer = () => new Response(body, { status: 401 });
    let token = 1;
    const renewToken = () => {
      token = 2;
      return true;
    };
    const { ask, sent } = graph([answer], { renewToken, token: () => Promise.resolve(String(token)) });
    const fault = { name, message: expect.stringContaining(message) as unknown };
    expect(await faultOf(ask())).toMatchObject(fault);
    expect(sent.map(({ headers }) => headers.get("authorization"))).toEqual(["Bearer 1", "Bearer 2"]);
    // Where no new one is to be had, either.
    const { ask: once, sent: one } = graph([answer]);
    expect(await faultOf(once())).toMatchObject(fault);
    expect(one).toHaveLength(1);
  },
);
