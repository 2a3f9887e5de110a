/** Sign-in and consent at Microsoft: what is remembered, whose answer it is, and whose account counts. */
import express, { type ErrorRequestHandler, type RequestHandler } from "express";
import { describe, expect, test } from "vitest";
import { StaffSignInFault, type StaffAccount } from "../../../app/ports/staffSignIn.ts";
import type { SignIns } from "../../../app/records/signIns.ts";
import { adminConsent } from "../../../app/web/adminConsent.ts";
import { cameFrom, microsoftSignIn, signInCookie } from "../../../app/web/microsoftSignIn.ts";
import { hashed, isSecret } from "../../../app/web/secrets.ts";
import { listening } from "../../harness/listening.ts";

const PUBLIC = "https://visits.lamna.example";
const ACCOUNT: StaffAccount = {
  objectId: "7d0c5a1e-0000-4000-8000-00000000b001",
  displayName: "Ana Ruiz",
  userName: "ana@lamna.example",
  isGuest: false,
  isProvenMember: true,
  appRoles: [],
};
const { isGuest: _isGuest, ...KNOWN } = ACCOUNT;

/** A server with two flows and the consent at one address. The test sets the directory's answers. */
async function serving({
  account = ACCOUNT,
  organizer = false,
}: { account?: StaffAccount | Error; organizer?: boolean | "by-stack" } = {}) {
  const kept = new Map<string, { flow: string; cookie: string; content: unknown }>();
  const signIns: SignIns = {
    begin(flow, { state, cookie }, content) {
      kept.set(state, { flow, cookie, content });
      return Promise.resolve();
    },
    take(flow, state, cookie) {
      const row = kept.get(state);
      if (row?.flow !== flow) return Promise.resolve({ kind: "unknown" });
      if (row.cookie !== cookie) return Promise.resolve({ kind: "other-browser" });
      kept.delete(state);
      return Promise.resolve({ kind: "taken", remembered: row.content as never });
    },
  };
  const told: { begun: object[]; finished: [url: string, pending: object][]; asked: unknown[] } = {
    begun: [],
    finished: [],
    asked: [],
  };
  const page = (request: object) => {
    told.begun.push(request);
    return Promise.resolve(new URL("https://login.example/authorize"));
  };
  const options = {
    signIns,
    publicUrl: PUBLIC,
    caller: () => "caller",
    staffSignIn: {
      begin: page,
      consentPage: page,
      finish(callback: URL, pending: object) {
        told.finished.push([callback.href, pending]);
        return account instanceof Error ? Promise.reject(account) : Promise.resolve(account);
      },
      consented(callback: URL) {
        told.finished.push([callback.href, {}]);
        if (account instanceof Error) throw account;
      },
    },
    hospital: {
      isOrganizer(objectId: string, said: string) {
        told.asked.push([objectId, said]);
        return Promise.resolve(organizer === true || organizer === said);
      },
    },
  };
  const signIn = microsoftSignIn(options);
  const consent = adminConsent(options);
  const answers: unknown[] = [];
  const first: string[] = [];
  const answered =
    (flow: string) => (answer: object, request: express.Request, response: express.Response) => {
      answers.push([flow, answer, cameFrom(request)]);
      response.send("answered");
      return Promise.resolve();
    };
  const noting =
    (flow: string): RequestHandler =>
    (_request, _response, next) => {
      first.push(flow);
      next();
    };
  const app = express();
  app.get("/begin/staff", (_request, response) =>
    signIn.begin(response, "staff", { prompt: "none", link: "the link" }),
  );
  app.get("/begin/portal", (_request, response) =>
    signIn.begin(response, "portal", { prompt: "select", page: "/portal" }, "checks"),
  );
  app.get("/begin/consent", (_request, response) => consent.begin(response, "ana"));
  app.get("/signin/callback", ...signIn.answers("staff", noting("staff"), answered("staff")));
  app.get("/signin/callback", ...signIn.answers("portal", noting("portal"), answered("portal")));
  app.use(consent.answers(answered("consent")));
  app.use(((error: Error, _request, response, _next) => {
    response.status(400).send(error.message);
  }) as ErrorRequestHandler);
  const origin = await listening(app);
  const open = async (path: string, cookie?: string) => {
    const headers = cookie === undefined ? {} : { cookie };
    const response = await fetch(origin + path, { redirect: "manual", headers });
    const set = response.headers.getSetCookie();
    return {
      status: response.status,
      location: response.headers.get("location"),
      set,
      body: await response.text(),
    };
  };
  const begin = async (flow: string) => {
    const { set, ...rest } = await open("/begin/" + flow);
    const { state } = told.begun.at(-1) as { readonly state: string };
    return { ...rest, state, set, cookie: set[0]?.split(";")[0] ?? "" };
  };
  return { open, begin, told, answers, first, kept };
}

describe("a sign-in", () => {
  test("begins with a state that names its flow, secrets that only we know, and a cookie for this browser", async () => {
    const { begin, told, kept } = await serving();
    const { status, location, state, set, cookie } = await begin("staff");
    expect([status, location]).toEqual([302, "https://login.example/authorize"]);
    const [flow, secret = "", ...more] = state.split(".");
    expect([flow, isSecret(secret), more]).toEqual(["staff", true, []]);
    const { nonce, verifier, ...asked } = told.begun[0] as Record<string, string>;
    expect(asked).toEqual({ redirectUri: PUBLIC + "/signin/callback", state, prompt: "none" });
    expect([isSecret(nonce ?? ""), isSecret(verifier ?? ""), nonce === verifier]).toEqual([
      true,
      true,
      false,
    ]);
    expect(set[0]).toMatch(/^signin-[0-9a-f]{12}=[\w-]{43}; Max-Age=600; Path=\/signin; .*HttpOnly/);
    expect(cookie.startsWith(signInCookie(hashed(state)).name + "=")).toBe(true);
    expect(kept.get(hashed(state))).toEqual({
      flow: "staff",
      cookie: hashed(cookie.split("=")[1] ?? ""),
      content: { prompt: "none", link: "the link", nonce, verifier },
    });
    expect((await begin("staff")).state).not.toBe(state);
  });

  test("that came from a page says so in its answer", async () => {
    const { begin, open, answers } = await serving();
    const { state, cookie } = await begin("portal");
    expect(state).toMatch(/^portal\.[\w-]{43}\.checks$/);
    await open("/signin/callback?code=1&state=" + state, cookie);
    expect(answers).toMatchObject([["portal", { kind: "signed-in" }, "checks"]]);
  });

  test("is finished with what was remembered, in the words that Microsoft sent, once, and its cookie goes", async () => {
    const { begin, open, told, answers, first } = await serving();
    const { state, cookie } = await begin("staff");
    const { nonce, verifier } = told.begun[0] as Record<string, string>;
    const answer = await open("/signin/callback?code=1&state=" + state, cookie);
    expect(answer.set).toEqual([
      expect.stringMatching(/^signin-[\w-]{12}=; Path=\/signin; Expires=Thu, 01 Jan 1970/),
    ]);
    expect(told.finished).toEqual([
      [
        `${PUBLIC}/signin/callback?code=1&state=${state}`,
        { redirectUri: PUBLIC + "/signin/callback", state, nonce, verifier, prompt: "none" },
      ],
    ]);
    expect(answers).toEqual([
      [
        "staff",
        { kind: "signed-in", account: KNOWN, begun: { prompt: "none", link: "the link" } },
        undefined,
      ],
    ]);
    expect(first).toEqual(["staff"]);
    await open("/signin/callback?code=1&state=" + state, cookie);
    expect(answers.at(-1)).toEqual(["staff", { kind: "unknown" }, undefined]);
  });

  test("of another browser is nobody's, and stays there for its own", async () => {
    const { begin, open, answers, told } = await serving();
    const { state, cookie } = await begin("staff");
    expect((await open("/signin/callback?code=1&state=" + state)).set).toEqual([]);
    await open(
      "/signin/callback?code=1&state=" + state,
      cookie.replace(/.$/, cookie.endsWith("A") ? "B" : "A"),
    );
    const others = ["staff", { kind: "other-browser" }, undefined];
    expect(answers).toEqual([others, others]);
    expect(told.finished).toEqual([]);
    await open("/signin/callback?code=1&state=" + state, cookie);
    expect(answers.at(-1)).toMatchObject(["staff", { kind: "signed-in" }, undefined]);
  });

  test.each([
    "/signin/callback",
    "/signin/callback?state=",
    "/signin/callback?state=staff",
    "/signin/callback?state=staffs.x",
  ])("whose state names no flow is none of theirs: %s", async (path) => {
    const { open, answers, first } = await serving();
    expect((await open(path)).status).toBe(404);
    expect([answers, first]).toEqual([[], []]);
  });

  test("is answered six times only by whoever tries again and again", async () => {
    const { open, answers } = await serving();
    for (let times = 0; times < 5; times++) await open("/signin/callback?state=staff.x");
    expect(await open("/signin/callback?state=staff.x")).toMatchObject({
      status: 400,
      body: "too-many-requests",
    });
    expect(answers).toHaveLength(5);
  });

  test.each<[what: string, given: Parameters<typeof serving>[0], flow: string, answer: object]>([
    [
      "a guest",
      { account: { ...ACCOUNT, isGuest: true } },
      "staff",
      { kind: "not-a-members", whose: "guest" },
    ],
    ["a department's account", { organizer: true }, "staff", { kind: "not-a-members", whose: "organizer" }],
    [
      "a department's account of the stack, at the portal",
      { organizer: "by-stack" },
      "portal",
      { whose: "organizer" },
    ],
    [
      "a department's account of the portal, at the portal",
      { organizer: false },
      "portal",
      { kind: "signed-in" },
    ],
  ])("of %s", async (_what, given, flow, answer) => {
    const { begin, open, answers, told } = await serving(given);
    const { state, cookie } = await begin(flow);
    await open("/signin/callback?code=1&state=" + state, cookie);
    expect(answers).toMatchObject([[flow, answer, flow === "portal" ? "checks" : undefined]]);
    expect(JSON.stringify(answers)).not.toContain("verifier");
    const said = flow === "portal" ? "by-stack" : "anywhere";
    expect(told.asked).toEqual(
      (given?.account as StaffAccount | undefined)?.isGuest ? [] : [[ACCOUNT.objectId, said]],
    );
  });

  test("that Microsoft refuses is told with what was begun, and a bug is a bug", async () => {
    const fault = new StaffSignInFault("declined", "no");
    const refused = await serving({ account: fault });
    const one = await refused.begin("staff");
    await refused.open("/signin/callback?error=access_denied&state=" + one.state, one.cookie);
    expect(refused.answers).toEqual([
      ["staff", { kind: "failed", fault, begun: { prompt: "none", link: "the link" } }, undefined],
    ]);
    const broken = await serving({ account: new TypeError("a bug") });
    const other = await broken.begin("staff");
    expect((await broken.open("/signin/callback?state=" + other.state, other.cookie)).body).toBe("a bug");
  });
});

describe("a consent", () => {
  test("begins and ends at the sign-in's address, and names who began", async () => {
    const { begin, open, told, answers, kept } = await serving();
    const { status, location, state, cookie, set } = await begin("consent");
    expect([status, location]).toEqual([302, "https://login.example/authorize"]);
    expect(state).toMatch(/^consent\.[\w-]{43}$/);
    expect(told.begun).toEqual([{ redirectUri: PUBLIC + "/signin/callback", state }]);
    expect(set[0]).toMatch(/^signin-[\w-]{12}=[\w-]{43}; Max-Age=600; Path=\/signin; /);
    expect(kept.get(hashed(state))).toMatchObject({ flow: "consent", content: { by: "ana" } });
    const answer = await open("/signin/callback?admin_consent=True&tenant=t&state=" + state, cookie);
    expect(answer.set).toEqual([
      expect.stringMatching(/^signin-[\w-]{12}=; Path=\/signin; Expires=Thu, 01 Jan 1970/),
    ]);
    expect(told.finished).toEqual([
      [`${PUBLIC}/signin/callback?admin_consent=True&tenant=t&state=${state}`, {}],
    ]);
    expect(answers).toEqual([["consent", { kind: "given", by: "ana" }, undefined]]);
  });

  test("of another browser consents to nothing", async () => {
    const { begin, open, told, answers } = await serving();
    const { state } = await begin("consent");
    expect((await open("/signin/callback?admin_consent=True&state=" + state)).set).toEqual([]);
    expect(answers).toEqual([["consent", { kind: "other-browser" }, undefined]]);
    expect(told.finished).toEqual([]);
  });

  test("that is refused says so, by whom, and a bug is a bug", async () => {
    const fault = new StaffSignInFault("other-tenant", "no");
    const refused = await serving({ account: fault });
    const one = await refused.begin("consent");
    await refused.open("/signin/callback?state=" + one.state, one.cookie);
    expect(refused.answers).toEqual([["consent", { kind: "failed", by: "ana", fault }, undefined]]);
    const broken = await serving({ account: new TypeError("a bug") });
    const other = await broken.begin("consent");
    expect((await broken.open("/signin/callback?state=" + other.state, other.cookie)).body).toBe("a bug");
  });

  test("is limited like sign-ins", async () => {
    const { open } = await serving();
    for (let times = 0; times < 5; times++) await open("/signin/callback?state=consent.x");
    expect((await open("/signin/callback?state=consent.x")).body).toBe("too-many-requests");
  });
});
