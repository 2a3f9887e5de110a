import * as pulumi from "@pulumi/pulumi";
import { afterEach, describe, expect, test, vi } from "vitest";
import { assignedAlready, isReplicating } from "../../../infra/components/entraPatience.ts";

describe("a refusal that goes away by itself", () => {
  test.each([
    "Webhook validation handshake failed for https://lamna.example/webhooks/events",
    "AADSTS50105: the signed in user is not assigned to a role",
    'Code="Forbidden" Message="Key Vault: the operation is forbidden by RBAC"',
    'Code="KeyVaultAuthenticationFailure" Message="The operation failed because of authentication issue on the keyvault."',
    "Caller is not authorized to perform action on resource",
    "The client '7d0c' does not have authorization to perform action 'Microsoft.KeyVault/vaults/keys/write'",
  ])("%s", (words) => expect(isReplicating(words)).toBe(true));

  test.each(["The subscription is over its quota", "The name is taken"])("is not this one: %s", (words) =>
    expect(isReplicating(words)).toBe(false),
  );
});

describe("a role that is assigned already, by an update whose answer was lost", () => {
  afterEach(() => vi.restoreAllMocks());

  const failing = (words: string, failedOperation: "create" | "delete") =>
    assignedAlready("event-grid")({ failedOperation, errors: [words] } as unknown as pulumi.ErrorHookArgs);

  test("is not tried again, and says how to take it away or to import it", async () => {
    const said = vi.spyOn(pulumi.log, "error").mockResolvedValue(undefined);
    expect(await failing("Permission being assigned already exists on the object", "create")).toBe(false);
    expect(said.mock.calls[0]?.[0]).toMatch(
      /^event-grid: the role is assigned already.*Take it away and run pulumi up again.*pulumi import azuread:index\/appRoleAssignment:AppRoleAssignment event-grid /,
    );
  });

  test("is nothing else that failed", async () => {
    const said = vi.spyOn(pulumi.log, "error").mockResolvedValue(undefined);
    expect(await failing("The subscription is over its quota", "create")).toBe(false);
    expect(await failing("it already exists", "delete")).toBe(false);
    expect(said).not.toHaveBeenCalled();
  });
});
