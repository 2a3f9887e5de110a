/** One grant asked of a token endpoint: what is sent, how patiently, and what each answer means. */
import { describe, expect, test } from "vitest";
import { Unreachable, type Incoming, type Outgoing } from "../../../../app/adapters/fhir/send.ts";
import { TooLarge } from "../../../../app/adapters/wire/body.ts";
import { askForToken, type TokenRequest } from "../../../../app/adapters/fhir/tokenEndpoint.ts";
import type { ConfiguredClient, ConfiguredConnection } from "../../../../app/domain/hospital.ts";
import type { EhrFault } from "../../../../app/ports/ehr.ts";
import { jsonLog } from "../../../../app/log.ts";
import { connection as lamna } from "../../domain/lamna.ts";

const NOW = new Date("2027-01-12T15:00:00Z");
const TOKENS = "https://login.ehr.example/token";
const connection = { ...lamna, aud: lamna.fhirBaseUrl } as unknown as ConfiguredConnection;
const endpoints = { authorizationEndpoint: "https://ehr.example/authorize", tokenEndpoint: TOKENS };
const client: ConfiguredClient = {
  clientId: "c-1",
  authentication: { method: "client_secret_basic", secret: "s" },
};
const byCode: TokenRequest = {
  connection,
  client,
  endpoints,
  grant: { grant_type: "authorization_code", code: "x" },
};
const renewal: TokenRequest = { connection, client, endpoints, grant: { grant_type: "refresh_token" } };
const GOOD = { access_token: "t-1", token_type: "Bearer" };

type Answer = Partial<Omit<Incoming, "body">> & { readonly body?: unknown; readonly takes?: number };

/** An endpoint that answers in turn; "silence" is no answer, and "too much" is one that is not read to its end. */
function endpoint(...answers: (Answer | "silence" | "too much")[]) {
  let at = NOW.getTime();
  const asked: Outgoing[] = [];
  const waited: number[] = [];
  const logged: string[] = [];
  const nobody = () => Promise.reject(new Error("nobody asks"));
  const deps = {
    send: (request: Outgoing): Promise<Incoming> => {
      asked.push(request);
      const answer = answers.length > 1 ? answers.shift() : answers[0];
      if (answer === "too much")
        return Promise.reject(new Unreachable("too large", { cause: new TooLarge(1) }));
      if (answer === undefined || answer === "silence") {
        at += 1_000;
        return Promise.reject(new Unreachable("no answer"));
      }
      at += answer.takes ?? 0;
      if (answer.status === 0) {
        at += 3_001;
        return Promise.reject(new Unreachable("no answer for long"));
      }
      const { status = 200, headers = {}, body = GOOD } = answer;
      return Promise.resolve({
        status,
        headers,
        body: typeof body === "string" ? body : JSON.stringify(body),
      });
    },
    secrets: {
      vault: {
        secret: () => Promise.resolve("secret"),
        sign: (_key: string, _algorithm: unknown, dataFor: (kid: string) => Uint8Array) =>
          Promise.resolve({ kid: "k", value: dataFor("k") }),
        publicKeys: nobody,
        wrap: nobody,
        unwrap: nobody,
      },
      keyring: { open: () => "" },
    },
    log: jsonLog(
      (line) => void logged.push(line),
      () => NOW,
    ),
    now: () => new Date(at),
    wait: (milliseconds: number) => {
      waited.push(milliseconds);
      return Promise.resolve();
    },
  };
  return { asked, waited, logged, ask: (request: TokenRequest = byCode) => askForToken(deps, request) };
}

const bodyOf = (request: Outgoing | undefined) => Object.fromEntries(new URLSearchParams(request?.body));

describe("what is sent", () => {
  test("is the grant as a form, with the secret in the header and the client's id there alone", async () => {
    const { ask, asked } = endpoint({});
    await ask();
    expect(asked).toEqual([
      {
        method: "POST",
        url: TOKENS,
        headers: {
          authorization: "Basic " + Buffer.from("c-1:secret").toString("base64"),
          accept: "application/json",
          "content-type": "application/x-www-form-urlencoded",
        },
        body: "grant_type=authorization_code&code=x",
      },
    ]);
  });

  test("is signed, with the client's id beside it, and each try has a signature of its own", async () => {
    const signing: ConfiguredClient = {
      clientId: "c-1",
      authentication: { method: "private_key_jwt", key: "k", algorithm: "RS384" },
    };
    const { ask, asked } = endpoint({ status: 503 }, {});
    await ask({ ...byCode, client: signing });
    const [first, second] = asked.map(bodyOf);
    expect(first).toMatchObject({ grant_type: "authorization_code", code: "x", client_id: "c-1" });
    expect(first?.["client_assertion"]).not.toBe(second?.["client_assertion"]);
    expect(asked[0]?.headers["authorization"]).toBeUndefined();
  });
});

test.each([byCode, renewal])(
  "an answer that is too large proves nothing, and is asked for once (%#)",
  async (request) => {
    const { ask, asked } = endpoint("too much");
    await expect(ask(request)).rejects.toMatchObject({
      problem: { kind: "sign-in-unproven", check: "answer" },
      message: "the token endpoint's answer is too large",
    });
    expect(asked).toHaveLength(1);
  },
);

describe("a token", () => {
  test("that says the least is good for five minutes, and its page has a banner", async () => {
    expect(await endpoint({}).ask()).toEqual({
      ...GOOD,
      expires_in: 300,
      need_patient_banner: true,
      clockAheadMs: undefined,
    });
  });

  test.each([
    [0, 300],
    [-1, 300],
    ["-570", 300],
    [0.4, 0.4],
    ["0.001", 0.001],
    [570, 570],
  ])("that is said to be good for %j s counts as good for %d s", async (expires_in, used) => {
    expect((await endpoint({ body: { ...GOOD, expires_in } }).ask()).expires_in).toBe(used);
  });

  test("that says all is read", async () => {
    const body = {
      access_token: "t-1",
      token_type: "bearer",
      expires_in: 570,
      scope: ["openid", "launch"],
      refresh_token: "r-1",
      id_token: "i-1",
      patient: "Patient/p-1",
      encounter: lamna.fhirBaseUrl + "/Encounter/e-1",
      need_patient_banner: false,
    };
    expect(await endpoint({ body, headers: { date: "Tue, 12 Jan 2027 15:12:00 GMT" } }).ask()).toEqual({
      ...body,
      scope: "openid launch",
      patient: "p-1",
      encounter: "e-1",
      clockAheadMs: 720_000,
    });
  });

  test("that names another server's patient names none of ours", async () => {
    const { ask, logged } = endpoint({
      body: { ...GOOD, patient: "https://elsewhere.example/r4/Patient/p-1" },
    });
    expect(await ask()).not.toHaveProperty("patient");
    expect(logged.join("")).toContain("sign_in.members_ignored");
  });

  test("is used without what cannot be read and is not needed, which is named in the log", async () => {
    const { ask, logged } = endpoint({ body: { ...GOOD, patient: "..", scope: 7 } });
    expect(await ask()).not.toHaveProperty("patient");
    expect(logged.join("")).toMatch(/"event":"sign_in.members_ignored","connection":"lamna"/);
    const quiet = endpoint({});
    await quiet.ask();
    expect(quiet.logged).toEqual([]);
  });

  test.each([
    [{ token_type: "Bearer" }],
    [{ ...GOOD, access_token: "a\nb" }],
    [{ ...GOOD, access_token: "ä" }],
    [{ ...GOOD, token_type: "mac" }],
    [{ ...GOOD, token_type: "bearers" }],
    [{ ...GOOD, token_type: "not bearer" }],
    ["Sign in"],
  ])("is none: %j", async (body) => {
    await expect(endpoint({ body }).ask()).rejects.toMatchObject({
      problem: { kind: "sign-in-unproven" },
      message: "the token answer cannot be used",
    });
  });

  test.each([300, 302, 399])("is not what an answer of %i brings", async (status) => {
    await expect(endpoint({ status }).ask()).rejects.toMatchObject({
      problem: { kind: "sign-in-unproven" },
      message: `the token endpoint answered ${String(status)} and no token`,
    });
  });
});

describe("an endpoint that is ill", () => {
  test.each([500, 503, 429, 408, 425])(
    "is asked three times when it answers %i, later each time",
    async (status) => {
      const { ask, asked, waited } = endpoint({ status });
      await expect(ask()).rejects.toMatchObject({
        problem: { kind: "sign-in-unavailable", answered: status === 429 ? "busy" : "error" },
        message: "the token endpoint answered " + String(status),
      });
      expect([asked.length, waited]).toEqual([3, [375, 750]]);
    },
  );

  test("is asked again when it says, unless that is long", async () => {
    const soon = endpoint({ status: 503, headers: { "retry-after": "2" } }, {});
    await soon.ask();
    expect(soon.waited).toEqual([2_000]);
    const later = endpoint({ status: 503, headers: { "retry-after": "3" } }, {});
    await expect(later.ask()).rejects.toMatchObject({
      problem: { kind: "sign-in-unavailable", answered: "busy" },
    });
    expect(later.waited).toEqual([]);
  });

  test("is asked again when no answer came, three times, or once it took long", async () => {
    const { ask, asked, waited } = endpoint("silence");
    const silent = (await ask().catch((error: unknown) => error)) as EhrFault;
    expect([silent.problem, silent.message, silent.cause]).toMatchObject([
      { kind: "sign-in-unavailable" },
      "the token endpoint did not answer",
      { name: "Unreachable" },
    ]);
    expect(silent.problem).not.toHaveProperty("answered");
    expect([asked.length, waited]).toEqual([3, [375, 750]]);
    const slow = endpoint({ status: 0, takes: 1_000 }, {});
    await expect(slow.ask()).rejects.toMatchObject({ problem: { kind: "sign-in-unavailable" } });
    expect(slow.asked).toHaveLength(1);
    const quick = endpoint({ status: 0, takes: 999 }, {});
    expect(await quick.ask()).toMatchObject(GOOD);
  });

  test("is not shown a refresh token again unless it says that it did not listen", async () => {
    for (const status of [429, 503]) {
      const { ask, asked } = endpoint({ status }, {});
      await ask(renewal);
      expect(asked).toHaveLength(2);
    }
    for (const answer of [{ status: 500 }, "silence"] as const) {
      const { ask, asked } = endpoint(answer);
      await expect(ask(renewal)).rejects.toMatchObject({ problem: { kind: "chart-unavailable" } });
      expect(asked).toHaveLength(1);
    }
  });
});

test.each([200, 302, 400, 401, 404])("a web page with status %i is somebody's in between", async (status) => {
  await expect(endpoint({ status, body: "<html>Blocked</html>" }).ask()).rejects.toMatchObject({
    problem: { kind: "sign-in-unavailable", answered: "error" },
    message: `the token endpoint answered ${String(status)} with a web page, as somebody in between does`,
  });
});

describe("a refusal", () => {
  const AHEAD = { headers: { date: "Tue, 12 Jan 2027 15:12:00 GMT" } };
  test.each<[body: unknown, problem: object, answer?: Answer]>([
    [{ error: "invalid_grant" }, { kind: "code-refused" }],
    [{ error: "access_denied" }, { kind: "sign-in-refused" }],
    [{ error: "invalid_client" }, { kind: "registration-refused", code: "invalid_client" }],
    [{ error: "maria_lopez" }, { kind: "registration-refused", code: "other" }],
    [{}, { kind: "registration-refused", code: "none" }],
    ["Not allowed.", { kind: "registration-refused", code: "none" }],
    ["<html><body>Blocked</body></html>", { kind: "sign-in-unavailable", answered: "error" }],
    [{ error: "temporarily_unavailable" }, { kind: "sign-in-unavailable", answered: "error" }],
    [{ error: "server_error" }, { kind: "sign-in-unavailable", answered: "error" }],
    ...["invalid_client", "invalid_grant", "invalid_request", "maria_lopez", undefined].map(
      (error): [object, object, Answer] => [{ error }, { kind: "clocks-differ", minutes: 12 }, AHEAD],
    ),
    [{ error: "invalid_scope" }, { kind: "registration-refused", code: "invalid_scope" }, AHEAD],
    [{ error: "access_denied" }, { kind: "sign-in-refused" }, AHEAD],
  ])("%j is told as %j", async (body, problem, answer = {}) => {
    const fault = await endpoint({ status: 400, body, ...answer })
      .ask()
      .catch((error: unknown) => error);
    expect(fault).toMatchObject({ name: "EhrFault", problem });
    expect((fault as { problem: object }).problem).toEqual(problem);
    expect(String(fault)).not.toContain("maria");
  });

  test("is logged by its status and code", async () => {
    await expect(endpoint({ status: 401, body: { error: "invalid_client" } }).ask()).rejects.toThrow(
      "the token endpoint refused with 401, error invalid_client",
    );
  });

  test.each(["invalid_grant", "access_denied", "invalid_client"])(
    "of %s hands on a help page of the vendor's own, and no other",
    async (error) => {
      for (const origin of ["https://ehr.example", "https://login.ehr.example"]) {
        const body = { error, error_uri: origin + "/help" };
        await expect(endpoint({ status: 400, body }).ask()).rejects.toMatchObject({
          problem: { help: origin + "/help" },
        });
      }
      const body = { error, error_uri: "https://evil.example/help" };
      const fault: unknown = await endpoint({ status: 400, body })
        .ask()
        .catch((caught: unknown) => caught);
      expect((fault as { problem: object }).problem).not.toHaveProperty("help");
    },
  );

  test("of a renewal ends the session, and no other refusal does", async () => {
    const ask = (error: string) => endpoint({ status: 400, body: { error } }).ask(renewal);
    await expect(ask("invalid_grant")).rejects.toMatchObject({
      problem: { kind: "session-over" },
      message: "the EHR ended the session",
    });
    await expect(ask("invalid_client")).rejects.toMatchObject({ problem: { kind: "registration-refused" } });
    await expect(ask("server_error")).rejects.toMatchObject({ problem: { kind: "chart-unavailable" } });
  });
});
