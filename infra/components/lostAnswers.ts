/**
 * What is made in Entra has a name that Entra chooses, or is refused where it is there already. If it was made and the
 * answer was lost, it is in no state, and each later update is refused until a person takes it away or imports it. The
 * provider's own second attempt can be refused so, too (https://github.com/hashicorp/terraform-provider-azuread/pull/1896).
 */
import * as pulumi from "@pulumi/pulumi";
import { patience } from "./patience.ts";

type Inputs = Readonly<Record<string, unknown>> | undefined;

interface Made {
  /** What is there already, as a sentence. */
  readonly said: string;
  /** Where in the Entra admin center a person takes it away. */
  readonly where: string;
  /** Id by which it is imported; what Entra chose stands in angles. */
  readonly id: (inputs: Inputs) => string;
}

const REGISTRATION = "App registrations, the connector, ";
const textIn = (inputs: Inputs, name: string): string => {
  const value = inputs?.[name];
  return typeof value === "string" ? value : `<${name}>`;
};
const application = (inputs: Inputs): string => textIn(inputs, "applicationId");
const objectId = (inputs: Inputs): string => application(inputs).replace("/applications/", "");

const MADE = {
  registration: {
    said: "the directory has a registration of this name already",
    where:
      "App registrations, All applications (one that is in use stays: name its ids under microsoft.registration)",
    id: () => "/applications/<object id>",
  },
  principal: {
    said: "the registration has its enterprise application already",
    where: "Enterprise applications, the connector",
    id: () => "/servicePrincipals/<object id>",
  },
  role: {
    said: "the registration has this app role already",
    where: REGISTRATION + "App roles (disable it first)",
    id: (inputs) => `${application(inputs)}/appRoles/${textIn(inputs, "roleId")}`,
  },
  scope: {
    said: "the registration has this scope already",
    where: REGISTRATION + "Expose an API (disable it first)",
    id: (inputs) => `${application(inputs)}/permissionScopes/${textIn(inputs, "scopeId")}`,
  },
  uri: {
    said: "the registration has this URI already",
    where: REGISTRATION + "Expose an API, Application ID URI",
    id: (inputs) =>
      `${application(inputs)}/identifierUris/${Buffer.from(textIn(inputs, "identifierUri")).toString("base64")}`,
  },
  client: {
    said: "the registration authorizes this client already",
    where: REGISTRATION + "Expose an API, Authorized client applications",
    id: (inputs) => `${objectId(inputs)}/preAuthorizedApplication/${textIn(inputs, "authorizedClientId")}`,
  },
  credential: {
    said: "the registration has this federated credential already",
    where: REGISTRATION + "Certificates & secrets, Federated credentials",
    id: (inputs) => `${objectId(inputs)}/federatedIdentityCredential/<id of the credential>`,
  },
  assignment: {
    said: "the role is assigned already",
    where: "Enterprise applications, the connector, Users and groups (of Microsoft Graph: Permissions)",
    id: (inputs) =>
      `/servicePrincipals/${textIn(inputs, "resourceObjectId")}/appRoleAssignedTo/<id of the assignment>`,
  },
  grant: {
    said: "the permissions are granted already",
    where: "Enterprise applications, the connector, Permissions",
    id: () => "/oauth2PermissionGrants/<id of the grant>",
  },
} satisfies Readonly<Record<string, Made>>;

/** Entra's and its provider's words for what is there already. */
const IS_THERE =
  /already exist|already in use|prevent_duplicate_names|needs to be imported|MultipleObjectsWithSameKeyValue/i;

/** The component that all of these are parts of; an import under another parent would be another resource. */
const PARENT = "registration";

/** An error hook that says how to go on where what is to be made is there already, and otherwise is {@link patience}. */
export const thereAlready =
  (made: keyof typeof MADE) =>
  (failed: pulumi.ErrorHookArgs): Promise<boolean> => {
    const { failedOperation, errors, name, type, urn, newInputs } = failed;
    if (failedOperation !== "create" || !IS_THERE.test(errors[0] ?? "")) return patience(failed);
    const { said, where, id }: Made = MADE[made];
    const parent = urn.replace(/\$[^$]*$/, "::" + PARENT);
    void pulumi.log.error(
      `${name}: ${said}, by an update whose answer was lost or by hand. Take it away and run pulumi up again: Entra admin center, ${where}. Or import it: pulumi import --generate-code=false --protect=false --parent '${PARENT}=${parent}' ${type} ${name} '${id(newInputs)}'`,
    );
    return Promise.resolve(false);
  };

export const unlessThere = (made: keyof typeof MADE, name: string): pulumi.ResourceHookBinding => ({
  onError: [new pulumi.ErrorHook(`${made}-there-already-${name}`, thereAlready(made))],
});
