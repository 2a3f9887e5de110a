/** What the app registration asks for at Microsoft Graph, each for one thing the connector does. */

export interface GraphPermission {
  readonly value: string;
  /** The permission's id, which is the same in every directory (https://learn.microsoft.com/graph/permissions-reference). */
  readonly id: string;
  /** Role: used by the connector itself, after an administrator consents. Scope: used on behalf of whoever signs in. */
  readonly kind: "Role" | "Scope";
  /** What it is for, in one sentence for whoever consents. */
  readonly purpose: string;
}

/** Features that need a permission. */
export interface GraphFeatures {
  readonly staffNames: boolean;
  readonly attendance: boolean;
  readonly callQuality: boolean;
}

const SIGN_IN: readonly GraphPermission[] = [
  {
    value: "openid",
    id: "37f7f235-527c-4136-accd-4a02d197296e",
    kind: "Scope",
    purpose: "Staff sign in with their Microsoft account.",
  },
  {
    value: "profile",
    id: "14dad69e-099b-42c9-810b-d002981feec1",
    kind: "Scope",
    purpose: "Whoever signs in sees the account's name before it is linked.",
  },
];

const MEETINGS: GraphPermission = {
  value: "OnlineMeetings.ReadWrite.All",
  id: "b8bb2037-6e08-44ac-a4ea-4674e010e2a4",
  kind: "Role",
  purpose: "Visits' meetings are opened and changed, for the accounts that the access policy in Teams names.",
};

const STAFF_NAMES: GraphPermission = {
  value: "User.ReadBasic.All",
  id: "97235f07-e226-4f63-ace3-39588e11d3a1",
  kind: "Role",
  purpose: "A visit's page tells clinicians by name which Microsoft account they join as.",
};

const ATTENDANCE: GraphPermission = {
  value: "OnlineMeetingArtifact.Read.All",
  id: "df01ed3b-eb61-4eca-9965-6b3d789751b2",
  kind: "Role",
  purpose:
    "After a visit its attendance report is read, for the accounts that the access policy in Teams names.",
};

/** There is none for some calls: this one covers every call of the tenant, so it is asked for only where a stack wants it. */
const CALL_QUALITY: GraphPermission = {
  value: "CallRecords.Read.All",
  id: "45bbb07e-7321-4fd7-a8f6-3ff27e6a81c8",
  kind: "Role",
  purpose:
    "After a visit it is read how good its calls were; this covers the records of every call in the tenant, though of others only time and meeting are asked and nothing is kept.",
};

/**
 * Asked for when somebody clicks whose sign-in does not list their directory roles. Only they consent to it; no registration
 * asks for it beforehand.
 */
export const READ_ROLES: GraphPermission = {
  value: "RoleManagement.Read.Directory",
  id: "741c54c3-0c1e-44a1-818b-3f97ab4e8c83",
  kind: "Scope",
  purpose: "The portal reads which roles of the directory whoever signs in holds.",
};

/** Roles and scopes, each once. The permissions of a feature are asked for only where the feature is on. */
export const graphPermissions = ({
  attendance,
  callQuality,
  staffNames,
}: GraphFeatures): readonly GraphPermission[] => [
  ...SIGN_IN,
  MEETINGS,
  ...(attendance ? [ATTENDANCE] : []),
  ...(staffNames ? [STAFF_NAMES] : []),
  ...(callQuality ? [CALL_QUALITY] : []),
];

/** The values of those that a token of the registration itself holds: the application permissions. */
export const rolesIn = (permissions: readonly GraphPermission[]): readonly string[] =>
  permissions.flatMap(({ kind, value }) => (kind === "Role" ? [value] : []));
