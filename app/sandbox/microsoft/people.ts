/** Invented people of an invented hospital, Lamna Healthcare, and one of another organization, Contoso. */
export interface SandboxPerson {
  readonly oid: string;
  /** The tenant whose directory has the account; an account of another tenant than the hospital's is a stranger's. */
  readonly tid: string;
  readonly displayName: string;
  /** Sign-in name. */
  readonly userName: string;
  readonly kind: "member" | "guest" | "department";
  /** Values of the registration's app roles that are assigned to the person. */
  readonly roles: readonly string[];
  /** Template ids of the person's directory roles. */
  readonly wids: readonly string[];
}

export const GLOBAL_ADMINISTRATOR = "62e90394-69f5-4237-9190-012177145e10";
/** Values of the app roles that a deployment's registration offers. */
export const APP_ROLES = [
  "Connector.Admin",
  "Connector.ReportReader",
  "Connector.DepartmentManager",
  "Connector.Operator",
] as const;
export const CONTOSO = "cccccccc-0000-4000-8000-00000000c000";

/** Object ids of the two departments' organizers, for stack files and tests. */
export const TELEHEALTH_CARDIOLOGY = "7d0c5a1e-0000-4000-8000-00000000a001";
export const TELEHEALTH_PRIMARY_CARE = "7d0c5a1e-0000-4000-8000-00000000a002";

/** The people with whom the sandbox starts when no others are given. */
export function defaultPeople(tenantId: string): readonly SandboxPerson[] {
  const member = (oid: string, displayName: string, userName: string): SandboxPerson => ({
    oid: "7d0c5a1e-0000-4000-8000-00000000" + oid,
    tid: tenantId,
    displayName,
    userName: userName + "@lamna.example",
    kind: "member",
    roles: [],
    wids: [],
  });
  return [
    // The clinicians of the sandbox's chart system.
    member("b001", "Robin Sample, MD", "robin.sample"),
    member("b002", "Avery Park, MD", "avery.park"),
    member("b003", "Jordan Ortega, NP", "jordan.ortega"),
    member("b004", "Morgan Lindqvist, PhD", "morgan.lindqvist"),
    member("b005", "Taylor Okafor, MD", "taylor.okafor"),
    // People who sign in to the portal. One without any role may sign in too, and reads why there is no access.
    {
      ...member("b009", "Sam Brenner (Global Administrator)", "sam.brenner"),
      wids: [GLOBAL_ADMINISTRATOR],
    },
    {
      ...member("b015", "Ines Falk (second Global Administrator)", "ines.falk"),
      wids: [GLOBAL_ADMINISTRATOR],
    },
    { ...member("b010", "Alex Romero (connector administrator)", "alex.romero"), roles: ["Connector.Admin"] },
    { ...member("b011", "Kim Duarte (report reader)", "kim.duarte"), roles: ["Connector.ReportReader"] },
    {
      ...member("b012", "Dana Osei (department manager)", "dana.osei"),
      roles: ["Connector.DepartmentManager"],
    },
    { ...member("b013", "Jules Moreau (operator)", "jules.moreau"), roles: ["Connector.Operator"] },
    member("b014", "Riley Chen (nobody special)", "riley.chen"),
    { ...member("a001", "Telehealth Cardiology", "telehealth-cardiology"), kind: "department" },
    { ...member("a002", "Telehealth Primary Care", "telehealth-primary-care"), kind: "department" },
    {
      ...member("c001", "Noor Haddad (interpreter)", "noor.haddad_contoso.example#EXT#"),
      kind: "guest",
      // Somebody has assigned the role to a guest, who is admitted nowhere all the same.
      roles: ["Connector.Admin"],
    },
    {
      oid: "cccccccc-0000-4000-8000-00000000d001",
      tid: CONTOSO,
      displayName: "Casey Meyer",
      userName: "casey.meyer@contoso.example",
      kind: "member",
      roles: [],
      wids: [],
    },
  ];
}
