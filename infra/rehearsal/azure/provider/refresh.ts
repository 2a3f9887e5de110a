/**
 * The inputs that a read reports: for a refresh the recorded ones with what has changed in Azure since, for an import all of
 * them.
 */
import { idInputs, inputsOf } from "../controlPlane/ids.ts";
import { at, isGroup, isList, isSame, type Json, type Properties, without } from "../controlPlane/json.ts";
import type { Kind } from "../controlPlane/model.ts";
import {
  type ObjectShape,
  type PackageSchema,
  propertyOf,
  type ResourceShape,
  type Shape,
} from "../schema/shape.ts";

/**
 * The recorded inputs, with only those properties replaced that Azure answers differently from last time. Azure's defaults
 * are not added, and drift is reported.
 */
export function refreshed(
  kind: Kind,
  shape: ResourceShape,
  schema: PackageSchema,
  old: { readonly inputs: Properties; readonly state: Properties },
  answer: Properties,
): Properties {
  const ids = new Set(idInputs(kind));
  const unsaid = (kind.shared ?? []).filter((path) => at(old.inputs, path) === undefined);
  const seen = (properties: Properties) =>
    Object.fromEntries(
      Object.entries(unsaid.reduce(without, projected(properties, shape.inputs, schema))).filter(
        ([name]) => !ids.has(name),
      ),
    );
  return applied(old.inputs, seen(old.state), seen(answer));
}

export function imported(
  kind: Kind,
  shape: ResourceShape,
  schema: PackageSchema,
  id: string,
  answer: Properties,
): Properties {
  const { azureApiVersion: _version, ...seen } = projected(answer, shape.inputs, schema);
  return { ...seen, ...unfolded(shape, schema, answer), ...inputsOf(kind, id) };
}

/** A vault's key is requested under `properties` and answered without that level, so it is put back for the comparison. */
function unfolded(shape: ResourceShape, schema: PackageSchema, answer: Properties): Properties {
  const asked = shape.inputs["properties"];
  return asked === undefined || answer["properties"] !== undefined
    ? {}
    : { properties: valueOf(answer, asked, schema) };
}

/** The properties of an answer that a request can also have. */
function projected(properties: Properties, shape: ObjectShape, schema: PackageSchema): Properties {
  return Object.fromEntries(
    Object.entries(properties).flatMap(([name, value]) => {
      const property = propertyOf(shape, name);
      return property === undefined ? [] : [[name, valueOf(value, property.shape, schema)] as const];
    }),
  );
}

function valueOf(value: Json, shape: Shape, schema: PackageSchema): Json {
  if (typeof shape !== "string") {
    if ("either" in shape) {
      const fitting = shape.either.find((one) => fits(value, one, schema));
      return fitting === undefined ? value : valueOf(value, fitting, schema);
    }
    if ("list" in shape && isList(value)) return value.map((item) => valueOf(item, shape.list, schema));
    // Identities are requested as a list and answered as a map.
    if ("list" in shape && isGroup(value)) return Object.keys(value);
    return value;
  }
  const type = shape.startsWith("@") ? schema.types[shape.slice(1)] : undefined;
  return type !== undefined && isGroup(value) ? projected(value, type, schema) : value;
}

/** Whether a value is of this type, one of several: every literal of the type is in the value. */
export function fits(value: Json, shape: Shape, schema: PackageSchema): boolean {
  const type = typeof shape === "string" && shape.startsWith("@") ? schema.types[shape.slice(1)] : undefined;
  if (type === undefined || !isGroup(value)) return false;
  return Object.entries(type).every(
    ([name, one]) =>
      typeof one !== "string" || !one.startsWith("=") || value[name.replace(/\?$/u, "")] === one.slice(1),
  );
}

function applied(inputs: Properties, before: Properties, after: Properties): Properties {
  const result: Record<string, Json> = { ...inputs };
  for (const name of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const [was, is, said] = [before[name], after[name], inputs[name]];
    if (isSame(was, is)) continue;
    if (is === undefined) Reflect.deleteProperty(result, name);
    else result[name] = said === undefined || was === undefined ? is : replaced(said, was, is);
  }
  return result;
}

function replaced(said: Json, was: Json, is: Json): Json {
  if (isGroup(said) && isGroup(was) && isGroup(is)) return applied(said, was, is);
  if (isList(said) && isList(was) && isList(is))
    return is.map((item, index) => {
      const [own, earlier] = [said[index], was[index]];
      return own === undefined || earlier === undefined || isSame(earlier, item)
        ? (own ?? item)
        : replaced(own, earlier, item);
    });
  return is;
}
