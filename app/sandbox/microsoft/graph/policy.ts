/**
 * The tenant's application access policy: an app-only call for a user's meetings needs one that covers the user
 * (https://learn.microsoft.com/graph/cloud-communication-online-meeting-application-access-policy).
 */
import type { RequestHandler } from "express";
import type { Tenant } from "../entra/tenant.ts";
import { GraphError } from "./graphError.ts";

export function requirePolicy(tenant: Tenant, verb: "Create" | "Get"): RequestHandler {
  return (request, response, next) => {
    const user = request.params["oid"];
    const { organizers } = tenant.options.accessPolicy;
    const person = tenant.people.find(({ oid, tid }) => oid === user && tid === tenant.options.tenantId);
    if (person === undefined)
      throw new GraphError(404, "NotFound", `User '${String(user)}' does not exist in the directory.`);
    const covered = organizers === "everyone" || organizers.includes(person.oid);
    const fault = tenant.faults.current().accessPolicy;
    if (fault === "granted" && covered) next();
    else if (fault === "missing-unauthorized")
      throw new GraphError(
        403,
        "Unauthorized",
        `App ${String(response.locals["application"])} is not authorized to ${verb} meeting on behalf of user ${person.oid}`,
      );
    else if (fault === "missing-not-allowed")
      throw new GraphError(
        403,
        "Forbidden",
        `Application is not allowed to perform operations on the user '${person.oid}', neither is allowed access through RSC permission evaluation.`,
      );
    else if (verb === "Get")
      throw new GraphError(403, "General", "No application access policy found for this app.");
    else throw new GraphError(403, "Forbidden", "No application access policy found for this app.");
  };
}
