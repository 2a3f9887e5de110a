/** What people may do in the portal, according to the roles that their sign-in proves. */

/** App roles of the registration, which an administrator of the directory assigns. Infra makes them. */
export const APP_ROLES = {
  administrator: "Connector.Admin",
  reportReader: "Connector.ReportReader",
  departmentManager: "Connector.DepartmentManager",
  /** For programs and people who run deployments. The portal has only one page for them, which says so. */
  operator: "Connector.Operator",
} as const;

/** The names that the Entra admin center shows for the roles. */
export const APP_ROLE_NAMES: Readonly<Record<keyof typeof APP_ROLES, string>> = {
  administrator: "Connector administrator",
  reportReader: "Report reader",
  departmentManager: "Department manager",
  operator: "Operator",
};

/** The one delegated permission of the registration's own API: with it a program acts for whoever signed in to it. */
export const API_SCOPE = "access";

/**
 * Template id of the directory role.
 * https://learn.microsoft.com/entra/identity/role-based-access-control/permissions-reference
 */
export const GLOBAL_ADMINISTRATOR = "62e90394-69f5-4237-9190-012177145e10";

export const PORTAL_RIGHTS = ["configure", "decide", "report", "departments", "operate"] as const;
/**
 * `configure`: read and change settings. `decide`: consents, going live, overrides and whatever loosens a rule. `report`:
 * all reports. `departments`: visits at risk and reports of one's own departments. `operate`: ask, with a program, how the
 * connector is doing.
 */
export type PortalRight = (typeof PORTAL_RIGHTS)[number];

export interface ProvenRoles {
  /** The values of app roles. */
  readonly appRoles: readonly string[];
  /**
   * Template ids of directory roles; absent where Microsoft has not named them. Nobody gains a right through their absence.
   */
  readonly directoryRoles?: readonly string[] | undefined;
}

export function rightsOf({ appRoles, directoryRoles = [] }: ProvenRoles): readonly PortalRight[] {
  const has = (role: keyof typeof APP_ROLES) => appRoles.includes(APP_ROLES[role]);
  const decides = directoryRoles.includes(GLOBAL_ADMINISTRATOR);
  const configures = decides || has("administrator");
  const rights: Readonly<Record<PortalRight, boolean>> = {
    configure: configures,
    decide: decides,
    report: configures || has("reportReader"),
    departments: configures || has("departmentManager"),
    operate: configures || has("operator"),
  };
  return PORTAL_RIGHTS.filter((right) => rights[right]);
}
