/** References between resources, which are refused as Azure refuses them. */
import { parentOf, isSameId } from "../controlPlane/ids.ts";
import { listAt, textAt, saidAt } from "../controlPlane/json.ts";
import type { Cloud, CloudResource, Draft } from "../controlPlane/model.ts";
import { badRequest, conflict, linkedNotFound } from "../controlPlane/refusal.ts";

/** The token of a type that the tables name without the package. */
export const azure = (type: string): string => "azure-native:" + type;

/**
 * The resource that an id names; undefined for no id.
 * @throws Refusal when it does not exist, or is of none of the types
 */
export function required(
  cloud: Cloud,
  id: string | undefined,
  types: readonly string[] = [],
): CloudResource | undefined {
  if (id === undefined || id === "") return undefined;
  const found = cloud.find(id);
  if (found === undefined) throw linkedNotFound(id);
  if (types.length > 0 && !types.map(azure).includes(found.token))
    throw badRequest(
      `Property id '${id}' is invalid. Expect a resource of type '${types.join("' or '")}'.`,
      "LinkedInvalidPropertyId",
    );
  return found;
}

/** The resource that an input names by id. */
export const requiredAt = (
  draft: Draft,
  path: string,
  cloud: Cloud,
  ...types: string[]
): CloudResource | undefined => required(cloud, textAt(draft.inputs, path), types);

/** @throws Refusal when a firewall names a subnet that does not exist, or that has no service endpoint for the service */
export function refuseSubnetWithoutWay(cloud: Cloud, id: string | undefined, service: string): void {
  const subnet = required(cloud, id, ["network:Subnet"]);
  if (subnet === undefined) return;
  const ways = listAt(subnet.properties, "serviceEndpoints").map((one) =>
    textAt(one, "service")?.toLowerCase(),
  );
  if (
    !ways.some(
      (way) =>
        way !== undefined && (way === service.toLowerCase() || way.startsWith(service.toLowerCase() + ".")),
    )
  )
    throw badRequest(
      `Subnets ${subnet.name} of virtual network ${parentOf(subnet.id)} do not have ServiceEndpoints for ${service} resources configured. Add ${service} to subnet's ServiceEndpoints collection before trying to ACL ${service} resources to these subnets.`,
      "SubnetsHaveNoServiceEndpointsConfigured",
    );
}

/**
 * @throws Refusal when another resource of the type has the name already; for names that have to be unique in all of Azure
 */
export function refuseTakenName(draft: Draft, cloud: Cloud, code: string, sentence: string): void {
  const twin = twinOf(draft, cloud, (one) => isSameId(one.name, draft.name));
  if (twin !== undefined && draft.before === undefined) throw conflict(sentence, code);
}

/** Another resource of the same type, for which this holds. */
export const twinOf = (
  { id, token }: Draft,
  cloud: Cloud,
  isAlike: (other: CloudResource) => boolean,
): CloudResource | undefined => cloud.all(token).find((one) => !isSameId(one.id, id) && isAlike(one));

/** Whether a property names this id. */
export const isNamed = ({ properties }: CloudResource, path: string, id: string | undefined): boolean =>
  isSameId(saidAt(properties, path), id ?? "");

/** Runs the checks one after the other. */
export const all =
  (...checks: readonly ((draft: Draft, cloud: Cloud) => void)[]) =>
  (draft: Draft, cloud: Cloud): void => {
    for (const check of checks) check(draft, cloud);
  };
