/** What a preview shows of a resource: the inputs; all other outputs are not known yet. */
import { isGroup, isList, type Json, type Properties, UNKNOWN } from "../controlPlane/json.ts";
import {
  type ObjectShape,
  type PackageSchema,
  propertiesOf,
  propertyOf,
  type Shape,
} from "../schema/shape.ts";

export function previewOf(
  inputs: Properties,
  outputs: ObjectShape,
  schema: PackageSchema,
  unknown: "everything" | "required",
): Properties {
  const said = Object.entries(inputs).flatMap(([name, value]) => {
    const property = propertyOf(outputs, name);
    return property === undefined ? [] : [[name, filled(value, property.shape, schema, unknown)] as const];
  });
  const rest = propertiesOf(outputs)
    .filter(({ name, optional }) => inputs[name] === undefined && (unknown === "everything" || !optional))
    .map(({ name, shape }) => [name, literalOf(shape) ?? UNKNOWN] as const);
  return Object.fromEntries([...said, ...rest]);
}

const literalOf = (shape: Shape): string | undefined =>
  typeof shape === "string" && shape.startsWith("=") ? shape.slice(1) : undefined;

/** A value of the program, completed with what its type will add. */
function filled(value: Json, shape: Shape, schema: PackageSchema, unknown: "everything" | "required"): Json {
  if (typeof shape !== "string") {
    if ("list" in shape && isList(value))
      return value.map((item) => filled(item, shape.list, schema, unknown));
    if ("map" in shape && isGroup(value))
      return Object.fromEntries(
        Object.entries(value).map(([name, item]) => [name, filled(item, shape.map, schema, unknown)]),
      );
    return value;
  }
  const type = shape.startsWith("@") ? schema.types[shape.slice(1)] : undefined;
  return type !== undefined && isGroup(value) ? previewOf(value, type, schema, unknown) : value;
}
