/** Converts a TypeScript type to the schema's notation. */
import ts from "typescript";
import type { Shape } from "./shape.ts";

/**
 * The type without `undefined`, and whether it may be left out, as `pulumi.Input<X | undefined>` and `pulumi.Output<X |
 * undefined>` may.
 */
export function withoutUndefined(
  type: ts.TypeNode,
  source: ts.SourceFile,
): { readonly type: ts.TypeNode; readonly optional: boolean } {
  const inner = unwrapped(type, source);
  const optional = ts.isUnionTypeNode(inner) && inner.types.some(isUndefined);
  return { type: inner, optional };
}

const isUndefined = (type: ts.TypeNode): boolean => type.kind === ts.SyntaxKind.UndefinedKeyword;

function unwrapped(type: ts.TypeNode, source: ts.SourceFile): ts.TypeNode {
  if (ts.isParenthesizedTypeNode(type)) return unwrapped(type.type, source);
  if (
    ts.isTypeReferenceNode(type) &&
    type.typeArguments?.[0] &&
    /^pulumi\.(Input|Output)$/u.test(type.typeName.getText(source))
  )
    return unwrapped(type.typeArguments[0], source);
  return type;
}

/** @param prefix put before the names of types in a package that gives inputs and outputs the same names */
export function shapeOf(wrapped: ts.TypeNode, source: ts.SourceFile, prefix: string): Shape {
  const type = unwrapped(wrapped, source);
  if (ts.isArrayTypeNode(type)) return { list: shapeOf(type.elementType, source, prefix) };
  if (ts.isUnionTypeNode(type)) return unionOf(type, source, prefix);
  if (ts.isTypeLiteralNode(type)) {
    const [index] = type.members;
    if (index && ts.isIndexSignatureDeclaration(index)) return { map: shapeOf(index.type, source, prefix) };
  }
  if (ts.isLiteralTypeNode(type)) return "=" + type.getText(source).replaceAll('"', "");
  if (ts.isTypeReferenceNode(type)) {
    const name = type.typeName.getText(source);
    if (name.startsWith("inputs.") || name.startsWith("outputs."))
      return "@" + prefix + name.slice(name.indexOf(".") + 1);
    if (name.startsWith("enums.")) return "%" + name.slice("enums.".length);
    return name === "ArchiveFile" || name.startsWith("pulumi.asset") ? "any" : unknownType(name);
  }
  const keyword = type.getText(source);
  return ["string", "number", "boolean", "any"].includes(keyword) ? keyword : unknownType(keyword);
}

/** A union. The package types a closed list that may grow as `string | enums.X`; only the enum is used. */
function unionOf(type: ts.UnionTypeNode, source: ts.SourceFile, prefix: string): Shape {
  const shapes = type.types.filter((one) => !isUndefined(one)).map((one) => shapeOf(one, source, prefix));
  const listed = shapes.filter((shape) => typeof shape === "string" && shape.startsWith("%"));
  const kept = listed.length > 0 ? listed : shapes;
  const [only] = kept;
  return kept.length === 1 && only !== undefined ? only : { either: kept };
}

function unknownType(name: string): never {
  throw new Error(`The schema has no word for the type ${name}`);
}
