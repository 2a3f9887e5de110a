/** What Graph refuses in an app registration. */
import { isGroup, listAt, type Properties, saidAt, textAt, textsAt, words } from "../controlPlane/json.ts";
import { badRequest, type Refusal } from "../controlPlane/refusal.ts";

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/iu;

const SIGN_IN_AUDIENCES = words(
  "AzureADMyOrg AzureADMultipleOrgs AzureADandPersonalMicrosoftAccount PersonalMicrosoftAccount",
);

export function applicationRefusals(inputs: Properties, tenantId: string): Refusal[] {
  return [
    ...audienceRefusals(inputs),
    ...roleRefusals(inputs),
    ...redirectRefusals(inputs),
    ...uriRefusals(inputs, tenantId),
    ...accessRefusals(inputs),
  ];
}

function audienceRefusals(inputs: Properties): Refusal[] {
  const audience = textAt(inputs, "signInAudience");
  return audience === undefined || SIGN_IN_AUDIENCES.includes(audience)
    ? []
    : [badRequest(`Property signInAudience has an invalid value: ${audience}.`, "Request_BadRequest")];
}

function roleRefusals(inputs: Properties): Refusal[] {
  const roles = listAt(inputs, "appRoles").filter(isGroup);
  const scopes = listAt(inputs, "api.oauth2PermissionScopes").filter(isGroup);
  const ids = [...roles, ...scopes].map((one) => saidAt(one, "id"));
  const values = roles.map((one) => textAt(one, "value")).filter((value) => value !== undefined);
  const members = roles.flatMap((one) => textsAt(one, "allowedMemberTypes"));
  return [
    ...ids
      .filter((id) => !UUID.test(id))
      .map((id) => badRequest(`Property appRoles.id has an invalid value: ${id}.`, "Request_BadRequest")),
    ...(new Set(ids).size < ids.length
      ? [
          badRequest(
            "Property appRoles contains a duplicate id. Ids of permissions must be unique.",
            "DuplicateValue",
          ),
        ]
      : []),
    ...(new Set(values).size < values.length
      ? [badRequest("It contains duplicate value. Values of app roles must be unique.", "DuplicateValue")]
      : []),
    ...members
      .filter((one) => one !== "User" && one !== "Application")
      .map((one) =>
        badRequest(
          `Property appRoles.allowedMemberTypes has an invalid value: ${one}.`,
          "Request_BadRequest",
        ),
      ),
  ];
}

function redirectRefusals(inputs: Properties): Refusal[] {
  const uris = [
    ...textsAt(inputs, "web.redirectUris"),
    ...textsAt(inputs, "singlePageApplication.redirectUris"),
  ];
  return uris
    .filter(
      (uri) => !/^https:\/\/[^/?#]+/u.test(uri) && !/^http:\/\/(localhost|127\.0\.0\.1)([:/]|$)/u.test(uri),
    )
    .map((uri) =>
      badRequest(
        `Invalid value specified for property 'redirectUris': ${uri} must start with https.`,
        "InvalidReplyUrl",
      ),
    );
}

/** By default a URI has to contain the registration's own id, or the tenant's. */
function uriRefusals(inputs: Properties, tenantId: string): Refusal[] {
  return textsAt(inputs, "identifierUris")
    .filter((uri) => {
      const [, owner = ""] = /^api:\/\/([^/]+)/u.exec(uri) ?? [];
      return !(
        UUID.test(owner) ||
        owner === tenantId ||
        /^https:\/\/[^/]+\.onmicrosoft\.com(\/|$)/u.test(uri)
      );
    })
    .map((uri) =>
      badRequest(
        `Values of identifierUris property must use a verified domain of the organization or its subdomain: '${uri}'`,
        "HostNameNotOnVerifiedDomain",
      ),
    );
}

function accessRefusals(inputs: Properties): Refusal[] {
  const accesses = listAt(inputs, "requiredResourceAccesses").filter(isGroup);
  const wrong = accesses
    .flatMap((one) => listAt(one, "resourceAccesses").filter(isGroup))
    .filter((one) => !["Role", "Scope"].includes(saidAt(one, "type")));
  return wrong.map((one) =>
    badRequest(
      `Property requiredResourceAccess.type has an invalid value: ${saidAt(one, "type")}.`,
      "Request_BadRequest",
    ),
  );
}
