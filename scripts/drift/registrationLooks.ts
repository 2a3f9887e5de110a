/**
 * Finds additions to the app registration and its service principal that let somebody in, or send a sign-in to another
 * address.
 */
import * as z from "zod";
import type { Kept } from "./difference.ts";
import { allOf } from "../preflight/allOf.ts";
import { added, type Look } from "./look.ts";

const APPLICATION = "azuread:index/application:Application";
const SERVICE_PRINCIPAL = "azuread:index/servicePrincipal:ServicePrincipal";
const FEDERATED =
  "azuread:index/applicationFederatedIdentityCredential:ApplicationFederatedIdentityCredential";

const ADMINISTRATOR = "an Application Administrator, in Entra at the app registration: ";
const DELETE_SECRET = ADMINISTRATOR + "delete the secret or certificate; the connector has none";

const credentials = {
  passwordCredentials: z.array(z.looseObject({ keyId: z.string() })),
  keyCredentials: z.array(z.looseObject({ keyId: z.string() })),
};
const addresses = z.looseObject({ redirectUris: z.array(z.string()) });
const applicationSchema = z.looseObject({
  ...credentials,
  web: addresses,
  spa: addresses,
  publicClient: addresses,
});
const serviceSchema = z.looseObject(credentials);
const named = z.looseObject({ name: z.string() });
const owner = z.looseObject({ id: z.string() });

/** The registration that the program created; one of the hospital's own is the hospital's concern. */
const registrations = (state: readonly Kept[]) => addressesOf(state, APPLICATION, "/applications/");
/** Service principals that existed before, such as Microsoft's own, are not included. */
const services = (state: readonly Kept[]) =>
  addressesOf(state, SERVICE_PRINCIPAL, "/servicePrincipals/").filter(
    ({ one }) => one.inputs["useExisting"] !== true,
  );

const addressesOf = (state: readonly Kept[], wanted: string, folder: string) =>
  state
    .filter(({ type }) => type === wanted)
    .map((one) => ({ one, at: "/v1.0" + (one.id.startsWith("/") ? one.id : folder + one.id) }));

export const REGISTRATION_LOOKS: readonly Look[] = [
  {
    about: "secrets, certificates and redirect addresses of the app registration",
    async differences(state, { graph }) {
      const found = await Promise.all(
        registrations(state).map(async ({ one, at }) => {
          const now = applicationSchema.parse(
            await graph(at + "?$select=passwordCredentials,keyCredentials,web,spa,publicClient"),
          );
          const declared = declaredUris(one);
          const there = [now.web, now.spa, now.publicClient].flatMap(({ redirectUris }) => redirectUris);
          return [
            ...added(one, secretsIn(now), DELETE_SECRET),
            ...added(
              one,
              there.filter((uri) => !declared.includes(uri)),
              ADMINISTRATOR + "take the redirect address away; a sign-in could end there",
            ),
          ];
        }),
      );
      return found.flat();
    },
  },
  {
    about: "secrets and certificates of the registration's service principal",
    async differences(state, { graph }) {
      const found = await Promise.all(
        services(state).map(async ({ one, at }) => {
          const now = serviceSchema.parse(await graph(at + "?$select=passwordCredentials,keyCredentials"));
          return added(one, secretsIn(now), DELETE_SECRET);
        }),
      );
      return found.flat();
    },
  },
  {
    about: "owners of the app registration and its service principal",
    async differences(state, { graph }) {
      const found = await Promise.all(
        [...registrations(state), ...services(state)].map(async ({ one, at }) => {
          const owners = await allOf(graph, at + "/owners?$select=id", owner);
          return added(
            one,
            owners.map(({ id }) => "the owner " + id),
            ADMINISTRATOR + "take the owner away; an owner can give it a secret",
          );
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
          const all = await allOf(graph, at + "/federatedIdentityCredentials", named);
          const strange = all.map(({ name }) => name).filter((name) => !declared.includes(name));
          return added(one, strange, ADMINISTRATOR + "delete the federated credential");
        }),
      );
      return found.flat();
    },
  },
];

const secretsIn = ({ passwordCredentials, keyCredentials }: z.output<typeof serviceSchema>): string[] =>
  [...passwordCredentials, ...keyCredentials].map(({ keyId }) => keyId);

function declaredUris({ inputs }: Kept): readonly unknown[] {
  const held = z.looseObject({ redirectUris: z.array(z.unknown()).default([]) });
  return ["web", "singlePageApplication", "publicClient"].flatMap(
    (name) => held.safeParse(inputs[name]).data?.redirectUris ?? [],
  );
}
