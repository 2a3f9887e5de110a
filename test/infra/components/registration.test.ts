import { expect, test } from "vitest";
import { lamnaProduction, lamnaTest, lamnaWith } from "../stacks.ts";
import { up } from "./foundation.ts";
import { ofType, one, type Recorded } from "./recorded.ts";

const entra = (name: string) => "azuread:index/" + name.charAt(0).toLowerCase() + name.slice(1) + ":" + name;
const GRAPH = "00000003-0000-0000-c000-000000000000";
const MEETINGS = { id: "b8bb2037-6e08-44ac-a4ea-4674e010e2a4", type: "Role" };
const ATTENDANCE = { id: "df01ed3b-eb61-4eca-9965-6b3d789751b2", type: "Role" };
const STAFF_NAMES = { id: "97235f07-e226-4f63-ace3-39588e11d3a1", type: "Role" };
const CALL_QUALITY = { id: "45bbb07e-7321-4fd7-a8f6-3ff27e6a81c8", type: "Role" };
const SIGN_IN = [
  { id: "37f7f235-527c-4136-accd-4a02d197296e", type: "Scope" },
  { id: "14dad69e-099b-42c9-810b-d002981feec1", type: "Scope" },
];
const GUID = /^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const DEPLOYER = "7d0c5a1e-0000-4000-8000-00000000d0e1";

test.each([
  ["with all that it does by itself", lamnaTest, [...SIGN_IN, MEETINGS, ATTENDANCE, STAFF_NAMES]],
  [
    "with how good calls were",
    lamnaWith("features", { callQuality: true }),
    [...SIGN_IN, MEETINGS, ATTENDANCE, STAFF_NAMES, CALL_QUALITY],
  ],
  ["without attendance", lamnaWith("features", { attendance: false }), [...SIGN_IN, MEETINGS, STAFF_NAMES]],
  ["without staff names", lamnaWith("features", { staffNames: false }), [...SIGN_IN, MEETINGS, ATTENDANCE]],
])(
  "%s the registration asks Graph for exactly what the features use",
  async (_features, stack, permissions) => {
    expect(one(await up(stack), entra("Application")).inputs["requiredResourceAccesses"]).toEqual([
      { resourceAppId: GRAPH, resourceAccesses: permissions },
    ]);
  },
);

test.each([
  ["test", lamnaTest, false],
  ["production", lamnaProduction, true],
])(
  "%s's registration is the hospital's alone: one redirect address, no implicit sign-in, no secret",
  async (name, stack, isProtected) => {
    const all = await up(stack);
    const application = one(all, entra("Application"));
    expect(application.inputs).toMatchObject({
      displayName: "Teams EHR connector lamna " + name,
      preventDuplicateNames: true,
      signInAudience: "AzureADMyOrg",
      groupMembershipClaims: ["DirectoryRole"],
      optionalClaims: { idTokens: [{ name: "acct" }] },
      fallbackPublicClientEnabled: false,
      api: { requestedAccessTokenVersion: 2 },
      web: {
        redirectUris: ["https://visits.lamna.example/signin/callback"],
        implicitGrant: { accessTokenIssuanceEnabled: false, idTokenIssuanceEnabled: false },
      },
    });
    for (const absent of ["password", "publicClient", "singlePageApplication", "identifierUris", "owners"])
      expect(application.inputs[absent]).toBeUndefined();
    const principal = one(all, entra("ServicePrincipal"), "connector");
    expect(principal.inputs["appRoleAssignmentRequired"]).toBe(false);
    expect([application.options.protect, principal.options.protect]).toEqual([isProtected, isProtected]);
    expect(all.filter(({ type }) => /Password|Certificate/.test(type))).toEqual([]);
  },
);

test("people hold every role; programs those for reports, for operators and for events", async () => {
  const roles = one(await up(lamnaTest), entra("Application")).inputs["appRoles"] as Role[];
  expect(roles.map(({ value, allowedMemberTypes, enabled }) => [value, allowedMemberTypes, enabled])).toEqual(
    [
      ["Connector.Admin", ["User"], true],
      ["Connector.ReportReader", ["User", "Application"], true],
      ["Connector.DepartmentManager", ["User"], true],
      ["Connector.Operator", ["User", "Application"], true],
      ["AzureEventGridSecureWebhookSubscriber", ["User", "Application"], true],
    ],
  );
  for (const { id } of roles) expect(id).toMatch(GUID);
  expect(new Set(roles.map(({ id }) => id)).size).toBe(5);
});

test("the managed identity stands in for a secret, and nothing else does", async () => {
  const all = await up(lamnaTest);
  const credential = one(all, entra("ApplicationFederatedIdentityCredential"));
  expect(credential.inputs).toMatchObject({
    applicationId: "/applications/7d0c5a1e-0000-4000-8000-00000000a999",
    issuer: "https://login.microsoftonline.com/5b0c3a52-0000-4000-8000-000000000001/v2.0",
    audiences: ["api://AzureADTokenExchange"],
  });
  expect(credential.propertyDependencies["subject"]).toEqual([
    one(all, "azure-native:managedidentity:UserAssignedIdentity").urn,
  ]);
});

test("Event Grid and every deployer hold the role for events, and every deployer that for operators", async () => {
  const all = await up(lamnaTest);
  const roles = one(all, entra("Application")).inputs["appRoles"] as Role[];
  const eventGrid = one(all, entra("ServicePrincipal"), "event-grid");
  expect(eventGrid.inputs).toMatchObject({
    clientId: "4962773b-9cdb-44cf-a8bf-237846a00ab7",
    useExisting: true,
  });
  expect(eventGrid.options.retainOnDelete).toBe(true);
  expect(granted(all)).toEqual([
    [roles[4]?.id, "object-of-4962773b-9cdb-44cf-a8bf-237846a00ab7", OWN],
    [roles[4]?.id, DEPLOYER, OWN],
    [roles[3]?.id, DEPLOYER, OWN],
  ]);
});

test("where events are not accepted there is no role for them", async () => {
  const all = await up(lamnaWith("geography", "europe"));
  const roles = one(all, entra("Application")).inputs["appRoles"] as Role[];
  expect(granted(all)).toEqual([[roles[3]?.id, DEPLOYER, OWN]]);
  expect(roles.map(({ value }) => value)).toEqual([
    "Connector.Admin",
    "Connector.ReportReader",
    "Connector.DepartmentManager",
    "Connector.Operator",
  ]);
});

test("programs ask for tokens by a URI of the client id, and the Azure CLI may for whoever is signed in to it", async () => {
  const all = await up(lamnaTest);
  const application = one(all, entra("Application"));
  expect(application.options.ignoreChanges).toEqual(["identifierUris"]);
  const { oauth2PermissionScopes: scopes } = application.inputs["api"] as {
    oauth2PermissionScopes: { id: string; value: string; type: string; enabled: boolean }[];
  };
  expect(scopes.map(({ value, type, enabled }) => [value, type, enabled])).toEqual([
    ["access", "Admin", true],
  ]);
  const uri = one(all, entra("ApplicationIdentifierUri"));
  expect(uri.inputs["identifierUri"]).toMatch(/^api:\/\/[0-9a-f-]{36}$/);
  expect(one(all, entra("ApplicationPreAuthorized")).inputs).toMatchObject({
    authorizedClientId: "04b07795-8ddb-461a-bbee-02f9e1bf7b46",
    permissionIds: [scopes[0]?.id],
  });
  expect(application.inputs["optionalClaims"]).toMatchObject({
    accessTokens: [{ name: "acct" }, { name: "idtyp" }],
  });
});

test("a stack that grants consent grants what the registration asks for, to it alone", async () => {
  const all = await up(lamnaWith("microsoft.consent", "granted", lamnaProduction));
  const graph = one(all, entra("ServicePrincipal"), "graph");
  expect(graph.inputs).toMatchObject({ clientId: GRAPH, useExisting: true });
  expect(graph.options.retainOnDelete).toBe(true);
  expect(granted(all).filter(([, , resource]) => resource === "object-of-" + GRAPH)).toEqual([
    [MEETINGS.id, OWN, "object-of-" + GRAPH],
    [ATTENDANCE.id, OWN, "object-of-" + GRAPH],
    [STAFF_NAMES.id, OWN, "object-of-" + GRAPH],
  ]);
  const grant = one(all, entra("ServicePrincipalDelegatedPermissionGrant"));
  for (const { name, options } of [grant, ...ofType(all, entra("AppRoleAssignment"))])
    expect(options.onError, name).toHaveLength(1);
  expect(grant.inputs).toEqual({
    servicePrincipalObjectId: OWN,
    resourceServicePrincipalObjectId: "object-of-" + GRAPH,
    claimValues: ["openid", "profile"],
  });
});

test("otherwise nothing is consented to", async () => {
  const all = await up(lamnaTest);
  expect(granted(all).filter(([, , resource]) => resource !== OWN)).toEqual([]);
  expect(ofType(all, entra("ServicePrincipalDelegatedPermissionGrant"))).toEqual([]);
});

const EXISTING = {
  clientId: "7d0c5a1e-0000-4000-8000-00000000c0a1",
  objectId: "7d0c5a1e-0000-4000-8000-00000000c0a2",
  servicePrincipalId: "7d0c5a1e-0000-4000-8000-00000000c0a3",
};

test("a registration that exists already is given the same roles and credential, and keeps its addresses and permissions", async () => {
  const all = await up(lamnaWith("microsoft.registration", EXISTING));
  const made = one(await up(lamnaTest), entra("Application"));
  expect(ofType(all, entra("Application"))).toEqual([]);
  const applicationId = "/applications/" + EXISTING.objectId;
  expect(
    ofType(all, entra("ApplicationAppRole")).map(({ inputs: { roleId, applicationId: at, ...role } }) => [
      at,
      { id: roleId, enabled: true, ...role },
    ]),
  ).toEqual((made.inputs["appRoles"] as Role[]).map((role) => [applicationId, role]));
  const parts = ["ApplicationAppRole", "ApplicationPermissionScope", "ApplicationIdentifierUri"];
  for (const { name, options } of parts.flatMap((part) => ofType(all, entra(part))))
    expect(options.onError, name).toHaveLength(1);
  expect(ofType(all, entra("ApplicationRedirectUris"))).toEqual([]);
  expect(ofType(all, entra("ApplicationApiAccess"))).toEqual([]);
  expect(one(all, entra("ApplicationFederatedIdentityCredential")).inputs).toMatchObject({ applicationId });
  expect(granted(all).map(([, who, resource]) => [who, resource])).toEqual([
    ["object-of-4962773b-9cdb-44cf-a8bf-237846a00ab7", EXISTING.servicePrincipalId],
    [DEPLOYER, EXISTING.servicePrincipalId],
    [DEPLOYER, EXISTING.servicePrincipalId],
  ]);
  expect(one(all, entra("ApplicationPermissionScope")).inputs).toMatchObject({
    applicationId,
    value: "access",
  });
  expect(one(all, entra("ApplicationIdentifierUri")).inputs).toMatchObject({
    applicationId,
    identifierUri: "api://" + EXISTING.clientId,
  });
});

interface Role {
  readonly id: string;
  readonly value: string;
  readonly allowedMemberTypes: readonly string[];
  readonly enabled: boolean;
}

const OWN = "object-of-7d0c5a1e-0000-4000-8000-00000000c111";
const granted = (all: readonly Recorded[]) =>
  ofType(all, entra("AppRoleAssignment")).map(({ inputs }) => [
    inputs["appRoleId"],
    inputs["principalObjectId"],
    inputs["resourceObjectId"],
  ]);
