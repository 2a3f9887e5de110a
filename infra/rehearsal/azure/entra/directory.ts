/** Microsoft's own service principals, which every directory has, with the permissions that the connector may ask for. */
import type { Properties } from "../controlPlane/json.ts";
import type { CloudResource } from "../controlPlane/model.ts";
import { uuidFor } from "../controlPlane/cloud.ts";
import { SERVICE_PRINCIPAL } from "./principals.ts";

/** Client ids, by the names that `getApplicationPublishedAppIds` answers. */
export const PUBLISHED: Readonly<Record<string, string>> = {
  MicrosoftGraph: "00000003-0000-0000-c000-000000000000",
  MicrosoftEventGrid: "4962773b-9cdb-44cf-a8bf-237846a00ab7",
  AzureKeyVault: "cfa8b339-82a2-471a-a3c9-0fc0be7a4093",
  AzureStorage: "e406a681-f3d4-42a8-90b6-c2b029497af1",
};

/** Application permissions (https://learn.microsoft.com/graph/permissions-reference). */
const GRAPH_ROLES: Readonly<Record<string, string>> = {
  "User.ReadBasic.All": "97235f07-e226-4f63-ace3-39588e11d3a1",
  "OnlineMeetings.ReadWrite.All": "b8bb2037-6e08-44ac-a4ea-4674e010e2a4",
  "OnlineMeetings.Read.All": "c1684f21-1984-47fa-9d61-2dc8c296bb70",
  "OnlineMeetingArtifact.Read.All": "df01ed3b-eb61-4eca-9965-6b3d789751b2",
  "CallRecords.Read.All": "45bbb07e-7321-4fd7-a8f6-3ff27e6a81c8",
  "VirtualAppointment.Read.All": "d4f67ec2-59b5-4bdc-b4af-d78f6f9c1954",
  "VirtualAppointment.ReadWrite.All": "bf46a256-f47d-448f-ab78-f226fff08d40",
  "VirtualAppointmentNotification.Send": "97e45b36-1250-48e4-bd70-2df6dab7e94a",
  "BookingsAppointment.ReadWrite.All": "9769393e-5a9f-4302-9e3d-7e018ecb64a7",
  "RoleManagement.Read.Directory": "483bed4a-2ad3-4361-a73b-c83ccdbdc53c",
  "User.Read.All": "df021288-bdef-4463-88db-98f22de89214",
  "Group.Read.All": "5b567255-7703-4780-807c-7be8301ae99b",
  "GroupMember.Read.All": "98830695-27a2-44f7-8c18-0c3ebc9698f6",
  "Mail.Send": "b633e1c5-b582-4048-a93e-9f11b44c7e96",
};

/** Delegated permissions. */
const GRAPH_SCOPES: Readonly<Record<string, string>> = {
  "User.Read": "e1fe6dd8-ba31-4d61-89e7-88639da4683d",
  openid: "37f7f235-527c-4136-accd-4a02d197296e",
  profile: "14dad69e-099b-42c9-810b-d002981feec1",
  email: "64a6cdd6-aab1-4aaf-94b8-3cc8405e90d0",
  offline_access: "7427e0e9-2fba-42fe-b0c0-848c9e6a8182",
  "OnlineMeetings.ReadWrite": "a65f2972-a4f8-4f5e-afd7-69ccb046d5dc",
  "OnlineMeetings.Read": "9be106e1-f4e3-4df5-bdff-e4bc531cbe43",
  "OnlineMeetingArtifact.Read.All": "110e5abb-a10c-4b59-8b55-9b4daa4ef743",
  "VirtualAppointment.Read": "27470298-d3b8-4b9c-aad4-6334312a3eac",
  "User.ReadBasic.All": "b340eb25-3456-403f-be2f-af7a0d370277",
};

const DISPLAYED: Readonly<Record<string, string>> = {
  MicrosoftGraph: "Microsoft Graph",
  MicrosoftEventGrid: "Microsoft.EventGrid",
  AzureKeyVault: "Azure Key Vault",
  AzureStorage: "Azure Storage",
};

export function microsoftsOwn(tenantId: string): readonly CloudResource[] {
  return Object.entries(PUBLISHED).map(([name, clientId]) => {
    const objectId = uuidFor(`${tenantId}/${clientId}`);
    const isGraph = name === "MicrosoftGraph";
    return {
      id: "/servicePrincipals/" + objectId,
      token: SERVICE_PRINCIPAL,
      name: objectId,
      properties: {
        ...foundService(objectId, clientId, DISPLAYED[name] ?? name),
        appRoles: isGraph ? Object.entries(GRAPH_ROLES).map(([value, id]) => roleOf(value, id)) : [],
        oauth2PermissionScopes: isGraph
          ? Object.entries(GRAPH_SCOPES).map(([value, id]) => scopeOf(value, id))
          : [],
      },
    };
  });
}

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

function foundService(objectId: string, clientId: string, displayName: string): Properties {
  return {
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
  };
}
