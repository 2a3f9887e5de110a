/** The functions of azure-native that the program calls: the client's configuration, and resources by name. */
import type { Vendors } from "../controlPlane/cloud.ts";
import { armTypeOf, idOf, lastSegment } from "../controlPlane/ids.ts";
import { type Properties, saidAt } from "../controlPlane/json.ts";
import type { CloudResource } from "../controlPlane/model.ts";
import { notFound, Refusal } from "../controlPlane/refusal.ts";

export function azureFunction(token: string, args: Properties, vendors: Vendors): Properties {
  const { cloud } = vendors;
  const name = token.split(":").at(-1) ?? "";
  if (name === "getClientConfig")
    return { ...cloud.deployer, subscriptionId: cloud.subscriptionId, tenantId: cloud.tenantId };
  if (name.startsWith("list")) throw new Error(`The rehearsal's cloud has no function ${token}.`);
  const resource = found(token.replace(/:get([A-Z]\w*)$/u, ":$1"), args, vendors);
  return { id: resource.id, ...cloud.answer(resource) };
}

function found(token: string, args: Properties, vendors: Vendors): CloudResource {
  const kind = vendors.kind(token);
  if (kind === undefined) throw new Error(`The rehearsal's cloud has no ${token}.`);
  const id = idOf(kind, args, vendors.cloud);
  const resource = vendors.cloud.find(id);
  if (resource !== undefined) return resource;
  const group = saidAt(args, "resourceGroupName");
  if (token === "azure-native:resources:ResourceGroup")
    throw new Refusal(404, "ResourceGroupNotFound", `Resource group '${group}' could not be found.`);
  throw notFound(
    `The Resource '${armTypeOf(id)}/${lastSegment(id)}' under resource group '${group}' was not found. For more details please go to https://aka.ms/ARMResourceNotFoundFix`,
  );
}
