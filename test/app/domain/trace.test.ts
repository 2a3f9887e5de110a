/** What a trace says of a call: words of ours, and ids that look like ids. */
import { expect, test } from "vitest";
import { requestIdsIn, whatIsAsked } from "../../../app/domain/trace.ts";

test.each([
  ["GET", "/r4/tenant/Patient/41000001", "GET Patient"],
  ["GET", "/r4/tenant/Appointment?patient=41000001", "GET Appointment"],
  ["POST", "/v1.0/users/7d0c5a1e/onlineMeetings/createOrGet", "POST users onlineMeetings createOrGet"],
  ["GET", "/.well-known/smart-configuration", "GET smart-configuration"],
  ["GET", "/v2.0/.well-known/openid-configuration", "GET openid-configuration"],
  ["GET", "/Maria/Lopez/patient", "GET"],
  ...[
    ...["CareTeam", "Encounter", "Location", "Person", "Practitioner", "PractitionerRole"],
    ...["metadata", "authorize", "token", "jwks", "keys"],
  ].map((word): [string, string, string] => ["GET", `/x/${word}/1`, "GET " + word]),
])("%s %s is noted as %s", (method, path, what) => {
  expect(whatIsAsked(method, new URL(path, "https://ehr.example"))).toBe(what);
});

const ID = "0f1e2d3c-0000-4000-8000-000000000001";
test.each(["x-request-id", "cerner-correlation-id", "opc-request-id", "request-id", "x-ms-request-id"])(
  "%s gives the request's id",
  (header) => {
    expect(requestIdsIn((name) => (name === header ? ID : undefined))).toEqual([ID]);
  },
);

test.each<[text: string, isId: boolean]>([
  ["0123abcd", true],
  ["0123ABC", false],
  ["A".repeat(64), true],
  ["A".repeat(65), false],
  ["/0123abcd/0123abcd/0123abcd", true],
  ["0123abcd/0123abcd/0123abcd/0123abcd", false],
  ["0123abcd/0123abc", false],
  ["0123abcd/" + "a".repeat(65), false],
  ["//0123abcd", false],
  ["Maria 0123abcd", false],
  ["0123abcd Lopez", false],
  ["maria-lopez", false],
  ["", false],
])("'%s' looks like an id: %s", (text, isId) => {
  expect(requestIdsIn((name) => (name === "request-id" ? text : undefined))).toEqual(isId ? [text] : []);
});
