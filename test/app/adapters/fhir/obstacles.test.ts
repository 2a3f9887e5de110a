/** What keeps a chart system from being reached, and when it is asked again. */
import { expect, test } from "vitest";
import {
  reachFault,
  reachObstacle,
  status,
  statusObstacle,
} from "../../../../app/adapters/fhir/obstacles.ts";
import { getPatiently } from "../../../../app/adapters/fhir/patience.ts";
import { isLasting } from "../../../../app/adapters/fhir/proofFaults.ts";
import { Unreachable, type Incoming } from "../../../../app/adapters/fhir/send.ts";
import { TooLarge } from "../../../../app/adapters/wire/body.ts";
import { VaultFault } from "../../../../app/ports/vault.ts";

const answer = (code: number, headers: Incoming["headers"] = {}): Incoming => ({
  status: code,
  headers,
  body: "",
});
const failed = (code?: string) =>
  new Unreachable("no answer from ehr.example", {
    cause: code === undefined ? undefined : Object.assign(new Error("as Node says it"), { code }),
  });

test.each([
  [300, "redirect", "300"],
  [301, "redirect", "301"],
  [399, "redirect", "399"],
  [299, "not-there", "299"],
  [400, "not-there", "400"],
  [401, "refused", "401"],
  [403, "refused", "403"],
  [404, "not-there", "404"],
  [408, "ill", "408 (not reachable now)"],
  [425, "ill", "425 (not reachable now)"],
  [429, "ill", "429 (not reachable now)"],
  [499, "not-there", "499"],
  [500, "ill", "500 (not reachable now)"],
  [503, "ill", "503 (not reachable now)"],
] as const)("%i is %s", (code, obstacle, words) => {
  expect([statusObstacle(answer(code)), status(answer(code))]).toEqual([obstacle, words]);
});

test.each([
  [200, "not-fhir", "200 (a web page)"],
  [302, "redirect", "302 (a web page)"],
  [401, "not-fhir", "401 (a web page)"],
  [403, "not-fhir", "403 (a web page)"],
  [404, "not-fhir", "404 (a web page)"],
  [503, "ill", "503 (not reachable now)"],
] as const)("a web page with status %i is %s", (code, obstacle, words) => {
  const page = { ...answer(code), body: "<html>Blocked</html>" };
  expect([statusObstacle(page), status(page)]).toEqual([obstacle, words]);
});

test.each([
  ["EINSIDE", "inside"],
  ["ENOTFOUND", "no-such-host"],
  ["CERT_HAS_EXPIRED", "certificate"],
  ["DEPTH_ZERO_SELF_SIGNED_CERT", "certificate"],
  ["UNABLE_TO_VERIFY_LEAF_SIGNATURE", "certificate"],
  ["ERR_TLS_CERT_ALTNAME_INVALID", "certificate"],
  ["ERR_SSL_WRONG_VERSION_NUMBER", "certificate"],
  ["EPROTO", "certificate"],
  ["ECONNREFUSED", "no-answer"],
  ["XEPROTO", "no-answer"],
  ["EPROTONOSUPPORT", "no-answer"],
  ["X_ERR_TLS", "no-answer"],
  ["X_ERR_SSL", "no-answer"],
  [undefined, "no-answer"],
] as const)("%s is %s", (code, obstacle) => {
  expect(reachObstacle(failed(code))).toBe(obstacle);
  expect(reachFault(failed(code))).toBe(
    "no answer from ehr.example" + (code === undefined ? "" : ` (${code})`),
  );
});

test("an answer that is too large did come", () => {
  const tooLarge = new Unreachable("too large an answer from ehr.example", { cause: new TooLarge(4) });
  expect([reachObstacle(tooLarge), reachFault(tooLarge)]).toEqual([
    "not-fhir",
    "too large an answer from ehr.example: the answer is larger than 4 bytes",
  ]);
});

test.each<[what: string, cause: unknown, lasts: boolean]>([
  ["nothing was asked", undefined, true],
  ["the vault answered 401", { statusCode: 401 }, true],
  ["the vault answered 403", { statusCode: 403 }, true],
  [
    "the vault answered 404",
    { statusCode: 404, response: { headers: new Headers({ "x-ms-keyvault-region": "westus2" }) } },
    true,
  ],
  ["somebody in between answered 404", { statusCode: 404, response: { headers: new Headers() } }, false],
  ["the vault answered 503", { statusCode: 503 }, false],
  ["it did not answer", new TypeError("fetch failed"), false],
  [
    "somebody in between answered 403",
    Object.assign(new Error("no"), { statusCode: 403, response: { bodyAsText: "<html>Blocked</html>" } }),
    false,
  ],
])("whether a vault's refusal lasts: %s", (_what, cause, lasts) => {
  expect(isLasting(new VaultFault("no", cause === undefined ? {} : { cause }))).toBe(lasts);
});

/**
 * Asks a server that gives these answers in turn, and then the last one again.
 * @returns also the waits between the tries
 */
async function asked(...answers: (Incoming | Error)[]) {
  const waited: number[] = [];
  const requests: object[] = [];
  const outcome = await getPatiently(
    {
      now: () => new Date("2027-01-12T15:00:00Z"),
      wait: (milliseconds) => {
        waited.push(milliseconds);
        return Promise.resolve();
      },
      send: (request) => {
        requests.push(request);
        const next = (answers.length > 1 ? answers.shift() : answers[0]) ?? new Error("no answer");
        return next instanceof Error ? Promise.reject(next) : Promise.resolve(next);
      },
    },
    { url: "https://ehr.example/Patient/1", headers: { accept: "x" } },
  ).catch((error: unknown) => error);
  return { outcome, waited, times: requests.length, first: requests[0] };
}

test.each([408, 425, 429, 502, 503, 504])("%i is asked again, twice, each time later", async (code) => {
  const { outcome, waited, times } = await asked(answer(code));
  expect([outcome, waited, times]).toEqual([answer(code), [375, 750], 3]);
});

test.each([200, 401, 404, 500, 501])("%i is an answer", async (code) => {
  const { outcome, times, first } = await asked(answer(code), answer(200));
  expect([outcome, times]).toEqual([answer(code), 1]);
  expect(first).toEqual({ method: "GET", url: "https://ehr.example/Patient/1", headers: { accept: "x" } });
});

test("a short wait that the server asks for is kept to, and a long one is not waited for", async () => {
  const after = (seconds: number) => answer(503, { "retry-after": String(seconds) });
  expect(await asked(after(2), answer(200))).toMatchObject({ waited: [2_000], outcome: answer(200) });
  expect(await asked(after(3), answer(200))).toMatchObject({ waited: [], outcome: after(3) });
});

test.each(["EAI_AGAIN", "ECONNREFUSED", "ECONNRESET", "EPIPE"])("%s passes", async (code) => {
  const { outcome, waited } = await asked(failed(code), answer(200));
  expect([outcome, waited]).toEqual([answer(200), [375]]);
  const never = await asked(failed(code));
  expect([never.times, never.waited]).toEqual([3, [375, 750]]);
  expect(never.outcome).toBeInstanceOf(Unreachable);
});

test.each([
  failed("ETIMEDOUT"),
  failed(),
  new Unreachable("no", { cause: { code: "EPIPE" } }),
  Object.assign(new Error("a bug"), { cause: Object.assign(new Error("x"), { code: "EPIPE" }) }),
])("what does not pass is not asked again: %#", async (error) => {
  const { outcome, times } = await asked(error, answer(200));
  expect([outcome, times]).toEqual([error, 1]);
});
