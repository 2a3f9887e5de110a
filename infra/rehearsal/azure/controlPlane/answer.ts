/** What the vendor answers about a resource, in the SDK's shape. */
import { propertyOf, type ResourceShape } from "../schema/shape.ts";
import { armTypeOf } from "./ids.ts";
import { groupAt, merged, type Properties, without } from "./json.ts";
import type { Cloud, CloudResource, Kind } from "./model.ts";

export function answerOf(
  resource: CloudResource,
  kind: Kind | undefined,
  shape: ResourceShape | undefined,
  cloud: Cloud,
): Properties {
  const usual = { name: resource.name, type: kind?.type ?? armTypeOf(resource.id) };
  const all = merged(merged(usual, resource.properties), kind?.answered?.(resource, cloud) ?? {});
  const shown = (kind?.hidden ?? []).reduce(without, { ...all, ...narrowed(all, kind?.answersOnly ?? {}) });
  if (shape === undefined) return shown;
  const version = shape.apiVersion === undefined ? {} : { azureApiVersion: shape.apiVersion };
  const known = Object.entries(shown).filter(([name]) => propertyOf(shape.outputs, name) !== undefined);
  return { ...Object.fromEntries(known), ...version };
}

const narrowed = (all: Properties, only: NonNullable<Kind["answersOnly"]>): Properties =>
  Object.fromEntries(
    Object.entries(only).map(([group, names]) => [
      group,
      Object.fromEntries(Object.entries(groupAt(all, group)).filter(([name]) => names.includes(name))),
    ]),
  );
