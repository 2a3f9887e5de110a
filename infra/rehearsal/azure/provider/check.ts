/**
 * Checks inputs against the published types: finds those that are missing, unknown, of another type, or not in a closed list
 * of values.
 */
import { isGroup, isList, isUnknown, type Json, type Properties } from "../controlPlane/json.ts";
import { propertiesOf, propertyOf } from "../schema/shape.ts";
import type { ObjectShape, PackageSchema, Shape } from "../schema/shape.ts";

export interface CheckFailure {
  readonly property: string;
  readonly reason: string;
}

export function failuresOf(
  inputs: Properties,
  shape: ObjectShape,
  schema: PackageSchema,
  path = "",
): CheckFailure[] {
  const inside = (name: string) => (path === "" ? name : `${path}.${name}`);
  const missing = propertiesOf(shape)
    .filter(({ name, optional }) => !optional && inputs[name] === undefined)
    .map(({ name }) => fault(inside(name), `missing required property '${inside(name)}'`));
  const wrong = Object.entries(inputs).flatMap(([name, value]) => {
    if (name.startsWith("__") || (path === "" && name === "azureApiVersion")) return [];
    const property = propertyOf(shape, name);
    return property === undefined
      ? [fault(inside(name), `unknown property '${inside(name)}'`)]
      : valueFailures(value, property.shape, schema, inside(name));
  });
  return [...missing, ...wrong];
}

const fault = (property: string, reason: string): CheckFailure => ({
  property: property.replace(/[.[].*/u, ""),
  reason,
});

function valueFailures(value: Json, shape: Shape, schema: PackageSchema, path: string): CheckFailure[] {
  if (isUnknown(value) || shape === "any") return [];
  if (typeof shape === "string") return singleFailures(value, shape, schema, path);
  if ("list" in shape)
    return isList(value)
      ? value.flatMap((item, index) => valueFailures(item, shape.list, schema, `${path}[${String(index)}]`))
      : [ofType(path, "array", value)];
  if ("map" in shape)
    return isGroup(value)
      ? Object.entries(value).flatMap(([name, item]) =>
          valueFailures(item, shape.map, schema, `${path}.${name}`),
        )
      : [ofType(path, "object", value)];
  const [only] = shape.either.filter((one) => fits(value, one, schema));
  if (only !== undefined) return valueFailures(value, only, schema, path);
  const verdicts = shape.either.map((one) => valueFailures(value, one, schema, path));
  return verdicts.some((faults) => faults.length === 0)
    ? []
    : [fault(path, `'${path}' is none of the types that it may be`)];
}

function singleFailures(value: Json, shape: string, schema: PackageSchema, path: string): CheckFailure[] {
  if (shape.startsWith("=")) return value === shape.slice(1) ? [] : [notOneOf(path, value, [shape.slice(1)])];
  if (shape.startsWith("%")) {
    const values = schema.enums[shape.slice(1)] ?? [];
    if (typeof value !== "string") return [ofType(path, "string", value)];
    return values.some((one) => one.toLowerCase() === value.toLowerCase())
      ? []
      : [notOneOf(path, value, values)];
  }
  if (shape.startsWith("@")) {
    const type = schema.types[shape.slice(1)] ?? {};
    return isGroup(value) ? failuresOf(value, type, schema, path) : [ofType(path, "object", value)];
  }
  return typeof value === shape ? [] : [ofType(path, shape, value)];
}

function ofType(path: string, wanted: string, value: Json): CheckFailure {
  const got = isList(value)
    ? "an array"
    : value !== null && typeof value === "object"
      ? "an object"
      : `a ${typeof value}`;
  return fault(path, `'${path}' should be of type '${wanted}' but got ${got}`);
}

const notOneOf = (path: string, value: Json, values: readonly string[]): CheckFailure =>
  fault(path, `'${path}' is ${JSON.stringify(value)}, which is not one of ${values.join(", ")}`);

/** Whether a value is of this type, one of several: every literal of the type is in the value. */
export function fits(value: Json, shape: Shape, schema: PackageSchema): boolean {
  const type = typeof shape === "string" && shape.startsWith("@") ? schema.types[shape.slice(1)] : undefined;
  if (type === undefined || !isGroup(value)) return false;
  return Object.entries(type).every(
    ([name, one]) =>
      typeof one !== "string" || !one.startsWith("=") || value[name.replace(/\?$/u, "")] === one.slice(1),
  );
}
