/** Graph's routes for the directory's users: find, read, and which roles somebody has. */
import { Router } from "express";
import type { Tenant } from "../entra/tenant.ts";
import { READ_ROLES } from "../entra/graphScope.ts";
import { requireRole, requireScope } from "./access.ts";
import { badRequest, GraphError } from "./graphError.ts";

const ROLES = ["User.ReadBasic.All", "User.Read.All", "Directory.Read.All"];

export function userRoutes(tenant: Tenant): Router {
  const router = Router();
  const denied = () =>
    new GraphError(403, "Authorization_RequestDenied", "Insufficient privileges to complete the operation.");
  router.get("/v1.0/users", requireRole(ROLES, denied), (request, response) => {
    const { $filter: filter, $top: top = "100" } = request.query;
    const [, one, other] =
      /^startswith\(displayName,'((?:[^']|'')*)'\) or startswith\(userPrincipalName,'((?:[^']|'')*)'\)$/.exec(
        typeof filter === "string" ? filter : "",
      ) ?? [];
    if (one === undefined || other === undefined) throw badRequest("Invalid filter clause");
    const begins = (text: string, beginning: string) =>
      text.toLowerCase().startsWith(beginning.replaceAll("''", "'").toLowerCase());
    const found = tenant.people.filter(
      ({ displayName, userName, tid }) =>
        tid === tenant.options.tenantId && (begins(displayName, one) || begins(userName, other)),
    );
    const skipped = Number(request.query["$skiptoken"] ?? 0);
    const end = skipped + Number(top);
    const next = new URL(request.originalUrl, tenant.origins().backChannel);
    next.searchParams.set("$skiptoken", String(end));
    response.json({
      "@odata.context": `${tenant.origins().backChannel}/v1.0/$metadata#users(id,displayName,userPrincipalName)`,
      ...(end < found.length && { "@odata.nextLink": next.href }),
      value: found
        .slice(skipped, end)
        .map(({ oid, displayName, userName }) => ({ id: oid, displayName, userPrincipalName: userName })),
    });
  });
  router.get("/v1.0/users/:user", requireRole(ROLES, denied), (request, response) => {
    const { user } = request.params;
    const { $select: select } = request.query;
    const person = tenant.people.find(
      ({ oid, userName, tid }) => (oid === user || userName === user) && tid === tenant.options.tenantId,
    );
    if (person === undefined)
      throw new GraphError(
        404,
        "Request_ResourceNotFound",
        `Resource '${String(user)}' does not exist or one of its queried reference-property objects are not present.`,
      );
    const properties: Readonly<Record<string, unknown>> = {
      id: person.oid,
      displayName: person.displayName,
      userPrincipalName: person.userName,
      mail: person.kind === "guest" ? null : person.userName,
      userType: person.kind === "guest" ? "Guest" : "Member",
    };
    const usual = ["id", "displayName", "userPrincipalName", "mail"];
    const names = typeof select === "string" ? select.split(",").map((name) => name.trim()) : usual;
    const unknown = names.find((name) => !(name in properties));
    if (unknown !== undefined)
      throw badRequest(`Could not find a property named '${unknown}' on type 'microsoft.graph.user'.`);
    const fragment = typeof select === "string" ? `users(${names.join(",")})/$entity` : "users/$entity";
    response.json({
      "@odata.context": `${tenant.origins().backChannel}/v1.0/$metadata#${fragment}`,
      ...Object.fromEntries(names.map((name) => [name, properties[name]])),
    });
  });
  router.get(
    "/v1.0/me/transitiveMemberOf/microsoft.graph.directoryRole",
    requireScope(READ_ROLES, denied),
    (_request, response) => {
      const person = tenant.people.find(({ oid }) => oid === response.locals["person"]);
      response.json({
        "@odata.context": `${tenant.origins().backChannel}/v1.0/$metadata#directoryRoles(roleTemplateId)`,
        value: person?.wids.map((roleTemplateId) => ({ roleTemplateId })),
      });
    },
  );
  return router;
}
