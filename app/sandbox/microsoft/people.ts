/** Invented people of an invented hospital, Lamna Healthcare, and one of another organization, Contoso. */
export interface SandboxPerson {
  readonly oid: string;
  /** The tenant whose directory the account is in; another one than the hospital's makes it a stranger. */
  readonly tid: string;
  readonly displayName: string;
  /** Sign-in name. */
  readonly userName: string;
  readonly kind: "member" | "guest" | "department";
  /** Values of the registration's app roles that the person was given. */
  readonly roles: readonly string[];
  /** Template ids of directory roles. */
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

/** The organizers of the two departments, for stack files and tests. */
export const TELEHEALTH_CARDIOLOGY = "7d0c5a1e-0000-4000-8000-00000000a001";
export const TELEHEALTH_PRIMARY_CARE = "7d0c5a1e-0000-4000-8000-00000000a002";

/** Everybody the sandbox starts with when nobody else is named. */
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
    // Who signs in to the portal: nobody special may, too, and reads why not.
    {
      ...member("b009", "Sam Brenner (Global Administrator)", "sam.brenner"),
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
      // Somebody has given it to a guest, who is let in nowhere all the same.
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
