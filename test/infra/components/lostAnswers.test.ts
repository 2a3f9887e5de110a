import * as pulumi from "@pulumi/pulumi";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { thereAlready } from "../../../infra/components/lostAnswers.ts";

const OBJECT = "7d0c5a1e-0000-4000-8000-00000000c0a2";
const APPLICATION = "/applications/" + OBJECT;
const CONFLICT = "Request_MultipleObjectsWithSameKeyValue: ";

beforeEach(() => {
  vi.stubEnv("EHR_AZURE_SECOND_MS", "0.001");
  vi.spyOn(pulumi.log, "error").mockResolvedValue(undefined);
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

const said = () => vi.mocked(pulumi.log.error).mock.calls.map(([words]) => words);

function failing(
  made: Parameters<typeof thereAlready>[0],
  error: string,
  newInputs: object = {},
  failedOperation = "create",
): Promise<boolean> {
  const type = "azuread:index/made:Made";
  return thereAlready(made)({
    ...{ failedOperation, errors: [error], newInputs, name: "one", type },
    urn: `urn:pulumi:lamna-test::teams-ehr-connector::ehr:components:Registration$${type}::one`,
  } as unknown as pulumi.ErrorHookArgs);
}

describe("what is there already, by an update whose answer was lost, is not tried again and says how to go on", () => {
  test.each([
    [
      "registration",
      'An existing "azuread_application" with name "Teams EHR connector lamna test" (ID: "…") was found and `prevent_duplicate_names` was specified',
      {},
      "App registrations, All applications (one that is in use stays: name its ids under microsoft.registration)",
      "/applications/<object id>",
    ],
    [
      "principal",
      CONFLICT + "The service principal name is already in use.",
      {},
      "Enterprise applications, the connector",
      "/servicePrincipals/<object id>",
    ],
    [
      "role",
      'A resource with the ID "…" already exists - to be managed via Pulumi this resource needs to be imported',
      { applicationId: APPLICATION, roleId: "r" },
      "App registrations, the connector, App roles (disable it first)",
      APPLICATION + "/appRoles/r",
    ],
    [
      "scope",
      'A resource with the ID "…" already exists',
      { applicationId: APPLICATION, scopeId: "s" },
      "App registrations, the connector, Expose an API (disable it first)",
      APPLICATION + "/permissionScopes/s",
    ],
    [
      "uri",
      CONFLICT + "Another object with the same value for property identifierUris",
      { applicationId: APPLICATION, identifierUri: "https://example.net/" },
      "App registrations, the connector, Expose an API, Application ID URI",
      APPLICATION + "/identifierUris/aHR0cHM6Ly9leGFtcGxlLm5ldC8=",
    ],
    [
      "client",
      "cannot create already existing resource",
      { applicationId: APPLICATION, authorizedClientId: "c" },
      "App registrations, the connector, Expose an API, Authorized client applications",
      OBJECT + "/preAuthorizedApplication/c",
    ],
    [
      "credential",
      "FederatedIdentityCredential with name id-lamna-test already exists.",
      { applicationId: APPLICATION },
      "App registrations, the connector, Certificates & secrets, Federated credentials",
      OBJECT + "/federatedIdentityCredential/<id of the credential>",
    ],
    [
      "assignment",
      "Request_BadRequest: Permission being assigned already exists on the object",
      { resourceObjectId: OBJECT },
      "Enterprise applications, the connector, Users and groups (of Microsoft Graph: Permissions)",
      `/servicePrincipals/${OBJECT}/appRoleAssignedTo/<id of the assignment>`,
    ],
    [
      "grant",
      CONFLICT + "Permission entry already exists.",
      {},
      "Enterprise applications, the connector, Permissions",
      "/oauth2PermissionGrants/<id of the grant>",
    ],
  ] as const)("%s", async (made, words, inputs, where, id) => {
    expect(await failing(made, words, inputs)).toBe(false);
    const [told = ""] = said();
    expect(told).toMatch(/^one: .* already, by an update whose answer was lost or by hand\. Take it away/u);
    expect(told).toContain(`and run pulumi up again: Entra admin center, ${where}. Or import it:`);
    expect(told).toContain(
      "--parent 'registration=urn:pulumi:lamna-test::teams-ehr-connector::ehr:components:Registration::registration' azuread:index/made:Made one",
    );
    expect(told.endsWith(` '${id}'`)).toBe(true);
  });
});

test("nothing else that failed is told so", async () => {
  expect(await failing("assignment", "The subscription is over its quota")).toBe(false);
  expect(await failing("assignment", "it already exists", {}, "delete")).toBe(false);
  expect(said()).toEqual([]);
});

test("what Entra will know in a moment is tried again", async () => {
  vi.spyOn(pulumi.log, "info").mockResolvedValue(undefined);
  expect(await failing("assignment", "AADSTS700016: the application was not found")).toBe(true);
});
