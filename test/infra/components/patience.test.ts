import * as pulumi from "@pulumi/pulumi";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { isPassing, patience, WAITS_SECONDS, waitsFor } from "../../../infra/components/patience.ts";

/** How azure-native passes on a vault's refusal of a key while a role is new. */
const FORBIDDEN_BY_RBAC =
  'status code 400, {"error":{"code":"ForbiddenByRbac","message":"[ForbiddenByRbac (Forbidden)] Caller is not authorized to perform action on resource.\\r\\nIf role assignments, deny assignments or role definitions were changed recently, please observe propagation time."}}';

const SITE_CHANGES =
  "Cannot modify this site because another operation is in progress. Details: Id: 8a1f, OperationName: Create, EntityType: 3";
const NEW_DOMAIN =
  'Code="InvalidLinkedDomains" Message="One or more of the linked domains cannot be linked."';

beforeEach(() => {
  for (const level of ["info", "error"] as const) vi.spyOn(pulumi.log, level).mockResolvedValue(undefined);
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

const said = (level: "info" | "error") => vi.mocked(pulumi.log[level]).mock.calls.map(([words]) => words);

const failed = (
  failedOperation: "create" | "update" | "delete",
  ...errors: readonly string[]
): pulumi.ErrorHookArgs => ({ name: "wrapping", failedOperation, errors }) as unknown as pulumi.ErrorHookArgs;

describe("a refusal that goes away by itself", () => {
  test.each([
    "Webhook validation handshake failed for https://lamna.example/webhooks/events",
    "AADSTS50105: the signed in user is not assigned to a role",
    'Code="Forbidden" Message="Key Vault: the operation is forbidden by RBAC"',
    "Caller is not authorized to perform action on resource",
    FORBIDDEN_BY_RBAC,
    "The client '7d0c' does not have authorization to perform action 'Microsoft.KeyVault/vaults/keys/write'",
    'Code="KeyVaultAuthenticationFailure" Message="The operation failed because of authentication issue on the keyvault."',
    'Code="AadClientCredentialsGrantFailure" Message="Failure in AAD Client Credentials Grant Flow."',
    'Code="NetworkAclsValidationFailure" Message="Validation of network acls failure: SubnetsNotProvisioned:Cannot proceed with operation because subnets app of the virtual network are not provisioned. They are in Updating state.."',
    'Code="ReferencedResourceNotProvisioned" Message="Cannot proceed with operation"',
    'ServicePrincipalsClient.BaseClient.Post(): unexpected status 400 with OData error: Request_BadRequest: The appId "7d0c5a1e-0000-4000-8000-00000000c0a1" of the service principal does not reference a valid application object.',
    "ApplicationsClient.BaseClient.Patch(): unexpected status 404 with OData error: Request_ResourceNotFound: Resource '7d0c5a1e-0000-4000-8000-00000000c0a2' does not exist or one of its queried reference-property objects are not present.",
    SITE_CHANGES,
    "Cannot modify this web hosting plan because another operation is in progress. Details: Id: 8a1f, OperationName: Create, EntityType: 9",
  ])("%s", (words) => expect(isPassing(words)).toBe(true));

  test.each([
    "The subscription is over its quota",
    "The name is taken",
    'Code="NetworkAclsValidationFailure" Message="Validation of network acls failure: SubnetsHaveNoServiceEndpointsConfigured"',
  ])("is not this one: %s", (words) => expect(isPassing(words)).toBe(false));
});

describe("a refusal that stays is not waited for", () => {
  const NO_RIGHT =
    "The client '7d0c' does not have authorization to perform action 'Microsoft.Web/sites/write' over scope";
  const TAKEN = "Website with given name app-lamna already exists.";

  test.each([
    [
      "change",
      SITE_CHANGES,
      [NO_RIGHT, TAKEN, NEW_DOMAIN, FORBIDDEN_BY_RBAC],
      /still at work.*Activity log/u,
    ],
    ["domain", NEW_DOMAIN, [NO_RIGHT, TAKEN, SITE_CHANGES, FORBIDDEN_BY_RBAC], /domain.*linked/u],
  ] as const)("where it is no %s", async (kind, passing, staying, next) => {
    vi.stubEnv("EHR_AZURE_SECOND_MS", "0.001");
    const hook = waitsFor(kind);
    for (const words of staying) expect(await hook(failed("create", words)), words).toBe(false);
    expect([...said("info"), ...said("error")]).toEqual([]);
    expect(await hook(failed("create", passing))).toBe(true);
    expect(await hook(failed("create", passing, ...WAITS_SECONDS.map(() => passing)))).toBe(false);
    expect(said("error")).toEqual([expect.stringMatching(next)]);
    expect(said("error").join(" ")).not.toContain("right");
  });
});

describe("patience", () => {
  test("takes ten minutes in all, as long as a role may take to work, and looks often at first", () => {
    expect(WAITS_SECONDS.reduce((sum, seconds) => sum + seconds, 0)).toBe(600);
    expect(WAITS_SECONDS).toEqual(WAITS_SECONDS.toSorted((one, other) => one - other));
    expect(WAITS_SECONDS[0]).toBeLessThanOrEqual(10);
    expect(WAITS_SECONDS.at(-1)).toBeLessThanOrEqual(180);
  });

  test("tries again after each wait of Azure's clock and says so, then gives up with the next step", async () => {
    vi.useFakeTimers();
    try {
      vi.stubEnv("EHR_AZURE_SECOND_MS", "20");
      const errors: string[] = [];
      for (const [index, seconds] of WAITS_SECONDS.entries()) {
        errors.push(FORBIDDEN_BY_RBAC);
        let isOver = false;
        const again = patience(failed("create", ...errors)).finally(() => (isOver = true));
        await vi.advanceTimersByTimeAsync(seconds * 20 - 1);
        expect(isOver).toBe(false);
        await vi.advanceTimersByTimeAsync(1);
        expect(await again).toBe(true);
        expect(said("info")[index]).toMatch(
          new RegExp(
            `^wrapping: Azure refuses this, .* Trying again in ${String(seconds)} s, for ten minutes`,
            "u",
          ),
        );
      }
      expect(said("error")).toEqual([]);
      expect(await patience(failed("create", ...errors, FORBIDDEN_BY_RBAC))).toBe(false);
      expect(said("error")).toEqual([
        expect.stringMatching(/^wrapping: Azure has refused this for ten minutes.*Run pulumi up again/u),
      ]);
    } finally {
      vi.useRealTimers();
    }
  });

  test("is for what passes, and not for what is taken away", async () => {
    expect(await patience(failed("create", "The subscription is over its quota", FORBIDDEN_BY_RBAC))).toBe(
      false,
    );
    expect(await patience(failed("delete", FORBIDDEN_BY_RBAC))).toBe(false);
    expect([...said("info"), ...said("error")]).toEqual([]);
  });

  test("is had for an update as well", async () => {
    vi.stubEnv("EHR_AZURE_SECOND_MS", "0.001");
    expect(await patience(failed("update", FORBIDDEN_BY_RBAC, "The subscription is over its quota"))).toBe(
      true,
    );
  });
});
