/**
 * What a chart's sign-in, or its FHIR server, may say instead of letting a clinician in, and whom the page turns to. Among
 * them are the errors that the public SMART launcher can be told to make.
 */
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { startDeployment, type Deployment } from "../../../harness/deployment.ts";
import { Person, type Page } from "../../../harness/person.ts";
import { heading, launchAddress, withChart } from "./otherChart.ts";
import { back, json, MARKS, startSmallServer, type Reply, type SmallServer } from "./smallServer.ts";

let other: SmallServer;
let deployment: Deployment;
beforeAll(async () => {
  other = await startSmallServer();
  deployment = await startDeployment({ stack: withChart(other) });
});
afterEach(() => other.reset());
afterAll(async () => {
  await deployment.stop();
  await other.stop();
});

const launch = (person = new Person()) => person.open(launchAddress(deployment.url, other.fhirBaseUrl));
const seen = (page: Page) => [page.status, heading(page)];
const lastFault = () => deployment.logged.findLast((line) => line.includes('"fault"')) ?? "";
const NOT_THE_CONNECTOR = "The chart does not accept the connector";
const NOT_YOU = "The chart did not let you in";
const NOT_NOW = "The chart's sign-in answers with an error";

describe("the sign-in page sends the browser back with", () => {
  const answers: readonly (readonly [string, string, string])[] = [
    ["access_denied", NOT_YOU, "access_denied"],
    ["login_required", NOT_YOU, "login_required"],
    // The launcher's invalid launch and invalid redirect_uri.
    ["invalid_request", NOT_THE_CONNECTOR, "invalid_request"],
    ["invalid_scope", NOT_THE_CONNECTOR, "invalid_scope"],
    ["invalid_client", NOT_THE_CONNECTOR, "invalid_client"],
    ["unauthorized_client", NOT_THE_CONNECTOR, "unauthorized_client"],
    ["unsupported_response_type", NOT_THE_CONNECTOR, "unsupported_response_type"],
    ["sim_invalid_redirect_uri", NOT_THE_CONNECTOR, "other"],
    ["Jo Markworthy", NOT_THE_CONNECTOR, "other"],
    ["temporarily_unavailable", NOT_NOW, "temporarily_unavailable"],
    ["server_error", NOT_NOW, "server_error"],
  ];
  test.each(answers)("%s: %s", async (error, title, logged) => {
    other.answers.set("/authorize", ({ path }) =>
      back(new URL(path, other.origin).searchParams, { error, error_description: "Jo Markworthy" }),
    );
    const page = await launch();
    expect(heading(page)).toBe(title);
    expect(lastFault()).toContain(`"names":["${logged}"]`);
    expect(lastFault()).not.toContain("Markworthy");
    expect(page.html).not.toContain("Markworthy");
  });

  test.each(answers)("%s, and forgets the state: %s", async (error, title) => {
    const address = deployment.url + "/launch/callback/other?error=" + encodeURIComponent(error);
    expect(heading(await new Person().open(address))).toBe(title);
  });

  test("scopes that are refused are IT's affair, and so are clients, each with its own line", async () => {
    const told = async (error: string) => {
      other.answers.set("/authorize", ({ path }) =>
        back(new URL(path, other.origin).searchParams, { error }),
      );
      return (await launch()).html;
    };
    expect(await told("invalid_scope")).toContain("connections[].provider.scopes");
    expect(await told("invalid_client")).toContain("JWKS URL");
    expect(await told("invalid_request")).toContain("redirect URI to the letter");
  });

  test("a help page that is no page of the server's is not offered", async () => {
    for (const error_uri of [
      "blob:" + other.origin + "/1",
      "javascript:alert(1)",
      other.origin.replace("://", "://user@") + "/help",
      "filesystem:" + other.origin + "/help",
    ]) {
      other.answers.set("/authorize", ({ path }) =>
        back(new URL(path, other.origin).searchParams, { error: "access_denied", error_uri }),
      );
      expect((await launch()).html).not.toContain("What the chart system says about it");
    }
  });
});

describe("an answer that is not whole says what it lacks", () => {
  const answered = async (change: (url: URL) => void) => {
    const person = new Person();
    const { url } = await person.open(launchAddress(deployment.url, other.fhirBaseUrl), ({ pathname }) =>
      pathname.startsWith("/launch/callback/"),
    );
    change(url);
    return person.open(url);
  };
  test.each<[string, (url: URL) => void, number, string, RegExp]>([
    [
      "no code",
      (url) => url.searchParams.delete("code"),
      400,
      "The chart's answer is not complete",
      /code, or/,
    ],
    [
      "two codes",
      (url) => url.searchParams.append("code", "2"),
      400,
      "The chart's answer is not complete",
      /code, or/,
    ],
    [
      "an empty code",
      (url) => url.searchParams.set("code", ""),
      400,
      "The chart's answer is not complete",
      /code, or/,
    ],
    [
      "no state",
      (url) => url.searchParams.delete("state"),
      400,
      "The chart's answer is not complete",
      /\(state\)/,
    ],
    [
      "two states",
      (url) => url.searchParams.append("state", "2"),
      400,
      "The chart's answer is not complete",
      /\(state\)/,
    ],
    [
      "a state of nobody's",
      (url) => url.searchParams.set("state", "x"),
      401,
      "This sign-in is no longer good",
      /did not begin here/,
    ],
  ])("%s", async (_name, change, status, title, words) => {
    const page = await answered(change);
    expect(seen(page)).toEqual([status, title]);
    expect(page.html).toMatch(words);
  });
});

const NOT_ANY_MORE = "The chart does not accept the connector any more";

describe("the token endpoint answers", () => {
  const refusing =
    (status: number, body: object | string): (() => Reply) =>
    () =>
      typeof body === "string" ? { status, body } : json(body, status);
  test.each<[string, () => Reply, string, string]>([
    ["a wrong secret", refusing(401, { error: "invalid_client" }), NOT_THE_CONNECTOR, "invalid_client"],
    [
      "a client of another kind",
      refusing(400, { error: "unauthorized_client" }),
      NOT_THE_CONNECTOR,
      "unauthorized_client",
    ],
    [
      "scopes that it does not give",
      refusing(400, { error: "invalid_scope" }),
      NOT_THE_CONNECTOR,
      "invalid_scope",
    ],
    [
      "a code that is too old",
      refusing(400, { error: "invalid_grant" }),
      "The chart did not complete the sign-in",
      "invalid_grant",
    ],
    ["a person who may not", refusing(403, { error: "access_denied" }), NOT_YOU, "access_denied"],
    [
      "that it is busy, as an error of 400",
      refusing(400, { error: "temporarily_unavailable" }),
      NOT_NOW,
      "temporarily_unavailable",
    ],
    ["a code of its own", refusing(400, { error: "Jo Markworthy" }), NOT_THE_CONNECTOR, "error other"],
    ["no OAuth error", refusing(404, "Jo Markworthy"), NOT_THE_CONNECTOR, "404, error none"],
    ["404 in a web page", refusing(404, "<h1>Jo Markworthy</h1>"), NOT_NOW, "answered 404 with a web page"],
    ["503 as long as it is asked", refusing(503, {}), NOT_NOW, "503"],
    ["502 as long as it is asked", refusing(502, "<h1>Jo Markworthy</h1>"), NOT_NOW, "502"],
    ["text", refusing(200, "Jo Markworthy"), "Your sign-in could not be confirmed", "the answer is not JSON"],
    ["a web page", refusing(200, "<h1>Jo Markworthy</h1>"), NOT_NOW, "answered 200 with a web page"],
  ])("%s", async (_name, answer, title, logged) => {
    other.answers.set("/token", answer);
    expect(heading(await launch())).toBe(title);
    expect(lastFault()).toContain(logged);
    expect(lastFault()).not.toContain("Markworthy");
  });

  test("503 once, or nothing at all once: asked again with a new proof, and the visit opens", async () => {
    for (const first of [503, 429, 502]) {
      const good = other.answers.get("/token");
      if (good === undefined) throw new Error("no token endpoint");
      const before = other.received.length;
      other.answers.set("/token", (request) => {
        other.answers.set("/token", good);
        return request.body === "" ? good(request) : { status: first, body: "" };
      });
      expect((await launch()).status, String(first)).toBe(200);
      const asked = other.received.slice(before).filter(({ path }) => path === "/token");
      const proofs = asked.map(({ body }) => new URLSearchParams(body).get("client_assertion"));
      expect(new Set(proofs).size).toBe(2);
    }
  });

  test("503 throughout: the page's next step is to open the visit anew, which works", async () => {
    other.answers.set("/token", () => ({ status: 503, body: "" }));
    const page = await launch();
    expect(page.html).toContain("open the visit again from the patient's chart");
    other.reset();
    expect((await launch()).status).toBe(200);
  });
});

describe("after the sign-in, the FHIR server's 401", () => {
  const refusing =
    (refused: readonly string[], answer: (path: string) => Reply | Promise<Reply>) =>
    (request: { readonly authorization: string | undefined; readonly path: string }) =>
      refused.some((token) => request.authorization === "Bearer " + token)
        ? { status: 401, body: "Token expired" }
        : answer(request.path);

  function refuse(...tokens: readonly string[]): void {
    for (const [path, answer] of [...other.answers])
      if (/\/fhir\/(Patient|Encounter|Appointment|Location)/.test(path))
        other.answers.set(path, (request) => refusing(tokens, () => answer(request))(request));
  }
  const refreshes = (from: number) =>
    other.received.slice(from).filter(({ body }) => body.includes("grant_type=refresh_token")).length;

  test("is met by one refresh, and the visit opens", async () => {
    refuse(MARKS.accessToken);
    const first = other.answers.get("/token");
    other.answers.set("/token", (request) =>
      request.body.includes("grant_type=refresh_token")
        ? json({ access_token: "second", token_type: "Bearer", expires_in: 570 })
        : (first?.(request) ?? json({})),
    );
    const before = other.received.length;
    const person = new Person();
    const page = await launch(person);
    expect(page.status, page.html).toBe(200);
    expect(refreshes(before)).toBe(1);
    // The new token is kept: nothing is refused any more.
    const reload = other.received.length;
    expect((await person.open(page.url)).status).toBe(200);
    expect(refreshes(reload)).toBe(0);
  });

  test("to the new token, too, is the chart's fault, and said so", async () => {
    refuse(MARKS.accessToken, "second");
    const first = other.answers.get("/token");
    other.answers.set("/token", (request) =>
      request.body.includes("grant_type=refresh_token")
        ? json({ access_token: "second", token_type: "Bearer", expires_in: 570 })
        : (first?.(request) ?? json({})),
    );
    const before = other.received.length;
    expect(seen(await launch())).toEqual([502, "The chart refuses its own sign-in"]);
    expect(refreshes(before)).toBe(1);
  });

  test("without a refresh token, right after the sign-in, is the chart's fault; much later it is an end", async () => {
    const first = other.answers.get("/token");
    other.answers.set("/token", async (request) => {
      const { body } = (await first?.(request)) ?? json({});
      return json({ ...(JSON.parse(body) as object), refresh_token: null, expires_in: 3600 });
    });
    const person = new Person();
    const { url } = await launch(person);
    refuse(MARKS.accessToken);
    expect((await person.open(url)).html).toContain("The chart refuses its own sign-in");
    deployment.clock.forward(10 * 60_000);
    expect((await person.open(url)).html).toContain("The chart has ended your session");
    deployment.clock.forward(-10 * 60_000);
    expect(seen(await launch())).toEqual([502, "The chart refuses its own sign-in"]);
  });

  /** Another process on the same store was quicker, and used up the refresh token. */
  async function renewedElsewhere(): Promise<void> {
    const { store, sessions } = deployment.parts;
    const { items } = await store.changes("sessions", 1000);
    // Traces are kept beside them.
    for (const { id } of items.filter((item) => !item.id.startsWith("trace-")))
      await sessions.change(id, (content) => ({
        ...content,
        grant: { ...content.grant, accessToken: "elsewhere", refreshToken: "rotated" },
      }));
  }

  test.each([
    ["before the chart has said no", () => renewedElsewhere(), () => Promise.resolve()],
    ["a moment after", () => Promise.resolve(), () => renewedElsewhere()],
  ])("is no end where another process has renewed the grant, %s", async (_when, before, after) => {
    const person = new Person();
    const { url } = await launch(person);
    refuse(MARKS.accessToken);
    other.answers.set("/token", async () => {
      await before();
      setImmediate(() => void after());
      return json({ error: "invalid_grant" }, 400);
    });
    const page = await person.open(url);
    expect(page.html).not.toContain("The chart has ended your session");
    expect(page.html).toContain(MARKS.patientName);
    expect(other.received.at(-1)?.authorization).toBe("Bearer elsewhere");
  });

  /** What the chart's sign-in may say when a page that is open renews its token, and what that page says then. */
  test.each<[string, () => Reply, string, boolean]>([
    ["invalid_client", () => json({ error: "invalid_client" }, 400), NOT_ANY_MORE, true],
    ["invalid_request", () => json({ error: "invalid_request" }, 400), NOT_ANY_MORE, true],
    ["invalid_scope", () => json({ error: "invalid_scope" }, 400), NOT_ANY_MORE, true],
    ["401 and no OAuth error", () => json({}, 401), NOT_ANY_MORE, true],
    ["404", () => json({}, 404), NOT_ANY_MORE, true],
    [
      "access_denied",
      () => json({ error: "access_denied" }, 400),
      "The chart does not let you in any more",
      true,
    ],
    ["no token", () => json({}), "The chart’s answer to the sign-in could not be confirmed", true],
    ["invalid_grant", () => json({ error: "invalid_grant" }, 400), "The chart has ended your session", true],
    ["503", () => json({}, 503), "The chart answers with an error", false],
  ])("to which the sign-in answers %s has words on the open page", async (_name, answer, title, isForIt) => {
    const person = new Person();
    const { url } = await launch(person);
    refuse(MARKS.accessToken);
    other.answers.set("/token", answer);
    const page = await person.open(url);
    expect(page.status).toBe(200);
    expect(page.html).toContain(title);
    expect(page.html).not.toContain("is not answering");
    expect(page.html.includes("ell your IT help desk")).toBe(isForIt);
  });

  test("and a refresh that the chart does not give, either, is the end of the session", async () => {
    const person = new Person();
    const { url } = await launch(person);
    refuse(MARKS.accessToken);
    other.answers.set("/token", () => json({ error: "invalid_grant" }, 403));
    expect((await person.open(url)).html).toContain("The chart has ended your session");
  });
});
