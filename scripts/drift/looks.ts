/** What a refresh cannot see, because it is no resource of the program: what somebody has added by hand. */
import { z } from "zod";
import type { Ask } from "../preflight/finding.ts";
import { shown, type Difference, type Kept } from "./difference.ts";

export interface Look {
  readonly about: string;
  readonly differences: (state: readonly Kept[], ask: Asked) => Promise<readonly Difference[]>;
}

interface Asked {
  readonly azure: Ask;
  readonly graph: Ask;
}

const APPLICATION = "azuread:index/application:Application";
const FEDERATED =
  "azuread:index/applicationFederatedIdentityCredential:ApplicationFederatedIdentityCredential";
const GROUP = "azure-native:resources:ResourceGroup";
const STORE = "azure-native:cosmosdb:DatabaseAccount";

const ADMINISTRATOR = "an Application Administrator, in Entra at the app registration: ";

const applicationSchema = z.looseObject({
  passwordCredentials: z.array(z.looseObject({ keyId: z.string() })),
  keyCredentials: z.array(z.looseObject({ keyId: z.string() })),
  web: z.looseObject({ redirectUris: z.array(z.string()) }),
});
const namedList = z.looseObject({ value: z.array(z.looseObject({ name: z.string() })) });
const assignments = z.looseObject({
  value: z.array(
    z.looseObject({
      id: z.string(),
      properties: z.looseObject({ scope: z.string(), principalId: z.string() }),
    }),
  ),
});
const dataAssignments = z.looseObject({
  value: z.array(z.looseObject({ id: z.string(), properties: z.looseObject({ principalId: z.string() }) })),
});

/** Of the registration that the program made; one of the hospital's own is theirs. */
const registrations = (state: readonly Kept[]) =>
  state
    .filter(({ type }) => type === APPLICATION)
    .map((one) => ({ one, at: "/v1.0" + (one.id.startsWith("/") ? one.id : "/applications/" + one.id) }));

export const LOOKS: readonly Look[] = [
  {
    about: "secrets, certificates and redirect addresses of the app registration",
    async differences(state, { graph }) {
      const found = await Promise.all(
        registrations(state).map(async ({ one, at }) => {
          const now = applicationSchema.parse(
            await graph(at + "?$select=passwordCredentials,keyCredentials,web"),
          );
          const declared = redirectUrisOf(one);
          const secrets = [...now.passwordCredentials, ...now.keyCredentials].map(({ keyId }) => keyId);
          const strange = now.web.redirectUris.filter((uri) => !declared.includes(uri));
          return [
            ...added(
              one,
              secrets,
              ADMINISTRATOR + "delete the secret or certificate; the connector has none",
            ),
            ...added(
              one,
              strange,
              ADMINISTRATOR + "take the redirect address away; a sign-in could end there",
            ),
          ];
        }),
      );
      return found.flat();
    },
  },
  {
    about: "federated credentials of the app registration",
    async differences(state, { graph }) {
      const declared = state
        .filter(({ type }) => type === FEDERATED)
        .map(({ inputs }) => inputs["displayName"]);
      const found = await Promise.all(
        registrations(state).map(async ({ one, at }) => {
          const { value } = namedList.parse(await graph(at + "/federatedIdentityCredentials"));
          const strange = value.map(({ name }) => name).filter((name) => !declared.includes(name));
          return added(one, strange, ADMINISTRATOR + "delete the federated credential");
        }),
      );
      return found.flat();
    },
  },
  {
    about: "roles in the resource groups",
    async differences(state, { azure }) {
      const known = knownIds(state);
      const found = await Promise.all(
        state
          .filter(({ type }) => type === GROUP)
          .map(async (group) => {
            const { value } = assignments.parse(
              await azure(
                `${group.id}/providers/Microsoft.Authorization/roleAssignments?api-version=2022-04-01`,
              ),
            );
            // What holds above the group is the subscription's.
            const strange = value.filter(
              ({ id, properties }) =>
                properties.scope.toLowerCase().startsWith(group.id.toLowerCase()) &&
                !known.has(id.toLowerCase()),
            );
            return strange.flatMap(({ id, properties }) =>
              added(
                group,
                [`a role of ${properties.principalId}`],
                `whoever may give roles there: az role assignment delete --ids ${id}`,
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
            const { value } = dataAssignments.parse(
              await azure(`${store.id}/sqlRoleAssignments?api-version=2024-11-15`),
            );
            return value
              .filter(({ id }) => !known.has(id.toLowerCase()))
              .flatMap(({ id, properties }) =>
                added(
                  store,
                  [`a role of ${properties.principalId}`],
                  `whoever may give roles there: az resource delete --ids ${id}`,
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

function redirectUrisOf({ inputs }: Kept): readonly unknown[] {
  const web = z.looseObject({ redirectUris: z.array(z.unknown()).default([]) }).safeParse(inputs["web"]);
  return web.data?.redirectUris ?? [];
}

const added = ({ urn, type }: Kept, names: readonly string[], next: string): readonly Difference[] =>
  names.length === 0 ? [] : [{ resource: shown(urn, type), what: "added", names, next }];
