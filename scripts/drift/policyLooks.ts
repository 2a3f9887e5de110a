/** Finds policies that somebody has given a vault or a storage account, of which the program has none. */
import * as z from "zod";
import { Unanswered, type Ask } from "../preflight/finding.ts";
import { argument, type Kept } from "./difference.ts";
import { allOf } from "../preflight/allOf.ts";
import { added, type Look } from "./look.ts";

const VAULT = "azure-native:keyvault:Vault";
const STORAGE = "azure-native:storage:StorageAccount";
const OF_STORAGE = "?api-version=2023-05-01";

const vaultSchema = z.looseObject({
  properties: z.looseObject({
    accessPolicies: z.array(z.looseObject({ objectId: z.string() })).default([]),
  }),
});
const lifecycleSchema = z.looseObject({
  properties: z.looseObject({
    policy: z.looseObject({ rules: z.array(z.looseObject({ name: z.string() })) }),
  }),
});
const named = z.looseObject({ name: z.string() });

export const POLICY_LOOKS: readonly Look[] = [
  {
    // A refresh leaves them out, since the program declares none: other programs may declare them one by one.
    about: "access policies of the vault",
    differences: (state, { azure }) =>
      ofEach(state, VAULT, async (vault) => {
        const { properties } = vaultSchema.parse(await azure(vault.id + "?api-version=2023-07-01"));
        const name = vault.id.split("/").at(-1) ?? "";
        return properties.accessPolicies.flatMap(({ objectId }) =>
          added(
            vault,
            ["an access policy of " + objectId],
            `whoever may write the vault: az keyvault delete-policy --name ${argument(name)} --object-id ${argument(objectId)}; it lets them in as soon as the vault does not go by roles`,
          ),
        );
      }),
  },
  {
    about: "lifecycle rules of the storage account",
    differences: (state, { azure }) =>
      ofEach(state, STORAGE, async (account) =>
        added(
          account,
          await lifecycleRules(azure, account),
          `whoever may write the account: az storage account management-policy delete --ids ${argument(account.id)}; it may delete packages and records of promotions`,
        ),
      ),
  },
  {
    about: "replication from or to the storage account",
    differences: (state, { azure }) =>
      ofEach(state, STORAGE, async (account) => {
        const found = await allOf(azure, account.id + "/objectReplicationPolicies" + OF_STORAGE, named);
        return found.flatMap(({ name }) =>
          added(
            account,
            ["the replication policy " + name],
            `whoever may write the account: az storage account or-policy delete --ids ${argument(account.id)} --policy-id ${argument(name)}; it copies blobs from or to another account`,
          ),
        );
      }),
  },
];

async function lifecycleRules(azure: Ask, account: Kept): Promise<string[]> {
  try {
    const answer = await azure(account.id + "/managementPolicies/default" + OF_STORAGE);
    return lifecycleSchema
      .parse(answer)
      .properties.policy.rules.map(({ name }) => "the lifecycle rule " + name);
  } catch (fault) {
    // Azure answers 404 for an account that has none.
    if (fault instanceof Unanswered && fault.status === 404) return [];
    throw fault;
  }
}

async function ofEach<T>(
  state: readonly Kept[],
  type: string,
  look: (kept: Kept) => Promise<readonly T[]>,
): Promise<readonly T[]> {
  return (await Promise.all(state.filter((kept) => kept.type === type).map(look))).flat();
}
