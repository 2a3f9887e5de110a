/** What Graph refuses in an app registration. */
import { listAt, type Properties, saidAt, textAt, textsAt, words } from "../controlPlane/json.ts";
import { badRequest, type Refusal } from "../controlPlane/refusal.ts";

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/iu;

const SIGN_IN_AUDIENCES = words(
  "AzureADMyOrg AzureADMultipleOrgs AzureADandPersonalMicrosoftAccount PersonalMicrosoftAccount",
);

const invalid = (property: string, value: string): Refusal =>
  badRequest(`Property ${property} has an invalid value: ${value}.`, "Request_BadRequest");

/** @throws Refusal for the first fault */
export function refuseRegistration(inputs: Properties, tenantId: string): void {
  const audience = textAt(inputs, "signInAudience");
  if (audience !== undefined && !SIGN_IN_AUDIENCES.includes(audience))
    throw invalid("signInAudience", audience);
  refuseRoles(inputs);
  for (const uri of ["web", "singlePageApplication"].flatMap((kind) =>
    textsAt(inputs, kind + ".redirectUris"),
  ))
    if (!/^https:\/\/[^/?#]+/u.test(uri) && !/^http:\/\/(localhost|127\.0\.0\.1)([:/]|$)/u.test(uri))
      throw badRequest(
        `Invalid value specified for property 'redirectUris': ${uri} must start with https.`,
        "InvalidReplyUrl",
      );
  for (const uri of textsAt(inputs, "identifierUris")) refuseUri(uri, tenantId);
  for (const one of listAt(inputs, "requiredResourceAccesses").flatMap((api) =>
    listAt(api, "resourceAccesses"),
  ))
    if (!["Role", "Scope"].includes(saidAt(one, "type")))
      throw invalid("requiredResourceAccess.type", saidAt(one, "type"));
}

function refuseRoles(inputs: Properties): void {
  const roles = listAt(inputs, "appRoles");
  const ids = [...roles, ...listAt(inputs, "api.oauth2PermissionScopes")].map((one) => saidAt(one, "id"));
  const values = roles.flatMap((one) => textAt(one, "value") ?? []);
  const noId = ids.find((id) => !UUID.test(id));
  if (noId !== undefined) throw invalid("appRoles.id", noId);
  if (new Set(ids).size < ids.length)
    throw badRequest(
      "Property appRoles contains a duplicate id. Ids of permissions must be unique.",
      "DuplicateValue",
    );
  if (new Set(values).size < values.length)
    throw badRequest("It contains duplicate value. Values of app roles must be unique.", "DuplicateValue");
  for (const member of roles.flatMap((one) => textsAt(one, "allowedMemberTypes")))
    if (!["User", "Application"].includes(member)) throw invalid("appRoles.allowedMemberTypes", member);
}

/** By default a URI has to contain the registration's own id, or the tenant's. */
function refuseUri(uri: string, tenantId: string): void {
  const [, owner = ""] = /^api:\/\/([^/]+)/u.exec(uri) ?? [];
  if (!UUID.test(owner) && owner !== tenantId && !/^https:\/\/[^/]+\.onmicrosoft\.com(\/|$)/u.test(uri))
    throw badRequest(
      `Values of identifierUris property must use a verified domain of the organization or its subdomain: '${uri}'`,
      "HostNameNotOnVerifiedDomain",
    );
}
