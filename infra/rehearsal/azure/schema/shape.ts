/** What a package's typings say about a resource, without documentation: names, required properties, nested types, enums. */

/**
 * `string`, `number`, `boolean` and `any` are kinds of values; `=Continuous` is exactly that text, `@web.SiteConfigArgs` a
 * type, `%web.Kind` an enum.
 */
export type Shape =
  string | { readonly list: Shape } | { readonly map: Shape } | { readonly either: readonly Shape[] };

/** Shapes by property; a name that ends in `?` may be left out. */
export type ObjectShape = Readonly<Record<string, Shape>>;

export interface ResourceShape {
  readonly apiVersion?: string;
  readonly inputs: ObjectShape;
  readonly outputs: ObjectShape;
}

export type PackageName = "azure-native" | "azuread";

export interface PackageSchema {
  readonly version: string;
  /** Resources by token, such as `azure-native:web:WebApp`. */
  readonly resources: Readonly<Record<string, ResourceShape>>;
  readonly types: Readonly<Record<string, ObjectShape>>;
  readonly enums: Readonly<Record<string, readonly string[]>>;
}

/** The shape of one property, and whether it may be left out. */
export function propertyOf(
  shape: ObjectShape,
  name: string,
): { readonly shape: Shape; readonly optional: boolean } | undefined {
  const required = shape[name];
  if (required !== undefined) return { shape: required, optional: false };
  const optional = shape[name + "?"];
  return optional === undefined ? undefined : { shape: optional, optional: true };
}

export function propertiesOf(
  shape: ObjectShape,
): { readonly name: string; readonly shape: Shape; readonly optional: boolean }[] {
  return Object.entries(shape).map(([key, value]) => ({
    name: key.replace(/\?$/u, ""),
    shape: value,
    optional: key.endsWith("?"),
  }));
}
