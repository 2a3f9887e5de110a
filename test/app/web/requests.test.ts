/** What is read of a request, and what every answer carries. */
import express, { type RequestHandler } from "express";
import { createServer, request as ask, type IncomingMessage } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { describe, expect, onTestFinished, test } from "vitest";
import type { CallerAddress } from "../../../app/web/callerAddress.ts";
import { clearCookie, readCookie, setCookie, type Cookie } from "../../../app/web/cookies.ts";
import { Fault } from "../../../app/web/fault.ts";
import { standardHeaders, strictTransport } from "../../../app/web/headers.ts";
import { languageOf, otherLanguage, pickedLanguage } from "../../../app/web/language.ts";
import { countByAddress, limitAnswers, stateOf } from "../../../app/web/limits.ts";
import { parametersOf } from "../../../app/web/parameters.ts";
import { sameOriginWrites } from "../../../app/web/sameOrigin.ts";
import { hashed, newSecret } from "../../../app/web/secrets.ts";
import { telephone } from "../../../app/web/telephone.ts";

interface Sent {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Record<string, string>;
}

/** Serves an app with these handlers. A fault is answered with its kind. */
async function serving(...handlers: RequestHandler[]) {
  const app = express();
  app.set("trust proxy", true);
  app.use(...handlers);
  app.use(((error, _request, response, _next) => {
    response
      .status(400)
      .send(error instanceof Fault ? (error.problem as { kind: string }).kind : String(error));
  }) as express.ErrorRequestHandler);
  const server = createServer(app).listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  return async ({ method = "GET", path = "/", headers = {} }: Sent = {}) => {
    const sent = ask({ host: "127.0.0.1", port, method, path, headers, agent: false }).end();
    const [answer] = (await once(sent, "response")) as [IncomingMessage];
    return { status: answer.statusCode, headers: answer.headers, body: await text(answer) };
  };
}
const HTTPS = { "x-forwarded-proto": "https" };

describe("a cookie", () => {
  const cookie: Cookie = { name: "visit", path: "/visits/1", maxAgeSeconds: 60 };
  const { maxAgeSeconds: _, ...ofTheSession } = cookie;

  test("is for its path, for servers alone, and over https only where the page is", async () => {
    const send = await serving((_request, response) => {
      setCookie(response, cookie, "a b");
      setCookie(response, ofTheSession, "c");
      response.end();
    });
    const set = async (headers: Record<string, string>) => (await send({ headers })).headers["set-cookie"];
    const [plain, session] = (await set({})) ?? [];
    expect(plain).toMatch(
      /^visit=a%20b; Max-Age=60; Path=\/visits\/1; Expires=[^;]+; HttpOnly; SameSite=Lax$/,
    );
    expect(session).toBe("visit=c; Path=/visits/1; HttpOnly; SameSite=Lax");
    expect((await set(HTTPS))?.[1]).toBe("__Secure-visit=c; Path=/visits/1; HttpOnly; Secure; SameSite=Lax");
  });

  test("is cleared where it was set", async () => {
    const send = await serving((_request, response) => {
      clearCookie(response, cookie);
      response.end();
    });
    const cleared = (await send({ headers: HTTPS })).headers["set-cookie"]?.[0];
    expect(cleared).toMatch(
      /^__Secure-visit=; Path=\/visits\/1; Expires=Thu, 01 Jan 1970 [^;]+; HttpOnly; Secure; SameSite=Lax$/,
    );
  });

  test("is read by its whole name", async () => {
    const send = await serving((request, response) => {
      response.send(readCookie(request, cookie) ?? "none");
    });
    const read = async (value: string | undefined, more = {}) =>
      (await send({ headers: { ...(value !== undefined && { cookie: value }), ...more } })).body;
    const [one, other] = [newSecret(), newSecret()];
    expect(await read(`visit=${one}`)).toBe(one);
    expect(await read(`other=2; visit=${one}; visit=${other}`)).toBe(one);
    expect(await read(`my-visit=${one}; visits=${other}`)).toBe("none");
    expect(await read(undefined)).toBe("none");
    expect(await read(`visit=${one}; __Secure-visit=${other}`, HTTPS)).toBe(other);
    for (const none of ["", "1", one + "x", one.slice(1), one.slice(1) + "=", one.slice(1) + "é", `"${one}"`])
      expect([none, await read("visit=" + none)]).toEqual([none, "none"]);
    expect(await read(`visit=${one}`, HTTPS)).toBe("none");
  });
});

test("every answer says what browsers may do with it, and nothing of what made it", async () => {
  const rules = {
    publicUrl: "https://visits.lamna.example",
    formTargets: ["https://a.example", "https://b.example"],
  };
  const send = await serving(standardHeaders(rules), (_request, response) => void response.end());
  const { headers } = await send();
  expect(headers).toMatchObject({
    "content-security-policy":
      "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self' https://a.example https://b.example; base-uri 'none'; frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(self), microphone=(self), geolocation=(), payment=(), usb=()",
    "cache-control": "no-store",
    "strict-transport-security": "max-age=63072000",
  });
  expect(headers).not.toHaveProperty("x-powered-by");
  expect(strictTransport("http://localhost:3000/?https://")).toEqual({});
});

describe("a write", () => {
  const OWN = "https://visits.lamna.example";
  test.each<[method: string, headers: Record<string, string>, body: string]>([
    ["GET", { "sec-fetch-site": "cross-site" }, "done"],
    ["HEAD", { "sec-fetch-site": "cross-site" }, ""],
    ["POST", { "sec-fetch-site": "same-origin" }, "done"],
    ["POST", { origin: OWN }, "done"],
    ["POST", { "sec-fetch-site": "same-site" }, "not-same-origin"],
    ["POST", { "sec-fetch-site": "cross-site", origin: OWN }, "not-same-origin"],
    ["POST", { "sec-fetch-site": "none" }, "not-same-origin"],
    ["POST", { origin: "https://evil.example" }, "not-same-origin"],
    ["POST", { origin: "null" }, "not-same-origin"],
    ["POST", {}, "not-same-origin"],
    ["DELETE", {}, "not-same-origin"],
  ])("by %s from %j is answered by %j", async (method, headers, body) => {
    const send = await serving(
      sameOriginWrites({ fromOwnPagesOf: OWN }),
      (_request, response) => void response.send("done"),
    );
    const answer = await send({ method, headers });
    expect([answer.body, answer.status]).toEqual([body, body === "not-same-origin" ? 400 : 200]);
  });
});

describe("a write by a program, which has no page", () => {
  const writes = sameOriginWrites({
    fromOwnPagesOf: "https://visits.lamna.example",
    byTokenAt: "/portal/api/",
  });
  const done: RequestHandler = (_request, response) => void response.send("done");

  test.each([
    ["/portal/api/canary", "done"],
    // Express finds the route in capitals, too.
    ["/Portal/API/canary", "done"],
    ["/portal/apis", "not-same-origin"],
    ["/x/portal/api/canary", "not-same-origin"],
    ["/portal?/portal/api/", "not-same-origin"],
  ])("at %s: %s", async (path, body) => {
    const send = await serving(writes, done);
    expect((await send({ method: "POST", path })).body).toBe(body);
  });

  test("is known by its whole address, wherever the check is mounted", async () => {
    const below = express.Router();
    below.use("/portal", writes);
    const send = await serving(below, done);
    expect((await send({ method: "POST", path: "/portal/api/canary" })).body).toBe("done");
    expect((await send({ method: "POST", path: "/portal/x" })).body).toBe("not-same-origin");
  });
});

test.each<[path: string, accepts: string, language: string]>([
  ["/", "", "en none"],
  ["/", "es", "es none"],
  ["/", "es-MX,es;q=0.9,en;q=0.8", "es none"],
  ["/", "en-US,en;q=0.9,es;q=0.8", "en none"],
  ["/", "fr", "en none"],
  ["/", "es" + ",a".repeat(249), "es none"],
  // No browser sends a list so long, and reading it would take milliseconds.
  ["/", "es," + ",a".repeat(249), "en none"],
  ["/?lang=es", "en", "es es"],
  ["/?lang=en", "es", "en en"],
  ["/?lang=fr", "es", "es none"],
  ["/?lang=es&lang=en", "en", "en none"],
])("%s for who reads %j is in %s", async (path, accepts, language) => {
  const send = await serving((request, response) => {
    response.send(languageOf(request) + " " + (pickedLanguage(request) ?? "none"));
  });
  const headers = accepts === "" ? {} : { "accept-language": accepts };
  expect((await send({ path, headers })).body).toBe(language);
});

test("there are two languages, each the other's", () => {
  expect([otherLanguage("en"), otherLanguage("es")]).toEqual(["es", "en"]);
});

test.each([
  ["/a", ""],
  ["/a?", ""],
  ["/a?x=1&x=2&y=%20", "x=1&x=2&y=+"],
  ["https://h.example/a?x=1?y", "x=1%3Fy"],
])("the parameters of %s are %j", (originalUrl, parameters) => {
  expect(parametersOf({ originalUrl }).toString()).toBe(parameters);
});

describe("how often is limited:", () => {
  const done: RequestHandler = (_request, response) => void response.send("done");
  const caller: CallerAddress = ({ headers }) => String(headers["x-who"] ?? "a");
  const byAll = () => limitAnswers(caller, (request, state) => request.get("x-cookie-" + state));

  test("600 answers of a minute from one address, and as many from another", async () => {
    const send = await serving(...byAll(), done);
    for (let times = 0; times < 600; times++)
      expect((await send({ path: "/?state=s" + String(times) })).body).toBe("done");
    const refused = await send({ path: "/?state=last" });
    expect([refused.body, refused.headers["retry-after"]]).toEqual(["too-many-requests", "60"]);
    expect(Object.keys(refused.headers).filter((name) => /ratelimit/i.test(name))).toEqual([]);
    expect((await send({ path: "/?state=last", headers: { "x-who": "b" } })).body).toBe("done");
  });

  test("five answers of one state and one browser", async () => {
    const send = await serving(...byAll(), done);
    const answer = async (state: string, cookie = "") =>
      (await send({ path: "/?state=" + state, headers: { ["x-cookie-" + state]: cookie } })).body;
    for (let times = 0; times < 5; times++) expect(await answer("s")).toBe("done");
    expect(await answer("s")).toBe("too-many-requests");
    expect(await answer("s", "own")).toBe("done");
    expect(await answer("t")).toBe("done");
    const refused = await send({ path: "/?state=s" });
    expect(refused.headers["retry-after"]).toBe("600");
  });

  test.each(["/", "/?state=", "/?state=a&state=b"])(
    "%s is not counted, because it answers nothing",
    async (path) => {
      const send = await serving(...byAll(), (request, response) => {
        response.send(stateOf(request) ?? "none");
      });
      for (let times = 0; times < 7; times++) expect((await send({ path })).body).toBe("none");
      expect((await send({ path: "/?state=a" })).body).toBe("a");
    },
  );

  test("a handler counts what is worth it", async () => {
    const count = countByAddress(caller);
    const send = await serving((request, response, next) => {
      count(request, response).then(() => response.send("done"), next);
    });
    for (let times = 0; times < 600; times++) await send();
    expect((await send()).body).toBe("too-many-requests");
  });

  test.each([
    [new TypeError("a bug"), "TypeError: a bug undefined"],
    ["text", "Error: the limit failed text"],
  ])("a caller who cannot be told is counted by nobody: %s", async (thrown, body) => {
    const count = countByAddress(() => {
      throw thrown as Error;
    });
    const send = await serving((request, response, next) => {
      count(request, response).catch((error: unknown) => {
        next([String(error), String((error as Error).cause)].join(" "));
      });
    });
    expect((await send()).body).toBe(body);
  });
});

test("a secret is 256 bits that nobody had before, and is known by its hash", () => {
  expect(newSecret()).toMatch(/^[\w-]{43}$/);
  expect(newSecret()).not.toBe(newSecret());
  expect(hashed("abc")).toBe("ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0");
});

test("a telephone's link has digits and its plus alone", () => {
  expect(telephone("+1 (202) 555-0101")).toBe("tel:+12025550101");
});
