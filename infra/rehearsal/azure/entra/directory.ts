/** Microsoft's own service principals, which every directory has, with the permissions that the connector may ask for. */
import type { Properties } from "../controlPlane/json.ts";
import type { CloudResource } from "../controlPlane/model.ts";
import { uuidFor } from "../controlPlane/cloud.ts";
import { principalIn } from "./principals.ts";

/** Client ids of those that the program names. */
export const PUBLISHED = {
  MicrosoftGraph: "00000003-0000-0000-c000-000000000000",
  MicrosoftEventGrid: "4962773b-9cdb-44cf-a8bf-237846a00ab7",
} as const;

/** Application permissions (https://learn.microsoft.com/graph/permissions-reference) that some deployment may ask for. */
const GRAPH_ROLES = {
  "User.ReadBasic.All": "97235f07-e226-4f63-ace3-39588e11d3a1",
  "OnlineMeetings.ReadWrite.All": "b8bb2037-6e08-44ac-a4ea-4674e010e2a4",
  "OnlineMeetings.Read.All": "c1684f21-1984-47fa-9d61-2dc8c296bb70",
  "OnlineMeetingArtifact.Read.All": "df01ed3b-eb61-4eca-9965-6b3d789751b2",
  "CallRecords.Read.All": "45bbb07e-7321-4fd7-a8f6-3ff27e6a81c8",
};

/** Delegated permissions. */
const GRAPH_SCOPES = {
  "User.Read": "e1fe6dd8-ba31-4d61-89e7-88639da4683d",
  openid: "37f7f235-527c-4136-accd-4a02d197296e",
  profile: "14dad69e-099b-42c9-810b-d002981feec1",
  email: "64a6cdd6-aab1-4aaf-94b8-3cc8405e90d0",
  offline_access: "7427e0e9-2fba-42fe-b0c0-848c9e6a8182",
};

export const microsoftsOwn = (tenantId: string): readonly CloudResource[] => [
  published(tenantId, PUBLISHED.MicrosoftGraph, "Microsoft Graph", {
    appRoles: Object.entries(GRAPH_ROLES).map(([value, id]) => roleOf(value, id)),
    oauth2PermissionScopes: Object.entries(GRAPH_SCOPES).map(([value, id]) => scopeOf(value, id)),
  }),
  published(tenantId, PUBLISHED.MicrosoftEventGrid, "Microsoft.EventGrid", {
    appRoles: [],
    oauth2PermissionScopes: [],
  }),
];

const roleOf = (value: string, id: string): Properties => ({
  allowedMemberTypes: ["Application"],
  description: value,
  displayName: value,
  enabled: true,
  id,
  value,
});

const scopeOf = (value: string, id: string): Properties => ({
  adminConsentDescription: value,
  adminConsentDisplayName: value,
  enabled: true,
  id,
  type: "User",
  value,
});

function published(
  tenantId: string,
  clientId: string,
  displayName: string,
  permissions: Properties,
): CloudResource {
  const objectId = uuidFor(`${tenantId}/${clientId}`);
  return {
    ...principalIn("ServicePrincipal", objectId),
    properties: {
      objectId,
      clientId,
      displayName,
      accountEnabled: true,
      appRoleAssignmentRequired: false,
      applicationTenantId: "f8cdef31-a31e-4b4a-93e4-5f571e91255a",
      type: "Application",
      servicePrincipalNames: [clientId],
      signInAudience: "AzureADMultipleOrgs",
      tags: [],
      ...permissions,
    },
  };
}
