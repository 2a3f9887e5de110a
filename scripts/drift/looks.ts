/** What a refresh cannot see: what somebody has added beside the program's resources, and what no provider reads again. */
import * as z from "zod";
import { argument, type Kept } from "./difference.ts";
import { allOf } from "../preflight/allOf.ts";
import { added, type Look } from "./look.ts";
import { PACKAGE_LOOKS } from "./packageLooks.ts";
import { POLICY_LOOKS } from "./policyLooks.ts";
import { REGISTRATION_LOOKS } from "./registrationLooks.ts";
import { SITE_LOOKS } from "./siteLooks.ts";

const GROUP = "azure-native:resources:ResourceGroup";
const STORE = "azure-native:cosmosdb:DatabaseAccount";

const assignment = z.looseObject({
  id: z.string(),
  properties: z.looseObject({ scope: z.string(), principalId: z.string() }),
});
const dataAssignment = z.looseObject({
  id: z.string(),
  properties: z.looseObject({ principalId: z.string() }),
});

export const LOOKS: readonly Look[] = [
  ...REGISTRATION_LOOKS,
  ...SITE_LOOKS,
  ...PACKAGE_LOOKS,
  ...POLICY_LOOKS,
  {
    about: "roles in the resource groups",
    async differences(state, { azure }) {
      const known = knownIds(state);
      const found = await Promise.all(
        state
          .filter(({ type }) => type === GROUP)
          .map(async (group) => {
            const value = await allOf(
              azure,
              `${group.id}/providers/Microsoft.Authorization/roleAssignments?api-version=2022-04-01`,
              assignment,
            );
            // Assignments above the resource group belong to the subscription.
            const strange = value.filter(
              ({ id, properties }) =>
                properties.scope.toLowerCase().startsWith(group.id.toLowerCase()) &&
                !known.has(id.toLowerCase()),
            );
            return strange.flatMap(({ id, properties }) =>
              added(
                group,
                [`a role of ${properties.principalId}`],
                `whoever may give roles there: az role assignment delete --ids ${argument(id)}`,
              ),
            );
          }),
      );
      return found.flat();
    },
  },
  {
    about: "roles in the store's data",
    async differences(state, { azure }) {
      const known = knownIds(state);
      const found = await Promise.all(
        state
          .filter(({ type }) => type === STORE)
          .map(async (store) => {
            const value = await allOf(
              azure,
              `${store.id}/sqlRoleAssignments?api-version=2024-11-15`,
              dataAssignment,
            );
            return value
              .filter(({ id }) => !known.has(id.toLowerCase()))
              .flatMap(({ id, properties }) =>
                added(
                  store,
                  [`a role of ${properties.principalId}`],
                  `whoever may give roles there: az resource delete --ids ${argument(id)}`,
                ),
              );
          }),
      );
      return found.flat();
    },
  },
];

const knownIds = (state: readonly Kept[]): ReadonlySet<string> =>
  new Set(state.map(({ id }) => id.toLowerCase()));
