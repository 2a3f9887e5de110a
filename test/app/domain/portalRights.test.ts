/** Which role gives which rights, and that no other gives any. */
import { expect, test } from "vitest";
import { APP_ROLES, GLOBAL_ADMINISTRATOR, rightsOf } from "../../../app/domain/portalRights.ts";

test("roles have the names under which infra makes them, and the directory's role its template id", () => {
  expect(APP_ROLES).toEqual({
    administrator: "Connector.Admin",
    reportReader: "Connector.ReportReader",
    departmentManager: "Connector.DepartmentManager",
    operator: "Connector.Operator",
  });
  expect(GLOBAL_ADMINISTRATOR).toBe("62e90394-69f5-4237-9190-012177145e10");
});

test.each<[appRoles: string[], directoryRoles: string[] | undefined, rights: string[]]>([
  [[], undefined, []],
  [[], [], []],
  [["Connector.Admin"], undefined, ["configure", "report", "departments", "operate"]],
  [["Connector.ReportReader"], undefined, ["report"]],
  [["Connector.DepartmentManager"], undefined, ["departments"]],
  [["Connector.Operator"], undefined, ["operate"]],
  [["Connector.ReportReader", "Connector.Operator"], [], ["report", "operate"]],
  [[], [GLOBAL_ADMINISTRATOR], ["configure", "decide", "report", "departments", "operate"]],
  [["connector.admin", "Connector.Admin2", "Admin"], undefined, []],
  // A directory role is none of the registration's, and the other way round.
  [[GLOBAL_ADMINISTRATOR], [], []],
  [[], ["Connector.Admin", "9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3"], []],
])("%j and %j give %j", (appRoles, directoryRoles, rights) => {
  expect(rightsOf({ appRoles, directoryRoles })).toEqual(rights);
});
