/** The two halves of a launch, and the Microsoft account: what is refused, what is kept, and for whom; without a browser. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { answerProposal, finishSignIn, joinsAs, unlink } from "../../../../app/flows/provider/account.ts";
import { beginLaunch, type Departure } from "../../../../app/flows/provider/beginLaunch.ts";
import { finishLaunch } from "../../../../app/flows/provider/finishLaunch.ts";
import { StaffSignInFault } from "../../../../app/ports/staffSignIn.ts";
import { StoreFault } from "../../../../app/ports/store.ts";
import { hashed, newSecret } from "../../../../app/web/secrets.ts";
import type { SignInAnswer } from "../../../../app/web/microsoftSignIn.ts";
import { connectionOf } from "../../../harness/findingDeployment.ts";
import { FHIR_USER, launched, problemOf } from "../../../harness/launched.ts";

let at: ReturnType<typeof launched>;
let asked: unknown[];
beforeEach(() => {
  at = launched();
  asked = [];
});
afterEach(() => at.close());

const ISS = "https://fhir.example/r4/lamna";
const CHARTS = "https://chart.example";
const endpoints = {
  issuer: CHARTS + "/tenant",
  authorizationEndpoint: CHARTS + "/authorize",
  tokenEndpoint: "https://tokens.example/token",
};
type Standing =
  | { readonly ok: true; readonly endpoints: object }
  | { readonly ok: false; readonly why: string; readonly reason: string };

function begin(
  call: string,
  how: { environment?: "test" | "production"; standing?: Standing; count?: () => Promise<void> } = {},
) {
  const ehr = {
    signInUrl: (...about: unknown[]) => {
      asked.push(about);
      return new URL(CHARTS + "/authorize?x=1");
    },
  };
  const standings = { of: () => Promise.resolve(how.standing ?? { ok: true, endpoints }) };
  const parts = { ...at.parts, ehr, standings } as unknown as Parameters<typeof beginLaunch>[0];
  const count = how.count ?? (() => Promise.resolve());
  return beginLaunch(parts, how.environment ?? "production", new URLSearchParams(call), count);
}

const LAUNCH = new URLSearchParams({ iss: ISS, launch: "context" }).toString();

describe("a launch begins", () => {
  test.each([
    ["", "launch-invalid"],
    ["iss=" + ISS, "launch-invalid"],
    ["launch=x", "launch-invalid"],
    ["iss=&launch=x", "launch-invalid"],
    [`iss=${ISS}&launch=`, "launch-invalid"],
    [`iss=${ISS}&launch=x&launch=y`, "launch-invalid"],
    [`iss=${ISS}&iss=${ISS}&launch=x`, "launch-invalid"],
    [`iss=${ISS}&launch=${"x".repeat(4001)}`, "launch-too-long"],
    ["iss=nothing&launch=x", "unknown-chart-system"],
    [`iss=${ISS}-2&launch=x`, "unknown-chart-system"],
  ])("not with %j", async (call, kind) => {
    let counted = 0;
    const count = () => Promise.resolve(void (counted += 1));
    expect(await problemOf(begin(call, { count }))).toEqual({ kind });
    expect([counted, asked]).toEqual([0, []]);
  });

  test("with a handle of the launch of 4,000 characters", async () => {
    await begin(`iss=${ISS}&launch=${"x".repeat(4000)}`);
    expect(asked).toHaveLength(1);
  });

  test("from an address on loopback that is configured", async () => {
    at.reset({ connections: [connectionOf("here", { fhirBaseUrl: "http://localhost:8080/r4" as never })] });
    at.parts = { ...at.parts, hospital: at.found().hospital };
    expect(await problemOf(begin("iss=http://localhost:8080/r4&launch=x"))).toEqual({
      kind: "awaiting-registration",
    });
  });

  test("at the address of its own environment only", async () => {
    expect(await problemOf(begin(LAUNCH, { environment: "test" }))).toEqual({
      kind: "wrong-environment",
      side: "production",
    });
  });

  test.each([
    ["proof", "proof-missing"],
    ["unwell", "connection-failing"],
    ["addresses", "connection-failing"],
  ])("not where the chart's sign-in is not known, for %s", async (why, kind) => {
    const standing = { ok: false, why, reason: "it says so" } as const;
    expect(await problemOf(begin(LAUNCH, { standing }))).toEqual({ kind });
    const thrown = await begin(LAUNCH, { standing }).catch((error: unknown) => error);
    expect((thrown as Error).cause).toEqual(new Error("it says so"));
  });

  test("not for whoever calls too often; and nothing is kept then", async () => {
    const often = new Error("too often");
    await expect(begin(LAUNCH, { count: () => Promise.reject(often) })).rejects.toBe(often);
    expect([asked, at.logged()]).toEqual([[], []]);
  });

  test("with secrets of its own, which the answer is checked against", async () => {
    const departure = await begin(LAUNCH);
    expect([departure.signIn.href, departure.connectionId]).toEqual([CHARTS + "/authorize?x=1", "lamna"]);
    const [[connection, used, request]] = asked as [[{ id: string }, unknown, Record<string, string>]];
    expect([connection.id, used]).toEqual(["lamna", endpoints]);
    const { state = "", nonce = "", verifier = "", ...rest } = request;
    const redirectUri = at.publicUrl + "/launch/callback/lamna";
    expect(rest).toEqual({ launch: "context", redirectUri });
    expect(new Set([state, nonce, verifier]).size).toBe(3);
    expect(departure.cookie.stateHash).toBe(hashed(state));
    const taken = await at.parts.signIns.take("launch", hashed(state), hashed(departure.cookie.secret));
    expect(taken).toEqual({
      kind: "taken",
      remembered: { connectionId: "lamna", fhirBaseUrl: ISS, verifier, nonce, redirectUri, endpoints },
    });
    expect(at.noted).toEqual(['{"connection":"lamna"}']);
    expect(at.logged()).toEqual([{ level: "info", event: "launch.begun", connection: "lamna" }]);
  });
});

interface Back {
  readonly at?: string;
  readonly cookie?: (departure: Departure) => string | undefined;
}
const GRANT = { accessToken: "t" };
function come(query: string, departure?: Departure, back: Back = {}) {
  const ehr = {
    redeem: (...about: unknown[]) => {
      asked.push(about);
      return Promise.resolve(GRANT);
    },
  };
  const parts = { ...at.parts, ehr } as unknown as Parameters<typeof finishLaunch>[0];
  return finishLaunch(parts, {
    connectionId: back.at ?? "lamna",
    parameters: new URLSearchParams(query),
    cookieOf: (stateHash) => {
      if (stateHash !== departure?.cookie.stateHash) return undefined;
      return back.cookie === undefined ? departure.cookie.secret : back.cookie(departure);
    },
  });
}
const stateOf = () => (asked.at(-1) as [unknown, unknown, { state: string }])[2].state;

describe("a launch's answer", () => {
  let departure: Departure;
  let good: string;
  beforeEach(async () => {
    departure = await begin(LAUNCH);
    good = "state=" + stateOf();
    asked = [];
    at.noted.length = 0;
    at.logged();
  });

  test("is redeemed with what the launch began with, once", async () => {
    expect(await come(good + "&code=c-1", departure)).toMatchObject({
      connection: { id: "lamna" },
      grant: GRANT,
    });
    const [[connection, used, answer]] = asked as [[{ id: string }, unknown, Record<string, string>]];
    expect([connection.id, used]).toEqual(["lamna", endpoints]);
    expect(answer).toEqual({
      code: "c-1",
      verifier: expect.stringMatching(/^[\w-]{43}$/) as string,
      nonce: expect.stringMatching(/^[\w-]{43}$/) as string,
      redirectUri: at.publicUrl + "/launch/callback/lamna",
    });
    expect(at.noted).toEqual(['{"connection":"lamna"}']);
    expect(at.logged()).toEqual([{ level: "info", event: "launch.finished", connection: "lamna" }]);
    expect(await problemOf(come(good + "&code=c-1", departure))).toEqual({ kind: "launch-reused" });
    expect(asked).toHaveLength(1);
  });

  test.each<[string, string, Back, object]>([
    ["without a state", "code=c", {}, { kind: "answer-invalid", lacks: "state" }],
    ["with an empty state", "state=&code=c", {}, { kind: "answer-invalid", lacks: "state" }],
    ["with two states", "GOOD&state=other&code=c", {}, { kind: "answer-invalid", lacks: "state" }],
    ["without a code", "GOOD", {}, { kind: "answer-invalid", lacks: "code" }],
    ["with an empty code", "GOOD&code=", {}, { kind: "answer-invalid", lacks: "code" }],
    ["with two codes", "GOOD&code=a&code=b", {}, { kind: "answer-invalid", lacks: "code" }],
    ["with a state of nobody's", "state=" + "A".repeat(43) + "&code=c", {}, { kind: "launch-expired" }],
    ["without the cookie", "GOOD&code=c", { cookie: () => undefined }, { kind: "launch-other-browser" }],
    ["with another's cookie", "GOOD&code=c", { cookie: () => newSecret() }, { kind: "launch-other-browser" }],
    [
      "at another connection's address",
      "GOOD&code=c",
      { at: "other" },
      { kind: "sign-in-unproven", check: "issuer" },
    ],
    [
      "of another issuer",
      "GOOD&code=c&iss=https://other.example",
      {},
      { kind: "sign-in-unproven", check: "issuer" },
    ],
  ])("%s is not redeemed", async (_what, query, back, problem) => {
    expect(await problemOf(come(query.replace("GOOD", good), departure, back))).toEqual(problem);
    expect(asked).toEqual([]);
  });

  test.each(["&code=c&iss=", "&code=c&error=", "&code=&code=c", "&code=c&error=&error_uri=&iss="])(
    "may have parameters that say nothing: %s",
    async (query) => {
      expect(await come(good + query, departure)).toMatchObject({ grant: GRANT });
    },
  );

  test("that refuses without saying of what is told like one that says it", async () => {
    expect(await problemOf(come("error=access_denied&state=", departure))).toEqual({
      kind: "sign-in-refused",
      code: "access_denied",
    });
  });

  test.each(["", "/"])("may name its issuer, with %j at the end", async (end) => {
    expect(await come(good + "&code=c&iss=" + endpoints.issuer + end, departure)).toMatchObject({
      grant: GRANT,
    });
  });

  test("of a connection that is gone or leads elsewhere by now is not redeemed", async () => {
    const connections = [connectionOf("lamna", { fhirBaseUrl: (ISS + "-new") as never })];
    at.reset({ connections });
    at.parts = { ...at.parts, hospital: at.found().hospital };
    expect(await problemOf(come(good + "&code=c", departure))).toEqual({ kind: "launch-expired" });
    at.reset({ connections: [] });
    at.parts = { ...at.parts, hospital: at.found().hospital };
    // Its state has been used up.
    expect(await problemOf(come(good + "&code=c", departure))).toEqual({ kind: "launch-reused" });
    expect(asked).toEqual([]);
  });

  test("of a connection that is gone says that it is not connected", async () => {
    at.reset({ connections: [] });
    at.parts = { ...at.parts, hospital: at.found().hospital };
    expect(await problemOf(come(good + "&code=c", departure))).toEqual({ kind: "unknown-chart-system" });
  });

  test("of a launch that the release before has begun, and of a server that named no issuer, is taken", async () => {
    const state = newSecret();
    const [cookie, { issuer: _none, ...unnamed }] = [newSecret(), endpoints];
    const kept = { connectionId: "lamna", verifier: "v", nonce: "n", redirectUri: "r", endpoints: unnamed };
    await at.parts.signIns.begin("launch", { state: hashed(state), cookie: hashed(cookie) }, kept);
    const begun = { ...departure, cookie: { secret: cookie, stateHash: hashed(state) } };
    expect(await come(`state=${state}&code=c&iss=https://any.example`, begun)).toMatchObject({
      grant: GRANT,
    });
    expect(asked).toMatchObject([[{}, unnamed, { verifier: "v", nonce: "n", redirectUri: "r" }]]);
  });

  const refusal = (code: string, more = "") => problemOf(come(`${good}&error=${code}${more}`, departure));
  test.each([
    "access_denied",
    "account_selection_required",
    "consent_required",
    "interaction_required",
    "login_required",
    "unmet_authentication_requirements",
  ])("that is a refusal of the person (%s) says so", async (code) => {
    expect(await refusal(code)).toEqual({ kind: "sign-in-refused", code });
    expect(asked).toEqual([]);
  });

  test.each([
    [
      "temporarily_unavailable",
      { kind: "sign-in-unavailable", code: "temporarily_unavailable", answered: "error" },
    ],
    ["server_error", { kind: "sign-in-unavailable", code: "server_error", answered: "error" }],
    ["invalid_scope", { kind: "registration-refused", code: "invalid_scope" }],
    ["Example, Pat", { kind: "registration-refused", code: "other" }],
    ["", { kind: "answer-invalid", lacks: "code" }],
  ])("that is another refusal (%s) says whose it is", async (code, problem) => {
    expect(await refusal(code)).toEqual(problem);
  });

  test.each([
    [CHARTS + "/help", CHARTS + "/help"],
    ["https://tokens.example/help", "https://tokens.example/help"],
    ["https://evil.example/help", undefined],
  ])("that is a refusal with help at %s", async (link, help) => {
    expect(await refusal("access_denied", "&error_uri=" + link)).toEqual({
      kind: "sign-in-refused",
      code: "access_denied",
      ...(help !== undefined && { help }),
    });
  });

  test("that is a refusal without a state says so, with no help, and uses up no launch", async () => {
    expect(await problemOf(come("error=access_denied&error_uri=" + CHARTS + "/help", departure))).toEqual({
      kind: "sign-in-refused",
      code: "access_denied",
    });
    expect(await come(good + "&code=c", departure)).toMatchObject({ grant: GRANT });
  });
});

describe("a Microsoft sign-in", () => {
  const launchId = "L".repeat(22);
  const back = "/visits/" + launchId;
  type Answer = SignInAnswer<"visit">;
  const come = (answer: object, from: string | undefined = launchId) =>
    finishSignIn(at.parts, answer as Answer, from);
  const failed = (reason: StaffSignInFault["reason"], code?: string) => ({
    kind: "failed",
    fault: new StaffSignInFault(reason, "it says so", { code }),
  });

  test("leads to the question, and what is asked about is kept with the session and no more", async () => {
    const session = await at.begin();
    const account = { objectId: "o", displayName: "Robin", userName: "r@lamna.example", appRoles: ["x"] };
    const begun = { sessionId: session.id, prompt: "none" };
    expect(await come({ kind: "signed-in", account, begun })).toEqual({
      launchId: session.launchId,
      to: "question",
    });
    expect(await at.again(session)).toMatchObject({
      proposed: { objectId: "o", displayName: "Robin", userName: "r@lamna.example" },
      grant: session.grant,
    });
  });

  test.each<[object, string, object?]>([
    [{ kind: "not-a-members", whose: "guest" }, "staff-account-guest"],
    [{ kind: "not-a-members", whose: "organizer" }, "staff-account-organizer"],
    [{ kind: "unknown" }, "staff-sign-in-expired"],
    [{ kind: "used" }, "staff-sign-in-reused"],
    [{ kind: "other-browser" }, "staff-sign-in-other-browser"],
    [failed("other-tenant"), "staff-account-other-tenant"],
    [failed("invalid"), "staff-sign-in-failed", { why: "invalid" }],
    [failed("unavailable"), "staff-sign-in-failed", { why: "unavailable" }],
    [
      failed("registration", "AADSTS700016"),
      "staff-sign-in-failed",
      { why: "registration", code: "AADSTS700016" },
    ],
  ])(
    "that comes to nothing (%j) says why, with the way back where it is known",
    async (answer, kind, more) => {
      expect(await problemOf(come(answer))).toEqual({ kind, back, ...more });
      expect(await problemOf(finishSignIn(at.parts, answer as Answer, undefined))).toEqual({ kind, ...more });
    },
  );

  test("that was declined leads back to the visit, and is told where that is not known", async () => {
    expect(await come(failed("declined"))).toEqual({ launchId, to: "not-signed-in" });
    expect(at.logged()).toEqual([{ level: "info", event: "account.not_signed_in" }]);
    const lost = finishSignIn(at.parts, failed("declined") as Answer, undefined);
    expect(await problemOf(lost)).toEqual({ kind: "staff-sign-in-declined" });
    expect(at.logged()).toEqual([]);
  });

  test("that failed keeps its cause for the log", async () => {
    const answer = failed("invalid");
    const thrown = await come(answer).catch((error: unknown) => error);
    expect((thrown as Error).cause).toBe(answer.fault);
  });
});

describe("the answer to whether an account is the clinician's", () => {
  const proposed = { objectId: "mine", displayName: "Robin", userName: "r@lamna.example" };
  const linked = () => at.parts.staffAccounts.of(FHIR_USER);

  test.each([
    [true, "linked", "mine"],
    [false, "declined", undefined],
  ] as const)("yes is %s: it is %s, and the question is gone", async (yes, answered, account) => {
    const session = await at.begin({ proposed, readAt: 1 });
    expect(await answerProposal(at.parts, session, { yes, shown: "mine" })).toBe(answered);
    expect(await linked()).toBe(account);
    const after = await at.again(session);
    expect([after.proposed, after.readAt, after.grant]).toEqual([undefined, 1, session.grant]);
    expect(at.logged().at(-1)).toEqual({
      level: "info",
      event: "account." + answered,
      connection: "lamna",
    });
  });

  test("links no other account than the one that was shown, and leaves that other question", async () => {
    const session = await at.begin({ proposed });
    expect(await answerProposal(at.parts, session, { yes: true, shown: "another" })).toBe("other-account");
    expect([await linked(), (await at.again(session)).proposed]).toEqual([undefined, proposed]);
    // Another tab has put another account in its place since this request began.
    // In another tab the question was answered meanwhile.
    const answeredAlready = await at.begin({ proposed });
    await at.parts.sessions.change(answeredAlready.id, ({ proposed: _none, ...content }) => content);
    expect(await answerProposal(at.parts, answeredAlready, { yes: false, shown: "mine" })).toBe("declined");
    expect(await at.again(answeredAlready)).not.toHaveProperty("proposed");
    const another = { ...proposed, objectId: "another" };
    await at.parts.sessions.change(session.id, (content) => ({ ...content, proposed: another }));
    expect(await answerProposal(at.parts, session, { yes: true, shown: "mine" })).toBe("linked");
    expect((await at.again(session)).proposed).toEqual(another);
  });

  test("counts on this page alone where another release has kept which account is theirs", async () => {
    await at.parts.staffAccounts.link(FHIR_USER, "theirs");
    const [row] = (await at.store.changes("staffAccounts", 1)).items;
    if (row === undefined) throw new Error("nothing is linked");
    await at.store.replace("staffAccounts", { ...row, body: { ...row.body, v: 7 } }, row.etag);
    const session = await at.begin({ proposed });
    expect(await answerProposal(at.parts, session, { yes: true, shown: "mine" })).toBe("for-now");
    const after = await at.again(session);
    expect([after.proposed, await joinsAs(at.parts, after)]).toEqual([undefined, "mine"]);
    expect(await answerProposal(at.parts, after, { yes: true, shown: "mine" })).toBe("for-now");
    const accounts = at.logged().filter(({ event }) => String(event).startsWith("account."));
    expect(accounts).toMatchObject([{ event: "account.for_now" }]);
    expect(await unlink(at.parts, after, "mine")).toBe(true);
    const unlinked = await at.again(session);
    expect(await joinsAs(at.parts, unlinked)).toBeUndefined();
    expect(await problemOf(unlink(at.parts, unlinked, "theirs"))).toMatchObject({
      kind: "staff-link-of-another-release",
    });
  });

  test("that counted on this page alone does not come back once it is linked, or another is unlinked", async () => {
    const account = "before";
    const linking = await at.begin({ proposed, account });
    expect(await answerProposal(at.parts, linking, { yes: true, shown: "mine" })).toBe("linked");
    expect((await at.again(linking)).account).toBeUndefined();
    const declining = await at.begin({ proposed, account });
    expect(await answerProposal(at.parts, declining, { yes: false, shown: "mine" })).toBe("declined");
    expect((await at.again(declining)).account).toBe(account);
    expect(await unlink(at.parts, declining, "mine")).toBe(true);
    expect(await joinsAs(at.parts, await at.again(declining))).toBeUndefined();
  });

  test("is linked also where that cannot be noted, and says so; a no that cannot be noted fails", async () => {
    const fails = () => Promise.reject(new StoreFault("it is away"));
    const sessions = { ...at.parts.sessions, change: fails };
    const answer = async (yes: boolean) =>
      answerProposal(at.withParts({ sessions }), await at.begin({ proposed }), { yes, shown: "mine" });
    await expect(answer(false)).rejects.toThrow(StoreFault);
    expect([await answer(true), await linked()]).toEqual(["linked", "mine"]);
  });

  test("is none where the store fails as it is to be linked", async () => {
    const staffAccounts = {
      ...at.parts.staffAccounts,
      link: () => Promise.reject(new StoreFault("it is away")),
    };
    const session = await at.begin({ proposed });
    const answer = answerProposal(at.withParts({ staffAccounts }), session, { yes: true, shown: "mine" });
    await expect(answer).rejects.toThrow(StoreFault);
    expect((await at.again(session)).proposed).toEqual(proposed);
  });

  test("given again for this page alone is none where another account was linked meanwhile", async () => {
    const session = await at.begin({ account: "mine" });
    await at.parts.staffAccounts.link(FHIR_USER, "another");
    expect(await answerProposal(at.parts, session, { yes: true, shown: "mine" })).toBe("no-question");
  });

  test("given again says what became of the first one", async () => {
    const session = await at.begin();
    const again = (yes: boolean) => answerProposal(at.parts, session, { yes, shown: "mine" });
    expect([await again(false), await again(true)]).toEqual(["declined", "no-question"]);
    await at.parts.staffAccounts.link(FHIR_USER, "mine");
    expect([await again(false), await again(true), await linked()]).toEqual(["declined", "linked", "mine"]);
    at.logged();
    expect([await unlink(at.parts, session, "another"), await linked()]).toEqual([false, "mine"]);
    expect(await unlink(at.parts, session, "mine")).toBe(true);
    expect(await linked()).toBeUndefined();
    expect(await unlink(at.parts, session, "mine")).toBe(true);
    expect(at.logged()).toEqual([{ level: "info", event: "account.unlinked", connection: "lamna" }]);
  });
});
