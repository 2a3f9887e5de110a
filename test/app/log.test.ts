import { ErrorResponse } from "@azure/cosmos";
import { AuthenticationError, CredentialUnavailableError } from "@azure/identity";
import { RestError } from "@azure/storage-queue";
import { expect, test } from "vitest";
import { jsonLog, openOutages } from "../../app/log.ts";

test("what a parser quotes of an answer is not logged, neither as a message nor as a line of a trace", () => {
  const lines: string[] = [];
  const log = jsonLog(
    (line) => void lines.push(line),
    () => new Date(0),
  );
  const body = '{"name":\n at Jo Markworthy (1950)';
  const parse = () => JSON.parse(body) as unknown;
  try {
    parse();
  } catch (cause) {
    log.error("an.event", new Error("the answer cannot be read", { cause }));
    log.error("an.event", cause);
  }
  expect(lines).toHaveLength(2);
  expect(lines.join("")).toContain("SyntaxError");
  expect(lines.join("")).not.toMatch(/Markworthy|1950/);
});

const NUMBER = "+12025550143";
const quoting = `the answer was: {"to":"${NUMBER}"}`;

test.each<[string, Error, string]>([
  [
    "a refused request",
    new RestError(quoting, { statusCode: 400, code: "InvalidRecipient" }),
    "RestError: 400 InvalidRecipient",
  ],
  ["a request that was not sent", new RestError(quoting, { code: "ENOTFOUND" }), "RestError: ENOTFOUND"],
  ["a code that is a sentence", new RestError(quoting, { code: "No such " + NUMBER }), "RestError: no code"],
  [
    "a refused sign-in",
    new AuthenticationError(400, { error: "invalid_client", error_description: "AADSTS70021: " + quoting }),
    "AuthenticationError: 400 AADSTS70021",
  ],
  ["the store", Object.assign(new ErrorResponse(quoting), { code: 409, diagnostics: {} }), "Error: 409"],
  [
    "MSAL",
    Object.assign(new Error("invalid_grant: " + quoting), {
      name: "ServerError",
      errorCode: "invalid_grant",
      subError: "",
      correlationId: "",
    }),
    "ServerError: invalid_grant",
  ],
])("of what a vendor's library says of %s only the codes are logged", (_what, cause, words) => {
  const lines: string[] = [];
  const log = jsonLog(
    (line) => void lines.push(line),
    () => new Date(0),
  );
  log.error("an.event", new Error("our own words", { cause }));
  const [line = ""] = lines;
  expect(JSON.parse(line)).toMatchObject({ cause: expect.arrayContaining([words]) as unknown });
  expect(line).toContain("our own words");
  expect(line).not.toContain(NUMBER);
});

test("what a credential says of itself is told, as nothing answered it", () => {
  const lines: string[] = [];
  const log = jsonLog(
    (line) => void lines.push(line),
    () => new Date(0),
  );
  log.error("an.event", new CredentialUnavailableError("no managed identity here"));
  expect(lines.join("")).toContain("no managed identity here");
});

test("an outage is one line, until it is over; one that comes and goes is a line each ten minutes", () => {
  const told: string[] = [];
  let at = 0;
  const away = openOutages(
    { error: (_event, cause) => void told.push(String(cause)) },
    "x",
    () => new Date(at),
  );
  const tell = (reason: string, whom = "") => {
    away.tell(reason, whom, reason + whom);
  };
  for (const whom of ["a", "b", "a"]) tell("policy", whom);
  for (let count = 0; count < 5; count++) tell("away");
  expect(told).toEqual(["policya", "policyb", "away"]);
  away.isOver("a");
  for (const whom of ["a", "b"]) tell("policy", whom);
  tell("away");
  expect(told).toHaveLength(3);
  at += 600_000;
  for (const whom of ["a", "b"]) tell("policy", whom);
  tell("away");
  expect(told.slice(3)).toEqual(["policya", "away"]);
});
