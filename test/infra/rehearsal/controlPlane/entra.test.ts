/** The directory: registrations, services, roles, credentials, consent. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { serviceOf } from "../../../../infra/rehearsal/azure/entra/applications.ts";
import {
  type ProviderDriver,
  type Kept,
  driveProviders,
  TENANT,
  UNKNOWN,
  type Values,
} from "./providerDriver.ts";
import { makes, refusal } from "./makes.ts";

const token = (name: string) => `azuread:index/${name.charAt(0).toLowerCase()}${name.slice(1)}:${name}`;
const GRAPH = "00000003-0000-0000-c000-000000000000";
const MEETINGS = "b8bb2037-6e08-44ac-a4ea-4674e010e2a4";
const NOBODY = "99999999-0000-4000-8000-000000000001";

let driver: ProviderDriver;
beforeEach(async () => {
  driver = await driveProviders();
});
afterEach(() => driver.stop());

const role = (number: number, value: string) => ({
  id: `e0000000-0000-4000-8000-00000000000${String(number)}`,
  value,
  displayName: value,
  description: value,
  allowedMemberTypes: ["User"],
  enabled: true,
});

const application = (more: Values = {}, name = "connector") =>
  driver.create(token("Application"), name, {
    displayName: "Teams EHR connector",
    appRoles: [role(1, "Clinician")],
    ...more,
  });
const service = (clientId: unknown, more: Values = {}) =>
  driver.create(token("ServicePrincipal"), "service", { clientId, ...more });

test("a registration is named by the directory, and its roles can be found by their values", async () => {
  const made = await application();
  expect(made.id).toMatch(/^\/applications\/[0-9a-f-]{36}$/);
  expect(made.outputs).toMatchObject({
    appRoleIds: { Clinician: "e0000000-0000-4000-8000-000000000001" },
    signInAudience: "AzureADMyOrg",
    objectId: made.id.split("/")[2],
  });
});

test("a preview of a registration leaves its ids unknown, and of an update shows them", async () => {
  const seen = await driver.preview(token("Application"), "connector", {
    displayName: "Teams EHR connector",
  });
  expect(seen).toMatchObject({ clientId: UNKNOWN, displayName: "Teams EHR connector" });
  expect(seen).not.toHaveProperty("description");
  const made = await application();
  expect(await driver.previewUpdate(made, { ...made.inputs, displayName: "Other" })).toMatchObject({
    clientId: made.outputs["clientId"],
    displayName: "Other",
  });
});

test.each([
  ["two roles with one id", { appRoles: [role(1, "Clinician"), role(1, "Administrator")] }, "duplicate id"],
  ["two roles with one value", { appRoles: [role(1, "Clinician"), role(2, "Clinician")] }, "duplicate value"],
  [
    "a role whose id is no uuid",
    { appRoles: [{ ...role(1, "Clinician"), id: "clinician" }] },
    "invalid value: clinician",
  ],
  [
    "a role for nobody known",
    { appRoles: [{ ...role(1, "Clinician"), allowedMemberTypes: ["Robot"] }] },
    "invalid value: Robot",
  ],
  ["an audience that Entra has not", { signInAudience: "Everybody" }, "signInAudience has an invalid value"],
  [
    "a redirect in the clear",
    { web: { redirectUris: ["http://app.lamna.example/callback"] } },
    "InvalidReplyUrl",
  ],
  [
    "an id that names nobody",
    { identifierUris: ["api://teams-ehr-connector"] },
    "HostNameNotOnVerifiedDomain",
  ],
  [
    "a permission that is neither",
    {
      requiredResourceAccesses: [
        { resourceAppId: GRAPH, resourceAccesses: [{ id: MEETINGS, type: "Both" }] },
      ],
    },
    "requiredResourceAccess.type",
  ],
])("a registration is refused with %s", async (_what, more, words) => {
  expect(await refusal(application(more))).toContain(words);
});

test("a name that must not be there twice is refused, and without asking it is not", async () => {
  await application();
  expect(await refusal(application({ preventDuplicateNames: true }, "again"))).toContain(
    "was found and `prevent_duplicate_names` was specified",
  );
  expect((await application({}, "again")).outputs["displayName"]).toBe("Teams EHR connector");
});

test("an id that names a registration names one", async () => {
  const identifierUris = [`api://${TENANT}/teams-ehr-connector`];
  await application({ identifierUris });
  expect(await refusal(application({ identifierUris }, "again"))).toContain(
    "Another object with the same value for property identifierUris",
  );
});

test("a service stands for a registration of this directory, once, and goes with it", async () => {
  expect(await refusal(service(NOBODY))).toContain("NoBackingApplicationObject");
  const made = await application();
  const stands = await service(made.outputs["clientId"]);
  expect(stands.outputs).toMatchObject({
    displayName: "Teams EHR connector",
    appRoleIds: { Clinician: role(1, "").id },
  });
  expect(await refusal(service(made.outputs["clientId"]))).toContain(
    "cannot create already existing resource",
  );
  await driver.delete(made);
  expect(driver.cloud.find(stands.id)).toBeUndefined();
});

test("a service shows the roles that its registration has now", async () => {
  const made = await application();
  const stands = await service(made.outputs["clientId"]);
  await driver.update(made, { ...made.inputs, appRoles: [role(1, "Clinician"), role(2, "Administrator")] });
  expect((await driver.refresh(stands))?.outputs["appRoleIds"]).toHaveProperty("Administrator");
});

test("Microsoft's own services are there: used as they are, and left behind", async () => {
  const graph = await service(GRAPH, { useExisting: true });
  expect(graph.outputs).toMatchObject({
    displayName: "Microsoft Graph",
    appRoleIds: { "OnlineMeetings.ReadWrite.All": MEETINGS },
  });
  await driver.delete(graph);
  expect(serviceOf(GRAPH, driver.cloud)?.name).toBe(graph.outputs["objectId"]);
});

const assign = (appRoleId: string, principalObjectId: unknown, resourceObjectId: unknown, name = "held") =>
  driver.create(token("AppRoleAssignment"), name, { appRoleId, principalObjectId, resourceObjectId });

test("a managed identity is given a role that the service has, once", async () => {
  const make = makes(driver);
  await make.group();
  const identity = await make.identity();
  const graph = await service(GRAPH, { useExisting: true });
  const { principalId } = identity.outputs;
  expect(await refusal(assign(role(1, "").id, principalId, graph.outputs["objectId"]))).toContain(
    "Permission being assigned was not found",
  );
  expect(await refusal(assign(MEETINGS, NOBODY, graph.outputs["objectId"]))).toContain(
    `the principal '${NOBODY}' does not exist`,
  );
  expect(await refusal(assign(MEETINGS, principalId, NOBODY))).toContain("does not exist");
  const held = await assign(MEETINGS, principalId, graph.outputs["objectId"]);
  expect(held.outputs).toMatchObject({
    principalType: "ServicePrincipal",
    resourceDisplayName: "Microsoft Graph",
    principalDisplayName: "id-lamna",
  });
  expect(await refusal(assign(MEETINGS, principalId, graph.outputs["objectId"], "again"))).toContain(
    "already exists on the object",
  );
});

const credential = (applicationId: string, displayName: string, subject: string) =>
  driver.create(token("ApplicationFederatedIdentityCredential"), displayName, {
    applicationId,
    displayName,
    issuer: "https://login.microsoftonline.com/wrong/v2.0",
    subject,
    audiences: ["api://AzureADTokenExchange"],
  });

test("a federated credential is taken as it is, right or wrong, twenty of them, each once", async () => {
  const made = await application();
  const first = await credential(made.id, "identity-0", "subject-0");
  expect(first.id).toMatch(
    new RegExp(`^${String(made.outputs["objectId"])}/federatedIdentityCredential/[0-9a-f-]{36}$`),
  );
  expect(await refusal(credential(made.id, "identity-0", "other"))).toContain(
    "with name identity-0 already exists",
  );
  expect(await refusal(credential(made.id, "other", "subject-0"))).toContain(
    "with issuer and subject already exists",
  );
  for (let number = 1; number < 20; number += 1)
    await credential(made.id, `identity-${String(number)}`, `subject-${String(number)}`);
  expect(await refusal(credential(made.id, "identity-20", "subject-20"))).toContain(
    "maximum number of federated identity credentials",
  );
  expect(await refusal(credential("/applications/" + NOBODY, "one", "two"))).toContain(
    "Request_ResourceNotFound",
  );
});

const existing = async (): Promise<Kept> => {
  const made = await application({
    appRoles: [role(9, "Theirs")],
    web: { redirectUris: ["https://theirs.lamna.example/"] },
  });
  await service(made.outputs["clientId"]);
  return made;
};

test("a hospital's own registration is given roles, and keeps what it had", async () => {
  const theirs = await existing();
  const { id: roleId, enabled: _enabled, ...rest } = role(1, "Clinician");
  const given = await driver.create(token("ApplicationAppRole"), "role", {
    applicationId: theirs.id,
    roleId,
    ...rest,
  });
  expect(driver.cloud.find(theirs.id)?.properties).toMatchObject({
    appRoles: [{ value: "Theirs" }, { value: "Clinician", id: roleId }],
    web: { redirectUris: ["https://theirs.lamna.example/"] },
  });
  await driver.delete(given);
  expect(driver.cloud.find(theirs.id)?.properties["appRoles"]).toMatchObject([{ value: "Theirs" }]);
});

test("a part that the registration has already, or that does not fit it, is refused", async () => {
  const theirs = await existing();
  const part = (number: number, value: string) => {
    const { id: roleId, enabled: _enabled, ...rest } = role(number, value);
    return driver.create(token("ApplicationAppRole"), "role", { applicationId: theirs.id, roleId, ...rest });
  };
  expect(await refusal(part(9, "Theirs"))).toContain("needs to be imported");
  expect(await refusal(part(1, "Theirs"))).toContain("duplicate value");
});

test("an API is made part by part: a scope, a URI, and who may ask for it without consent", async () => {
  const theirs = await existing();
  const applicationId = theirs.id;
  const scopeId = "e0000000-0000-4000-8000-0000000000a1";
  const text = { adminConsentDisplayName: "Ask", adminConsentDescription: "Ask" };
  const identifierUri = "api://" + String(theirs.outputs["clientId"]);
  const make = (kind: string, inputs: Values) =>
    driver.create(token(kind), kind, { applicationId, ...inputs });
  const cli = { authorizedClientId: "04b07795-8ddb-461a-bbee-02f9e1bf7b46", permissionIds: [scopeId] };
  expect(await refusal(make("ApplicationPreAuthorized", cli))).toContain("does not have: " + scopeId);
  const scope = await make("ApplicationPermissionScope", {
    scopeId,
    value: "access",
    type: "Admin",
    ...text,
  });
  const uri = await make("ApplicationIdentifierUri", { identifierUri });
  const authorized = await make("ApplicationPreAuthorized", cli);
  // By these ids they are imported, as the provider's documents say.
  expect(authorized.id).toBe(
    `${applicationId.replace("/applications/", "")}/preAuthorizedApplication/${cli.authorizedClientId}`,
  );
  const said = () => driver.cloud.find(theirs.id)?.properties;
  expect(said()).toMatchObject({
    identifierUris: [identifierUri],
    api: { oauth2PermissionScopes: [{ id: scopeId, value: "access", enabled: true }] },
    appRoles: [{ value: "Theirs" }],
  });
  expect(await refusal(make("ApplicationIdentifierUri", { identifierUri }))).toContain(
    "needs to be imported",
  );
  expect(await refusal(make("ApplicationIdentifierUri", { identifierUri: "api://lamna" }))).toContain(
    "verified domain",
  );
  await driver.delete(uri);
  await driver.delete(scope);
  expect(said()).toMatchObject({ identifierUris: [], api: { oauth2PermissionScopes: [] } });
});

test("consent is given to what the resource offers", async () => {
  const theirs = await existing();
  const own = serviceOf(String(theirs.outputs["clientId"]), driver.cloud);
  const graph = await service(GRAPH, { useExisting: true });
  const consent = (claimValues: string[], servicePrincipalObjectId = own?.name) =>
    driver.create(token("ServicePrincipalDelegatedPermissionGrant"), "consent", {
      servicePrincipalObjectId,
      resourceServicePrincipalObjectId: graph.outputs["objectId"],
      claimValues,
    });
  expect(await refusal(consent(["User.Read", "Everything.Read"]))).toContain(
    "Invalid scope(s) 'Everything.Read'",
  );
  expect(await refusal(consent(["User.Read"], NOBODY))).toContain(`Resource '${NOBODY}' does not exist`);
  expect((await consent(["User.Read", "openid"])).outputs).toMatchObject({
    claimValues: ["User.Read", "openid"],
  });
  expect(await refusal(consent(["openid"]))).toContain("Permission entry already exists.");
});

test("a registration can be taken over by an import", async () => {
  const made = await application();
  const found = await driver.import(token("Application"), made.id);
  expect(found?.inputs).toMatchObject({
    displayName: "Teams EHR connector",
    appRoles: [{ value: "Clinician" }],
  });
});
