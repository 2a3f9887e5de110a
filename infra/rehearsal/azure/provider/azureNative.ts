/** What is peculiar to azure-native: names, the default location, the API version, and its functions. */
import type { Vendors } from "../controlPlane/cloud.ts";
import { holdsUnknown, isUnknown, type Properties, saidAt, textAt, UNKNOWN } from "../controlPlane/json.ts";
import type { Cloud } from "../controlPlane/model.ts";
import { inArmWords } from "../controlPlane/refusal.ts";
import { type PackageSchema, propertyOf, type ResourceShape } from "../schema/shape.ts";
import { azureFunction } from "./azureFunctions.ts";
import { named } from "./naming.ts";
import type { CheckCall, Provider } from "../../../protocol/provider.ts";
import { providerOf } from "./resources.ts";

export function azureNative(schema: PackageSchema, vendors: Vendors): Provider {
  const { cloud } = vendors;
  let configuration: Readonly<Record<string, string>> = {};
  return providerOf({
    schema,
    vendors,
    words: inArmWords,
    configure: (variables) => {
      configuration = variables;
    },
    complete: (kind, shape, call) => ({
      ...call.news,
      ...named(kind, call),
      ...located(shape, call, configuration["location"], cloud),
      ...(call.news["azureApiVersion"] === undefined &&
        shape.apiVersion !== undefined && { azureApiVersion: shape.apiVersion }),
    }),
    invoke: (token, args) => azureFunction(token, args, vendors),
  });
}

/**
 * A location that the program leaves out: the previous one, or the one in the stack's configuration, or the group's, which
 * is not known as long as the group is not.
 */
function located(
  shape: ResourceShape,
  call: CheckCall<Properties>,
  configured: string | undefined,
  cloud: Cloud,
): Properties {
  if (call.news["location"] !== undefined || propertyOf(shape.inputs, "location") === undefined) return {};
  const before = call.olds["location"];
  if (before !== undefined && !holdsUnknown(before)) return { location: before };
  if (configured !== undefined) return { location: configured };
  const group = call.news["resourceGroupName"];
  if (group === undefined) return {};
  if (isUnknown(group)) return { location: UNKNOWN };
  const found = cloud.find(
    `/subscriptions/${cloud.subscriptionId}/resourceGroups/${saidAt(call.news, "resourceGroupName")}`,
  );
  const location = textAt(found?.properties, "location");
  return location === undefined ? {} : { location };
}
