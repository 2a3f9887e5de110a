/** azure-native's functions: the client's configuration, resources by name, and access keys where there are any. */
import type { Vendors } from "../controlPlane/cloud.ts";
import { armTypeOf, idOf, lastSegment } from "../controlPlane/ids.ts";
import { type Properties, textAt } from "../controlPlane/json.ts";
import type { Cloud, CloudResource } from "../controlPlane/model.ts";
import { notFound, Refusal } from "../controlPlane/refusal.ts";

export function azureFunction(token: string, args: Properties, vendors: Vendors): Properties {
  const { cloud } = vendors;
  const name = token.split(":").at(-1) ?? "";
  if (name === "getClientConfig") return clientConfig(cloud);
  if (name === "listCommunicationServiceKeys")
    return keys(found("azure-native:communication:CommunicationService", args, vendors), cloud);
  const type = token.replace(/:(get|list)([A-Z]\w*)$/u, ":$2");
  const resource = found(type, args, vendors);
  if (name === "listWebAppApplicationSettings") return { id: resource.id, ...cloud.answer(resource) };
  if (name.startsWith("list")) throw new Error(`The rehearsal's cloud has no function ${token}.`);
  return { id: resource.id, ...cloud.answer(resource) };
}

const clientConfig = (cloud: Cloud): Properties => ({
  clientId: cloud.deployer.clientId,
  objectId: cloud.deployer.objectId,
  subscriptionId: cloud.subscriptionId,
  tenantId: cloud.tenantId,
});

function found(token: string, args: Properties, vendors: Vendors): CloudResource {
  const kind = vendors.kind(token);
  if (kind === undefined) throw new Error(`The rehearsal's cloud has no ${token}.`);
  const id = idOf(kind, args, vendors.cloud);
  const resource = vendors.cloud.find(id);
  if (resource !== undefined) return resource;
  const group = textAt(args, "resourceGroupName") ?? "";
  if (token === "azure-native:resources:ResourceGroup")
    throw new Refusal(404, "ResourceGroupNotFound", `Resource group '${group}' could not be found.`);
  throw notFound(
    `The Resource '${armTypeOf(id)}/${lastSegment(id)}' under resource group '${group}' was not found. For more details please go to https://aka.ms/ARMResourceNotFoundFix`,
  );
}

/** Access keys; a resource without local authentication has none to give. */
function keys(service: CloudResource, cloud: Cloud): Properties {
  if (service.properties["disableLocalAuth"] === true)
    throw new Refusal(
      403,
      "LocalAuthDisabled",
      `Local authentication is disabled for the resource '${service.name}': it has no usable keys.`,
    );
  const key = (name: string) => Buffer.from(`${service.id}/${name}`).toString("base64");
  const connection = (name: string) =>
    `endpoint=https://${textAt(cloud.answer(service), "hostName") ?? ""}/;accesskey=${key(name)}`;
  return {
    primaryKey: key("primary"),
    secondaryKey: key("secondary"),
    primaryConnectionString: connection("primary"),
    secondaryConnectionString: connection("secondary"),
  };
}
