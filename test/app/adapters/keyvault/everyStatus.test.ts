/** What every status of the vault means to an administrator, whatever body comes with it. */
import { expect, test } from "vitest";
import { asking } from "../../../../app/adapters/keyvault/asking.ts";
import { byMeaning, PAGE } from "../everyStatus.ts";

const VAULTS = new Headers({ "x-ms-keyvault-region": "westus2" });

/** What is said where the vault's client fails by such an answer. */
async function said(statusCode: number, bodyAsText: string, headers: Headers): Promise<string> {
  const failure = Object.assign(new Error("no"), { statusCode, response: { bodyAsText, headers } });
  const words = await asking({ kind: "key", name: "fhir-lamna" }, () => Promise.reject(failure)).catch(
    String,
  );
  if (words.includes("could not be asked")) return "not asked";
  if (words.includes("has no key")) return "none";
  return /answered \d+/.test(words) ? "ill" : "refused";
}

test.each(["", "{}", '{"error":{"code":"KeyNotFound"}}'])("the vault's own answer, with %j", async (body) => {
  expect(await byMeaning((status) => said(status, body, VAULTS))).toEqual({
    none: "404",
    refused: "401 403",
    ill: "200-400 402 405-511",
  });
});

test.each(["", "{}", '{"error":{"code":"KeyNotFound"}}'])(
  "an answer without the vault's marks says nothing of its keys: %j",
  async (body) => {
    expect(await byMeaning((status) => said(status, body, new Headers()))).toEqual({
      "not asked": "400 404",
      refused: "401 403",
      ill: "200-308 402 405-511",
    });
  },
);

test("a web page decides nothing", async () => {
  for (const headers of [VAULTS, new Headers()])
    expect(await byMeaning((status) => said(status, PAGE, headers))).toEqual({ "not asked": "200-511" });
});
