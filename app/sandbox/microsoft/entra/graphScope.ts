/** Graph as a resource of tokens: which scopes of a request are Graph's, and the one that reads directory roles. */
import type { Tenant } from "./tenant.ts";

/** The audience of Graph tokens in the cloud. The stand-in's own address is accepted too. */
export const GRAPH = "https://graph.microsoft.com";

/**
 * The scope that lets an application read the directory roles of the person who signs in; an administrator has to consent to
 * it.
 */
export const READ_ROLES = "RoleManagement.Read.Directory";

/** The name of the Graph permission that a scope requests by its full address; undefined for any other scope. */
export function scopeOfGraph(tenant: Pick<Tenant, "origins">, scope: string): string | undefined {
  const resource = [GRAPH, tenant.origins().backChannel].find((each) => scope.startsWith(each + "/"));
  return resource === undefined ? undefined : scope.slice(resource.length + 1);
}
