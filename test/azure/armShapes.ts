/** Converts between Azure Resource Manager's bodies and the SDK's shapes of the same resources. */
import { fits } from "../../infra/rehearsal/azure/provider/check.ts";
import { type PackageSchema, propertiesOf, type Shape } from "../../infra/rehearsal/azure/schema/shape.ts";
import type { CloudResource } from "../../infra/rehearsal/azure/controlPlane/model.ts";
import {
  isGroup,
  isList,
  type Json,
  type Properties,
} from "../../infra/rehearsal/azure/controlPlane/json.ts";
import type { Refusal } from "../../infra/rehearsal/azure/controlPlane/refusal.ts";

/** Properties that the SDK names differently, by type. */
const CALLED: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "azure-native:storage:StorageAccount": {
    networkAcls: "networkRuleSet",
    supportsHttpsTrafficOnly: "enableHttpsTrafficOnly",
  },
};

/** Parts of rules that the SDK names differently, wherever they occur. */
const CALLED_WITHIN: Readonly<Record<string, string>> = {
  "storage.IPRule.value": "iPAddressOrRange",
  "storage.VirtualNetworkRule.id": "virtualNetworkResourceId",
};

/** Members of an answer that are beside `properties` and not inside. */
const BESIDE = [
  "id",
  "name",
  "type",
  "location",
  "tags",
  "kind",
  "sku",
  "identity",
  "etag",
  "zones",
  "systemData",
];

const folded = (name: string): string => name.replaceAll("_", "").toLowerCase();

/** A body as the inputs of a program. Whatever the SDK has no property for is left out, as Azure does. */
export function saidBy(body: Properties, token: string, schema: PackageSchema): Properties {
  const inputs = schema.resources[token]?.inputs ?? {};
  return within(body, inputs, "", schema, CALLED[token] ?? {});
}

function within(
  body: Properties,
  shape: Readonly<Record<string, Shape>>,
  type: string,
  schema: PackageSchema,
  called: Readonly<Record<string, string>>,
): Properties {
  const known = propertiesOf(shape);
  const result: Record<string, Json> = {};
  for (const [name, value] of Object.entries(body)) {
    const wanted = called[name] ?? CALLED_WITHIN[`${type}.${name}`] ?? name;
    const property = known.find((one) => folded(one.name) === folded(wanted));
    if (property !== undefined) result[property.name] = valueOf(value, property.shape, schema);
    else if (name === "properties" && isGroup(value))
      Object.assign(result, within(value, shape, type, schema, called));
  }
  return result;
}

function valueOf(value: Json, shape: Shape, schema: PackageSchema): Json {
  if (typeof shape === "string") {
    const type = shape.startsWith("@") ? schema.types[shape.slice(1)] : undefined;
    if (type === undefined || !isGroup(value)) return value;
    return within(value, type, shape.slice(1).replace(/Args$/u, ""), schema, {});
  }
  if ("list" in shape) {
    // A request names identities as keys of a map, the SDK as a list.
    if (isGroup(value)) return Object.keys(value);
    return isList(value) ? value.map((item) => valueOf(item, shape.list, schema)) : value;
  }
  if ("either" in shape) {
    const [fitting = "any"] = shape.either.filter((one) => fits(value, one, schema));
    return valueOf(value, fitting, schema);
  }
  return value;
}

/** An answer in the SDK's shape, converted to what Azure Resource Manager would send. */
export function sentFor({ id, token }: CloudResource, answer: Properties): Properties {
  const names = Object.entries(CALLED[token] ?? {}).map(([theirs, ours]) => [ours, theirs] as const);
  const called = new Map(names);
  const entries = Object.entries(answer)
    .filter(([name]) => name !== "azureApiVersion")
    .map(([name, value]) => [called.get(name) ?? name, value] as const);
  const beside = entries.filter(([name]) => BESIDE.includes(name));
  const inside = entries.filter(([name]) => !BESIDE.includes(name) && name !== "properties");
  const own = isGroup(answer["properties"]) ? answer["properties"] : {};
  return { id, ...Object.fromEntries(beside), properties: { ...own, ...Object.fromEntries(inside) } };
}

/** A refusal as the resource provider of that id writes it: App Service has a shape of its own. */
export const refusedFor = (id: string, { code, message }: Refusal): Properties =>
  /\/providers\/microsoft\.web\//iu.test(id)
    ? {
        ...{ Code: code, Message: message, Target: null },
        Details: [{ Message: message }, { Code: code }, { ErrorEntity: { Code: code, Message: message } }],
        Innererror: null,
      }
    : { error: { code, message } };
