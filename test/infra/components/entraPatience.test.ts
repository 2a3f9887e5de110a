import * as pulumi from "@pulumi/pulumi";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import {
  assignedAlready,
  isReplicating,
  patience,
  WAITS_SECONDS,
} from "../../../infra/components/entraPatience.ts";

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

describe("patience", () => {
  const PASSING = "Caller is not authorized to perform action on resource";
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  /** What it answers to these refusals, the latest first, and after how many seconds. */
  async function answered(errors: readonly string[], failedOperation: "create" | "delete" = "create") {
    const began = Date.now();
    let ended: number | undefined;
    const answer = patience({ failedOperation, errors } as unknown as pulumi.ErrorHookArgs).then((tries) => {
      ended = Date.now();
      return tries;
    });
    await vi.advanceTimersByTimeAsync(3_600_000);
    return { triesAgain: await answer, seconds: ((ended ?? NaN) - began) / 1000 };
  }

  test("waits longer each time for a refusal that goes away by itself, and then gives up at once", async () => {
    expect([...WAITS_SECONDS]).toEqual([...WAITS_SECONDS].sort((one, other) => one - other));
    for (const [index, seconds] of WAITS_SECONDS.entries())
      expect(await answered(Array<string>(index + 1).fill(PASSING))).toEqual({ triesAgain: true, seconds });
    expect(await answered(Array<string>(WAITS_SECONDS.length + 1).fill(PASSING))).toEqual({
      triesAgain: false,
      seconds: 0,
    });
  });

  test("is for the latest refusal: one that stays is not tried again, whatever came before", async () => {
    const stays = "The subscription is over its quota";
    expect(await answered([stays, PASSING])).toEqual({ triesAgain: false, seconds: 0 });
    expect(await answered([PASSING, stays])).toMatchObject({ triesAgain: true });
  });

  test("is not for what is deleted", async () => {
    expect(await answered([PASSING], "delete")).toEqual({ triesAgain: false, seconds: 0 });
  });
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
