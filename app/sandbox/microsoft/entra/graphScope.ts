import type { Tenant } from "./tenant.ts";

/** The audience of Graph tokens in the cloud; the stand-in's own address is taken as well. */
export const GRAPH = "https://graph.microsoft.com";

/** Reads which roles of the directory whoever signs in holds; an administrator has to consent. */
export const READ_ROLES = "RoleManagement.Read.Directory";

/** The name of a permission of Graph that an application asks for by its full address; undefined for any other scope. */
export function scopeOfGraph(tenant: Pick<Tenant, "origins">, scope: string): string | undefined {
  const resource = [GRAPH, tenant.origins().backChannel].find((each) => scope.startsWith(each + "/"));
  return resource === undefined ? undefined : scope.slice(resource.length + 1);
}
