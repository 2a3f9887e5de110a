/** The app registration: what it asks for, who it serves, where people come back to. */
import { hasEvents } from "../../../infra/stack/choices.ts";
import { exactly, listAt, must, ofKinds, words, type Deployment, type SecurityTest } from "./securityTest.ts";

const APPLICATION = "azuread:index/application:Application";
const PRINCIPAL = "azuread:index/servicePrincipal:ServicePrincipal";
const CREDENTIAL =
  "azuread:index/applicationFederatedIdentityCredential:ApplicationFederatedIdentityCredential";

/** https://learn.microsoft.com/graph/permissions-reference */
const GRAPH: Readonly<Record<string, string>> = {
  "37f7f235-527c-4136-accd-4a02d197296e": "openid",
  "14dad69e-099b-42c9-810b-d002981feec1": "profile",
  "b8bb2037-6e08-44ac-a4ea-4674e010e2a4": "OnlineMeetings.ReadWrite.All",
  "97235f07-e226-4f63-ace3-39588e11d3a1": "User.ReadBasic.All",
};

export const registrationTests: readonly SecurityTest[] = [
  exactly(
    "the registration asks Graph for what the enabled features use, and no less",
    [APPLICATION],
    (deployment) =>
      ofKinds(deployment, APPLICATION)
        .flatMap((application) => listAt(application, "requiredResourceAccesses"))
        .flatMap(({ resourceAppId, resourceAccesses }) =>
          ((resourceAccesses ?? []) as { id: string; type?: string }[]).map(({ id, type }) =>
            words(
              resourceAppId === "00000003-0000-0000-c000-000000000000" ? "Graph" : "another",
              type ?? "nothing",
              GRAPH[id] ?? "something else",
            ),
          ),
        ),
    ({ stack }) => [
      "Graph Scope openid",
      "Graph Scope profile",
      "Graph Role OnlineMeetings.ReadWrite.All",
      ...(stack.features.staffNames ? ["Graph Role User.ReadBasic.All"] : []),
    ],
  ),
  exactly(
    "people hold the connector's roles; a service holds only the one for events",
    [APPLICATION],
    (deployment) =>
      ofKinds(deployment, APPLICATION)
        .flatMap((application) => listAt(application, "appRoles"))
        .map(({ value, allowedMemberTypes, enabled }) =>
          words(value ?? "no name", allowedMemberTypes ?? "nobody", enabled ?? "unsaid"),
        ),
    ({ stack }) => [
      'Connector.Admin ["User"] true',
      'Connector.ReportReader ["User"] true',
      ...(hasEvents(stack) ? ['AzureEventGridSecureWebhookSubscriber ["User","Application"] true'] : []),
    ],
  ),
  must(
    "a sign-in comes back to the connector alone, with a code, from this directory",
    [APPLICATION],
    (_, deployment) => ({
      "web.redirectUris": [publicUrl(deployment) + "/signin/callback"],
      "web.implicitGrant": { accessTokenIssuanceEnabled: false, idTokenIssuanceEnabled: false },
      signInAudience: "AzureADMyOrg",
      fallbackPublicClientEnabled: false,
      identifierUris: undefined,
      // Tokens of the second version name the directory and the client as the connector checks them.
      "api.requestedAccessTokenVersion": 2,
      groupMembershipClaims: ["DirectoryRole"],
      preventDuplicateNames: true,
      "options.protect": deployment.stack.environment === "production",
    }),
  ),
  must("the identity's credential is of this directory", [CREDENTIAL], (_, { stack }) => ({
    issuer: "https://login.microsoftonline.com/" + stack.microsoft.tenantId + "/v2.0",
    audiences: ["api://AzureADTokenExchange"],
    applicationId: (id) => typeof id === "string" && id.startsWith("/applications/7d0c5a1e-"),
  })),
  exactly(
    "the directory's own services are found, not made anew, and stay when the deployment goes",
    [PRINCIPAL],
    (deployment) =>
      ofKinds(deployment, PRINCIPAL).map(({ name, inputs, options }) =>
        words(
          name,
          inputs["clientId"] ?? "nobody",
          inputs["useExisting"] === true,
          options.retainOnDelete,
          options.protect,
        ),
      ),
    (deployment) => [
      words(
        "connector",
        "7d0c5a1e-0000-4000-8000-00000000c111",
        false,
        false,
        deployment.stack.environment === "production",
      ),
      ...(hasEvents(deployment.stack)
        ? ["event-grid 4962773b-9cdb-44cf-a8bf-237846a00ab7 true true false"]
        : []),
    ],
  ),
];

export const publicUrl = ({ stack }: Deployment): string =>
  "https://" +
  (stack.publicHost ?? "app-" + stack.tenant + "-" + stack.environment + "1a2b3c4d.azurewebsites.net");
