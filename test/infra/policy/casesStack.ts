import type { CasesById } from "./cases.ts";
import { add, drop, ignore, put, retype, take, unlink, type Sketch } from "./scene.ts";

const SUBSCRIPTION = "/subscriptions/0c1f7a52-0000-4000-8000-00000000d001";
const password: Sketch = {
  type: "azuread:index/applicationPassword:ApplicationPassword",
  name: "password",
  props: {},
};

export const stackCases: CasesById = {
  "EHR-ID-01": {
    fails: [
      [
        "an open redirect beside",
        add({
          type: "azuread:index/applicationRedirectUris:ApplicationRedirectUris",
          name: "addresses",
          props: { type: "Web", redirectUris: ["https://*/x"] },
        }),
      ],
      ["a password beside", add(password)],
      ["a password inside", put("application", "password", { displayName: "x" })],
      ["every directory", put("application", "signInAudience", "AzureADMultipleOrgs")],
      ["left out", take("application", "signInAudience")],
      ["an open redirect", put("application", "web.redirectUris", ["https://*.lamna.example/auth"])],
      ["plain http", put("application", "web.redirectUris", ["http://visits.lamna.example/auth"])],
      [
        "tokens in the address bar",
        put("application", "web.implicitGrant", { accessTokenIssuanceEnabled: true }),
      ],
      [
        "id tokens in the address bar",
        put("application", "web.implicitGrant", { idTokenIssuanceEnabled: true }),
      ],
      ["a public client", put("application", "fallbackPublicClientEnabled", true)],
      [
        "a page's client",
        put("application", "singlePageApplication", { redirectUris: ["https://x.example/"] }),
      ],
    ],
  },
  "EHR-ID-02": {
    fails: [
      ["another issuer", put("credential", "issuer", "https://token.actions.githubusercontent.com")],
      ["another audience", put("credential", "audiences", ["api://other"])],
      ["two audiences", put("credential", "audiences", ["api://AzureADTokenExchange", "api://other"])],
      ["somebody else", unlink("credential", "subject")],
    ],
  },
  "EHR-ID-03": {
    fails: [
      [
        "beside an existing registration",
        add({
          type: "azuread:index/applicationApiAccess:ApplicationApiAccess",
          name: "access",
          props: {
            apiClientId: "00000003-0000-0000-c000-000000000000",
            roleIds: ["e2a3a72e-5f79-4c64-b1b1-878b674786c9"],
          },
        }),
      ],
      [
        "Mail.ReadWrite",
        put(
          "application",
          "requiredResourceAccesses.0.resourceAccesses.1.id",
          "e2a3a72e-5f79-4c64-b1b1-878b674786c9",
        ),
      ],
      [
        "another interface",
        put(
          "application",
          "requiredResourceAccesses.0.resourceAppId",
          "00000002-0000-0ff1-ce00-000000000000",
        ),
      ],
    ],
  },
  "EHR-ID-04": {
    passes: [
      [
        "a role of an existing registration",
        put("webhookRole", "appRoleId", "7d0c5a1e-0000-4000-8000-00000000f0f9"),
        add({
          type: "azuread:index/applicationAppRole:ApplicationAppRole",
          name: "role",
          props: { roleId: "7d0c5a1e-0000-4000-8000-00000000f0f9" },
        }),
      ],
    ],
    fails: [
      [
        "Mail.Read for whoever signs in",
        add({
          type: "azuread:index/servicePrincipalDelegatedPermissionGrant:ServicePrincipalDelegatedPermissionGrant",
          name: "delegation",
          props: { claimValues: ["openid", "Mail.Read"] },
        }),
      ],
      ["Directory.ReadWrite.All", put("consent", "appRoleId", "19dbc75e-c2e2-444c-a770-ec69d8559fc7")],
    ],
  },
  "EHR-ID-05": {
    fails: [
      ["everything", put("messageRole", "permissions.0.actions", ["*"])],
      ["everything of a service", put("messageRole", "permissions.0.actions", ["Microsoft.Storage/*"])],
      [
        "giving rights",
        put("messageRole", "permissions.0.actions", ["Microsoft.Authorization/roleAssignments/write"]),
      ],
      [
        "keys",
        put("messageRole", "permissions.0.actions", ["Microsoft.Storage/storageAccounts/listKeys/action"]),
      ],
      ["all data", put("messageRole", "permissions.0.dataActions", ["*"])],
    ],
  },
  "EHR-ID-06": {
    fails: [
      ["any repository", put("pipeline", "subject", "repo:*")],
      ["another audience", put("pipeline", "audiences", ["api://other"])],
    ],
  },
  "EHR-GEN-01": {
    fails: [
      ["no owner", take("vault", "tags.owner")],
      ["none", take("plan", "tags")],
      ["a made-up class", put("workspace", "tags.dataClass", "secret")],
      ["a store that says it holds nothing", put("account", "tags.dataClass", "operational")],
    ],
  },
  "EHR-GEN-02": {
    fails: [
      ["Europe", put("vault", "location", "northeurope")],
      ["left out", take("site", "location")],
      ["a region for what has none", put("communication", "location", "eastus2")],
    ],
    passes: [["as Azure writes it", put("vault", "location", "East US 2")]],
  },
  "EHR-GEN-03": {
    fails: [
      ["nobody", put("blobReader", "principalId", "everybody")],
      [
        "a role that is wider than it sounds",
        put(
          "blobReader",
          "roleDefinitionId",
          SUBSCRIPTION +
            "/providers/Microsoft.Authorization/roleDefinitions/b7e6dc6d-f1e8-4753-8033-0f276bb0955b",
        ),
      ],
      ["a resource from elsewhere", unlink("blobReader", "scope")],
      ["who it is for is not said", take("blobReader", "principalType")],
      [
        "Owner",
        put(
          "blobReader",
          "roleDefinitionId",
          SUBSCRIPTION +
            "/providers/Microsoft.Authorization/roleDefinitions/8e3af657-a8ff-443c-a75c-2fe8c4bcb635",
        ),
      ],
      [
        "Contributor",
        put(
          "blobReader",
          "roleDefinitionId",
          SUBSCRIPTION +
            "/providers/Microsoft.Authorization/roleDefinitions/b24988ac-6180-42a0-ab88-20f7382dd24c",
        ),
      ],
      ["the subscription", put("blobReader", "scope", SUBSCRIPTION)],
      [
        "a whole group",
        put("blobReader", "scope", { $from: "group", value: SUBSCRIPTION + "/resourceGroups/rg" }),
      ],
    ],
  },
  "EHR-GEN-04": {
    fails: [
      ["a preview by its type", retype("vault", "azure-native:keyvault/v20250501preview:Vault")],
      ["a preview by its input", put("storage", "azureApiVersion", "2024-01-01-preview")],
    ],
    passes: [
      ["a stable version", retype("vault", "azure-native:keyvault/v20241101:Vault")],
      ["what exists in no other form", put("log-vault", "azureApiVersion", "2021-05-01-preview")],
    ],
  },
  "EHR-GEN-05": {
    fails: [
      ["no budget", drop("budget")],
      ["nobody is warned", put("budget", "notifications", {})],
      [
        "off",
        put("budget", "notifications", { spent: { enabled: false, contactEmails: ["x@lamna.example"] } }),
      ],
      ["no amount", take("budget", "amount")],
    ],
  },
  "EHR-GEN-06": {
    fails: [
      ["a database nobody judged", add({ type: "azure-native:sql:Server", name: "sql", props: {} })],
      ["a command", add({ type: "command:local:Command", name: "command", props: {} })],
      ["code in the state", add({ type: "pulumi-nodejs:dynamic:Resource", name: "dynamic", props: {} })],
      ["another provider", add({ type: "pulumi:providers:command", name: "provider", props: {} })],
      [
        "a provider of Azure's with a name that it does not know",
        add({ type: "pulumi:providers:azure-native", name: "provider", props: { environment: "global" } }),
      ],
      ...Object.entries({
        subscriptionId: "ffffffff-0000-4000-8000-00000000ffff",
        tenantId: "ffffffff-0000-4000-8000-00000000ffff",
        environment: "usgovernment",
        metadataHost: "elsewhere.example",
      }).map(
        ([input, value]) =>
          [
            `a provider of ours with a ${input} of somebody else`,
            add({ type: "pulumi:providers:azure-native", name: "provider", props: { [input]: value } }),
          ] as const,
      ),
    ],
    passes: [
      [
        "a component of ours",
        add({ type: "teams-ehr-connector:data:Data", name: "component", props: {}, custom: false }),
      ],
      ["the stack itself", add({ type: "pulumi:pulumi:Stack", name: "stack", props: {}, custom: false })],
      ["a provider of ours", add({ type: "pulumi:providers:azure-native", name: "provider", props: {} })],
      [
        "a provider of ours that is told what the stack file says",
        add({
          type: "pulumi:providers:azure-native",
          name: "provider",
          props: { subscriptionId: SUBSCRIPTION.split("/").at(-1), environment: "public" },
        }),
      ],
      [
        "a provider of ours that is told no host, as an empty setting",
        add({ type: "pulumi:providers:azure-native", name: "provider", props: { metadataHost: "" } }),
      ],
      [
        "a provider of Entra's that is told the worldwide cloud by its other name",
        add({ type: "pulumi:providers:azuread", name: "provider", props: { environment: "global" } }),
      ],
    ],
  },
  "EHR-GEN-07": {
    fails: [
      ["a setting that anybody may change", ignore("siteSettings", "properties")],
      ["what the deployment's own key is", ignore("wrappingKey", "properties")],
      ["where the group is", ignore("group", "location")],
      ["whose the group is", ignore("group", "tags")],
      ["whose events they are", ignore("topic", "source")],
    ],
    passes: [
      ["instances come and go", ignore("plan", "sku.capacity")],
      ["a connection's key that was in the vault before", ignore("connectionKey", "properties")],
      ["where the number's group was made", ignore("numberGroup", "location")],
    ],
  },
  "EHR-GEN-08": {
    fails: [
      ["no lock", drop("lock")],
      ["no level", take("lock", "level")],
      ["of another group", unlink("lock", "scope")],
    ],
  },
};
