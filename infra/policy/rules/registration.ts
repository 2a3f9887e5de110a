/** Rules about Entra: the app registration, its credentials and who may do what. */
import { all, atLeast, each, is, isAbsent, isAtMost, matchesOnceKnown, matches } from "../checks.ts";
import { CONTROLS } from "../controls.ts";
import { at, items, said, UNKNOWN } from "../reading.ts";
import { rule, ruleInTwoHalves, stackRule, type Check, type Finding, type Stack } from "../rule.ts";

const entra = (name: string) => "azuread:index/" + name.charAt(0).toLowerCase() + name.slice(1) + ":" + name;
const APPLICATION = entra("Application");
const REDIRECTS = entra("ApplicationRedirectUris");
const ACCESS = entra("ApplicationApiAccess");
const OWN_ROLE = entra("ApplicationAppRole");
const DELEGATION = entra("ServicePrincipalDelegatedPermissionGrant");
const CREDENTIAL = entra("ApplicationFederatedIdentityCredential");
const KEPT_SECRETS = [
  "ApplicationPassword",
  "ServicePrincipalPassword",
  "ApplicationCertificate",
  "ServicePrincipalCertificate",
].map(entra);
const IDENTITY = "azure-native:managedidentity:UserAssignedIdentity";

const GRAPH = "00000003-0000-0000-c000-000000000000";
/**
 * The Microsoft Graph permissions that the connector's features use, and no others (Microsoft Graph permissions reference).
 */
const GRAPH_PERMISSIONS: ReadonlyMap<string, string> = new Map([
  ["e1fe6dd8-ba31-4d61-89e7-88639da4683d", "User.Read"],
  ["37f7f235-527c-4136-accd-4a02d197296e", "openid"],
  ["14dad69e-099b-42c9-810b-d002981feec1", "profile"],
  ["64a6cdd6-aab1-4aaf-94b8-3cc8405e90d0", "email"],
  ["7427e0e9-2fba-42fe-b0c0-848c9e6a8182", "offline_access"],
  ["b8bb2037-6e08-44ac-a4ea-4674e010e2a4", "OnlineMeetings.ReadWrite.All"],
  ["c1684f21-1984-47fa-9d61-2dc8c296bb70", "OnlineMeetings.Read.All"],
  ["97235f07-e226-4f63-ace3-39588e11d3a1", "User.ReadBasic.All"],
  ["df01ed3b-eb61-4eca-9965-6b3d789751b2", "OnlineMeetingArtifact.Read.All"],
  ["45bbb07e-7321-4fd7-a8f6-3ff27e6a81c8", "CallRecords.Read.All"],
]);

export const registrationRules = [
  rule(
    "EHR-ID-01",
    {
      says: "The app registration has no secret, no open redirect and no implicit sign-in",
      severity: "critical",
      control: CONTROLS.authentication,
      remedy:
        'Remove passwords and certificates (the managed identity is the credential); redirect URIs are https, whole, without *; leave implicitGrant out; set signInAudience: "AzureADMyOrg".',
    },
    [APPLICATION, REDIRECTS, ...KEPT_SECRETS],
    (resource) =>
      resource.type === APPLICATION
        ? registration(resource)
        : resource.type === REDIRECTS
          ? redirects("redirectUris")(resource)
          : ["this resource puts a credential into the stack's state; the managed identity needs none"],
  ),
  ruleInTwoHalves(
    "EHR-ID-02",
    {
      says: "Only the deployment's managed identity can sign in as the registration",
      severity: "critical",
      control: CONTROLS.authentication,
      remedy:
        'Set issuer to https://login.microsoftonline.com/<tenant id>/v2.0, subject to the user-assigned identity\'s principalId, audiences to ["api://AzureADTokenExchange"]. A wrong value is accepted silently.',
    },
    [CREDENTIAL],
    all(
      matches(
        "issuer",
        /^https:\/\/login\.(microsoftonline\.com|microsoftonline\.us|partner\.microsoftonline\.cn)\/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\/v2\.0$/i,
        "https://login.microsoftonline.com/<tenant id>/v2.0",
      ),
      is("audiences.length", 1),
      matches("audiences.0", /^api:\/\/AzureADTokenExchange(USGov|China)?$/, "api://AzureADTokenExchange"),
      matchesOnceKnown(
        "subject",
        /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i,
        "the identity's principal id",
      ),
    ),
    (stack) =>
      stack
        .of(CREDENTIAL)
        .filter((one) => !one.fedBy("subject").some(({ type }) => type === IDENTITY))
        .map((about) => ({
          about,
          says: "subject is not the principal id of a managed identity of this stack",
        })),
  ),
  rule(
    "EHR-ID-03",
    {
      says: "The registration asks Microsoft Graph for what its features use, and nothing else",
      severity: "high",
      control: CONTROLS.leastPrivilege,
      remedy:
        "Remove the permission from requiredResourceAccesses, or add it to this rule with the feature that needs it.",
    },
    [APPLICATION, ACCESS],
    all(
      each("requiredResourceAccesses", (api, where) => {
        if (at(api, "resourceAppId") !== GRAPH)
          return [
            where + ".resourceAppId " + said(at(api, "resourceAppId")) + "; only Microsoft Graph is used",
          ];
        const accesses = items(api, "resourceAccesses");
        if (accesses === UNKNOWN) return [where + ".resourceAccesses " + said(UNKNOWN)];
        return accesses.map((one) => at(one, "id")).flatMap((id) => permissionViolations(where, id));
      }),
      each("roleIds", (id, where) => permissionViolations(where, id)),
      each("scopeIds", (id, where) => permissionViolations(where, id)),
      (resource) => (resource.type === ACCESS ? is("apiClientId", GRAPH)(resource) : []),
    ),
  ),
  stackRule(
    "EHR-ID-04",
    {
      says: "Nobody is granted more of Microsoft Graph than the connector's features use",
      severity: "critical",
      control: CONTROLS.leastPrivilege,
      remedy:
        "Grant only the application permissions of rule EHR-ID-03; roles of the stack's own registration are free.",
    },
    granted,
  ),
  rule(
    "EHR-ID-05",
    {
      says: "A role of our own names what it allows",
      severity: "critical",
      control: CONTROLS.leastPrivilege,
      remedy: "List single actions of single services: no *, no Microsoft.Authorization, no listing of keys.",
    },
    ["azure-native:authorization:RoleDefinition"],
    all(atLeast("permissions.length", 1), (resource) =>
      each("permissions", (permission) =>
        ["actions", "dataActions"].flatMap((path) => {
          const list = items(permission, path);
          if (list === UNKNOWN) return [path + " " + said(UNKNOWN)];
          return list.flatMap((action) =>
            typeof action === "string" && !TOO_WIDE.some((shape) => shape.test(action))
              ? []
              : [path + " holds " + (typeof action === "string" ? action : said(action))],
          );
        }),
      )(resource),
    ),
  ),
  rule(
    "EHR-ID-06",
    {
      says: "No pipeline outside the hospital's directory signs in as the deployment's identity",
      severity: "high",
      control: CONTROLS.authentication,
      remedy:
        'Remove the credential, or name the one repository and environment in subject: no *, issuer https, audiences ["api://AzureADTokenExchange"].',
    },
    ["azure-native:managedidentity:FederatedIdentityCredential"],
    all(
      matches("issuer", /^https:\/\/[^*]+$/, "one https issuer"),
      matches("subject", /^[^*]+$/, "one subject, without *"),
      is("audiences.length", 1),
      matches("audiences.0", /^api:\/\/AzureADTokenExchange(USGov|China)?$/, "api://AzureADTokenExchange"),
    ),
  ),
];

const TOO_WIDE = [
  /^\*/,
  /^[^/]+\/\*$/,
  /^Microsoft\.Authorization\//i,
  /\/(listKeys|listSecrets|regenerateKey)\/?/i,
  /\*\/action$/i,
];

const registration: Check = all(
  is("signInAudience", "AzureADMyOrg"),
  isAbsent("password"),
  isAtMost("web.implicitGrant.accessTokenIssuanceEnabled", false),
  isAtMost("web.implicitGrant.idTokenIssuanceEnabled", false),
  isAtMost("fallbackPublicClientEnabled", false),
  isAtMost("deviceOnlyAuthEnabled", false),
  isAbsent("publicClient.redirectUris"),
  isAbsent("singlePageApplication.redirectUris"),
  redirects("web.redirectUris"),
);

function redirects(path: string): Check {
  return ({ props }) => {
    const list = items(props, path);
    return list === UNKNOWN
      ? []
      : list
          .filter(
            (uri) =>
              uri !== UNKNOWN && !(typeof uri === "string" && /^https:\/\/[^/*?#@]+\/[^*?#]*$/.test(uri)),
          )
          .map(
            (uri) => path + " holds one that " + said(uri) + "; it must be whole, https, without * or query",
          );
  };
}

function permissionViolations(where: string, id: unknown): readonly string[] {
  return typeof id === "string" && GRAPH_PERMISSIONS.has(id.toLowerCase())
    ? []
    : [where + " holds a permission that " + said(id) + "; no feature uses it"];
}

function granted(stack: Stack): readonly Finding[] {
  const own = ownRoles(stack);
  const roles = stack
    .of(entra("AppRoleAssignment"))
    .filter(({ props }) => !own.includes(at(props, "appRoleId")))
    .flatMap((about) =>
      permissionViolations("appRoleId", at(about.props, "appRoleId")).map((says) => ({ about, says })),
    );
  const scopes = stack.of(DELEGATION).flatMap((about) => {
    const names = items(about.props, "claimValues");
    if (names === UNKNOWN) return [{ about, says: "claimValues " + said(UNKNOWN) }];
    return names
      .filter((name) => typeof name !== "string" || ![...GRAPH_PERMISSIONS.values()].includes(name))
      .map((name) => ({ about, says: "claimValues holds one that " + said(name) + "; no feature uses it" }));
  });
  return [...roles, ...scopes];
}

/** Ids of the app roles that the registration itself defines. */
const ownRoles = (stack: Stack): readonly unknown[] => [
  ...stack.of(OWN_ROLE).map(({ props }) => at(props, "roleId")),
  ...stack.of(APPLICATION).flatMap(({ props }) => {
    const roles = items(props, "appRoles");
    return roles === UNKNOWN ? [] : roles.map((role) => at(role, "id"));
  }),
];
