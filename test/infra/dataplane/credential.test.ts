import { ClientAssertionCredential, ClientSecretCredential, DefaultAzureCredential } from "@azure/identity";
import { expect, test } from "vitest";
import { deployer, withDeadline } from "../../../infra/dataplane/credential.ts";
import {
  deployerEnvironment,
  readyWithinSeconds,
  azureSecondMs,
} from "../../../infra/dataplane/environment.ts";

const ARM = { ARM_TENANT_ID: "tenant", ARM_CLIENT_ID: "client" };

test.for<[string, NodeJS.ProcessEnv, unknown]>([
  ["somebody who signed in with az", {}, DefaultAzureCredential],
  ["a managed identity that is only named", ARM, DefaultAzureCredential],
  ["a pipeline with a secret", { ...ARM, ARM_CLIENT_SECRET: "s3cret" }, ClientSecretCredential],
  [
    "a pipeline with a token",
    { ...ARM, ARM_USE_OIDC: "true", ARM_OIDC_TOKEN: "t" },
    ClientAssertionCredential,
  ],
  [
    "a pipeline that is asked for a token",
    {
      ...ARM,
      ARM_USE_OIDC: "true",
      ACTIONS_ID_TOKEN_REQUEST_URL: "https://pipeline.example/token",
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: "t",
    },
    ClientAssertionCredential,
  ],
  ["a token that nobody means to use", { ...ARM, ARM_OIDC_TOKEN: "t" }, DefaultAzureCredential],
])("deploys as %s, as azure-native does", ([, environment, kind]) => {
  expect(deployer(deployerEnvironment(environment))).toBeInstanceOf(kind);
});

test("how long a site may take is a whole number of seconds, or the program's to say", () => {
  expect(readyWithinSeconds({})).toBeUndefined();
  expect(readyWithinSeconds({ EHR_READY_WITHIN_SECONDS: "30" })).toBe(30);
  for (const wrong of ["", "-1", "soon", "1.5"])
    expect(() => readyWithinSeconds({ EHR_READY_WITHIN_SECONDS: wrong })).toThrow("EHR_READY_WITHIN_SECONDS");
});

test("a second of Azure's is a second, and less only where a rehearsal says so", () => {
  expect([azureSecondMs({}), azureSecondMs({ EHR_AZURE_SECOND_MS: "20" })]).toEqual([1000, 20]);
  for (const wrong of ["", "0", "-1", "soon", "1001"])
    expect(() => azureSecondMs({ EHR_AZURE_SECOND_MS: wrong })).toThrow("EHR_AZURE_SECOND_MS");
});

test("a sign-in that never answers is given up", async () => {
  const silent = { getToken: () => new Promise<never>(() => undefined) };
  await expect(withDeadline(silent, 5).getToken("https://storage.azure.com/.default")).rejects.toThrow(
    "no token within",
  );
});
