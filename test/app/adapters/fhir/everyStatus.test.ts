/** What every status of a chart system means for whoever reads it, writes to it, and asks it for a token and its keys. */
import { afterAll, beforeEach, expect, test } from "vitest";
import { KeySets } from "../../../../app/adapters/fhir/keySets.ts";
import { readById, type Opened } from "../../../../app/adapters/fhir/reading.ts";
import { locationSchema } from "../../../../app/adapters/fhir/resources.ts";
import { askForToken } from "../../../../app/adapters/fhir/tokenEndpoint.ts";
import type { Send } from "../../../../app/adapters/fhir/send.ts";
import type { ConfiguredClient, ConfiguredConnection } from "../../../../app/domain/hospital.ts";
import { jsonLog } from "../../../../app/log.ts";
import { EhrFault } from "../../../../app/ports/ehr.ts";
import type { ForWriting } from "../../../../app/ports/systemEhr.ts";
import { connection as lamna } from "../../domain/lamna.ts";
import { json, startSmallServer } from "../../flows/provider/smallServer.ts";
import { byMeaning, PAGE } from "../everyStatus.ts";
import { systemChart, withSecret } from "./systemClient.ts";

const OUTCOME = JSON.stringify({
  resourceType: "OperationOutcome",
  issue: [{ severity: "error", code: "processing" }],
});
const NOW = new Date("2027-01-12T15:00:00Z");
const common = { now: () => NOW, wait: () => Promise.resolve() };
const sending =
  (status: number, body: string): Send =>
  () =>
    Promise.resolve({ status, headers: {}, body });
const problemOf = (asked: Promise<string>) =>
  asked.catch((error: unknown) => (error instanceof EhrFault ? error.problem.kind : String(error)));

const read = (status: number, body: string) => {
  const opened = {
    deps: { ...common, send: sending(status, body) },
    connection: { fhirBaseUrl: "https://ehr.example/r4" },
    grant: { accessToken: "t" },
  } as unknown as Opened;
  return problemOf(
    readById(opened, "Location", "21", locationSchema).then((one) => (one === undefined ? "none" : "read")),
  );
};

const client: ConfiguredClient = {
  clientId: "c-1",
  authentication: { method: "client_secret_basic", secret: "s" },
};
const tokenFor = (grantType: string) => (status: number, body: string) =>
  problemOf(
    askForToken(
      {
        ...common,
        send: sending(status, body),
        log: jsonLog(() => undefined, common.now),
        secrets: {
          vault: { sign: nobody, publicKeys: nobody, secret: () => Promise.resolve("s") },
          keyring: { open: () => "" },
        } as unknown as Parameters<typeof askForToken>[0]["secrets"],
      },
      {
        connection: { ...lamna, aud: lamna.fhirBaseUrl } as unknown as ConfiguredConnection,
        client,
        endpoints: { tokenEndpoint: "https://ehr.example/token" },
        grant: { grant_type: grantType },
      },
    ).then(() => "token"),
  );
const nobody = () => Promise.reject(new Error("nobody asks"));
const keys = (status: number, body: string) =>
  problemOf(
    new KeySets({ ...common, send: sending(status, body) })
      .having("https://ehr.example/keys", "k")
      .then(() => "keys"),
  );

const small = await startSmallServer();
afterAll(() => small.stop());
beforeEach(() => {
  small.answers.clear();
  small.answers.set("/token", () => json({ access_token: "t", token_type: "Bearer", expires_in: 570 }));
});
const system = () =>
  systemChart({
    base: small.fhirBaseUrl,
    tokenEndpoint: small.origin + "/token",
    now: () => NOW,
    change: { system: withSecret("s") },
  });
const meant = (outcome: { readonly kind: string; readonly why?: string }) =>
  outcome.why === undefined ? outcome.kind : [outcome.kind, outcome.why].join(" ");
const ONE = "/fhir/Appointment/a1";
const systemRead = async (status: number, body: string) => {
  small.answers.set(ONE, () => ({ status, body }));
  return meant(await system().appointment("a1"));
};
const systemWrite = async (status: number, body: string) => {
  small.answers.set(ONE, () => ({ status, body }));
  return meant(
    await system().writeStatus({ id: "a1", version: "1", rooms: {} } as unknown as ForWriting, "fulfilled"),
  );
};

/** What is no web page: no words, others' words, and the chart system's own refusal. */
const BODIES = ["", "{}", '{"error":"Blocked"}', OUTCOME];
const PAGES_BUT_EMPTY = [200, 201, 202, 203, 206, 300, 302, 400, 401, 403, 404, 409, 410, 412, 422, 423, 425];

test.each(BODIES)("a read by a clinician's token, with %j", async (body) => {
  expect(await byMeaning((status) => read(status, body))).toEqual({
    "chart-not-fhir": "200-400 402 405-407 411-422 424 426-428 431-499",
    "chart-refused": "403",
    "chart-unavailable": "408-409 423 425 429 500-511",
    none: "404 410",
    "token-refused": "401",
  });
});

test.each(BODIES)("a read by the system client, with %j", async (body) => {
  const isOwn = body === OUTCOME;
  expect(await byMeaning((status) => systemRead(status, body))).toEqual({
    "not-fhir": "200-400 402 405-407 411-422 424 426-428 431-499",
    "not-shown": isOwn ? "403-404 410" : "404 410",
    "shut-out token": "401",
    ...(!isOwn && { "shut-out registration": "403" }),
    down: "408-409 423 425 500-511",
    limited: "429",
  });
});

test.each(BODIES)("a write, with %j", async (body) => {
  const isOwn = body === OUTCOME;
  expect(await byMeaning((status) => systemWrite(status, body))).toEqual({
    // With 204 there is no body.
    written: isOwn ? "204" : "200-206",
    "refused rule": isOwn ? "200-203 205-206 400 403 405 415 422" : "400 405 415 422",
    "refused changed-meanwhile": "409 412",
    "refused locked": "423",
    "refused not-shown": "404 410",
    "refused side-effect": "424",
    "shut-out token": "401",
    ...(!isOwn && { "shut-out registration": "403" }),
    "not-fhir": "300-308 402 406-407 411 413-414 416-421 426-428 431-499",
    down: "408 425 500-511",
    limited: "429",
  });
});

test("a web page decides nothing, but that a token may be too old, and that too much is asked", async () => {
  for (const call of [systemRead, systemWrite])
    expect(await byMeaning((status) => call(status, PAGE), PAGES_BUT_EMPTY)).toEqual({ down: "200-425" });
  expect(await byMeaning((status) => read(status, PAGE))).toEqual({
    "chart-unavailable": "200-400 402-511",
    "token-refused": "401",
  });
  for (const call of [keys, tokenFor("authorization_code")])
    expect(await byMeaning((status) => call(status, PAGE))).toEqual({ "sign-in-unavailable": "200-511" });
  const renewed = tokenFor("refresh_token");
  expect(await byMeaning((status) => renewed(status, PAGE))).toEqual({ "chart-unavailable": "200-511" });
});

test.each(BODIES)("a key set, with %j", async (body) => {
  expect(await byMeaning((status) => keys(status, body))).toEqual({
    "keys-unreadable": "200-407 409-424 426-428 431-499",
    "sign-in-unavailable": "408 425 429 500-511",
  });
});

test.each([...BODIES, '{"error":"invalid_client"}'])("a token, with %j", async (body) => {
  for (const [grant, away] of [
    ["authorization_code", "sign-in-unavailable"],
    ["refresh_token", "chart-unavailable"],
  ] as const)
    expect(await byMeaning((status) => tokenFor(grant)(status, body))).toEqual({
      "sign-in-unproven": "200-308",
      "registration-refused": "400-407 409-424 426-428 431-499",
      [away]: "408 425 429 500-511",
    });
});

test("a session is over where the token endpoint itself ends it", async () => {
  const body = '{"error":"invalid_grant"}';
  expect(await byMeaning((status) => tokenFor("refresh_token")(status, body))).toMatchObject({
    "session-over": "400-407 409-424 426-428 431-499",
  });
});
