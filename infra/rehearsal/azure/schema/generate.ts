/** Makes a package's schema from its published typings. They are parsed and not run, so that it takes seconds. */
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import ts from "typescript";
import { shapeOf, withoutUndefined } from "./shapes.ts";
import type { ObjectShape, PackageName, PackageSchema, ResourceShape, Shape } from "./shape.ts";

type Members = ts.NodeArray<ts.TypeElement>;
type Resource = readonly [token: string, shape: ResourceShape];

/** The API version that a resource's types are from, as its documentation says. */
const API_VERSION = /Uses Azure REST API version (\S+?)\.(?:\s|$)/u;

/**
 * @param tokens of the resource types, such as `azure-native:web:WebApp`
 * @throws Error for a type that the installed package does not have
 */
export const generated = (name: PackageName, tokens: readonly string[]): PackageSchema =>
  name === "azure-native" ? azureNativeSchema(tokens) : azureadSchema(tokens);

function azureNativeSchema(tokens: readonly string[]): PackageSchema {
  const root = packageFolder("@pulumi/azure-native");
  const modules = new Set(tokens.map((token) => token.split(":")[1] ?? ""));
  const named = {
    ...declared(root, "types/input.d.ts", { modules }),
    ...declared(root, "types/output.d.ts", { modules }),
  };
  const resources = tokens.map((token): Resource => {
    const [, module = "", name = ""] = token.split(":");
    const file = readdirSync(join(root, module)).find(
      (found) => found.toLowerCase() === name.toLowerCase() + ".d.ts",
    );
    if (file === undefined) throw new Error(`No typings for ${token}`);
    return [token, resource(join(root, module, file), name)];
  });
  return schema(root, resources, named);
}

function azureadSchema(tokens: readonly string[]): PackageSchema {
  const root = packageFolder("@pulumi/azuread");
  const inputs = declared(root, "types/input.d.ts", { prefix: "in." });
  const outputs = declared(root, "types/output.d.ts", { prefix: "out." });
  const resources = tokens.map((token): Resource => {
    const [, file = "", name = ""] = /^azuread:index\/(\w+):(\w+)$/u.exec(token) ?? [];
    return [token, resource(join(root, file + ".d.ts"), name, true)];
  });
  return schema(root, resources, { ...inputs, ...outputs });
}

function schema(
  root: string,
  resources: readonly Resource[],
  named: Readonly<Record<string, () => ObjectShape>>,
): PackageSchema {
  const types: Record<string, ObjectShape> = {};
  const enums = new Set<string>();
  const reach = (shape: Shape): void => {
    if (typeof shape !== "string") {
      if ("list" in shape) reach(shape.list);
      else if ("map" in shape) reach(shape.map);
      else shape.either.forEach(reach);
    } else if (shape.startsWith("%")) enums.add(shape.slice(1));
    else if (shape.startsWith("@") && types[shape.slice(1)] === undefined) {
      const type = named[shape.slice(1)];
      if (type === undefined) throw new Error(`No type ${shape} in ${root}`);
      Object.values((types[shape.slice(1)] = type())).forEach(reach);
    }
  };
  for (const [, { inputs, outputs }] of resources)
    [...Object.values(inputs), ...Object.values(outputs)].forEach(reach);
  return {
    version: versionOf(root),
    resources: Object.fromEntries(resources),
    types,
    enums: Object.fromEntries([...enums].map((name) => [name, enumValues(root, name)])),
  };
}

function packageFolder(name: string): string {
  return dirname(createRequire(import.meta.url).resolve(name + "/package.json"));
}

function versionOf(root: string): string {
  const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { version: string };
  return version.replace(/^v/u, "");
}

function parse(file: string): ts.SourceFile {
  return ts.createSourceFile(file, readFileSync(file, "utf8"), ts.ScriptTarget.Latest, false);
}

/** The shape of a resource: its class has what Azure answers, and the interface of its arguments what it accepts. */
function resource(file: string, name: string, flat = false): ResourceShape {
  const source = parse(file);
  const apiVersion = flat ? undefined : API_VERSION.exec(source.text)?.[1];
  const shapes = { inputs: {} as ObjectShape, outputs: {} as ObjectShape };
  for (const statement of source.statements) {
    if (ts.isInterfaceDeclaration(statement) && statement.name.text === name + "Args")
      shapes.inputs = members(statement.members, "in.", source, flat);
    if (ts.isClassDeclaration(statement) && statement.name?.text === name)
      shapes.outputs = members(statement.members.filter(ts.isPropertyDeclaration), "out.", source, flat);
  }
  return { ...(apiVersion !== undefined && { apiVersion }), ...shapes };
}

function members(
  all: Members | readonly ts.PropertyDeclaration[],
  prefix: string,
  source: ts.SourceFile,
  flat: boolean,
): ObjectShape {
  const entries = all.flatMap((member) => {
    if (!(ts.isPropertySignature(member) || ts.isPropertyDeclaration(member)) || member.type === undefined)
      return [];
    const name = member.name.getText(source);
    const { type, optional } = withoutUndefined(member.type, source);
    const key = optional || member.questionToken !== undefined ? name + "?" : name;
    return [[key, shapeOf(type, source, flat ? prefix : "")] as const];
  });
  return Object.fromEntries(entries);
}

/**
 * Every named type of a file, each parsed when it is needed: the files hold tens of thousands, and only some modules are
 * used here.
 */
function declared(
  root: string,
  file: string,
  { prefix, modules }: { readonly prefix?: string; readonly modules?: ReadonlySet<string> },
): Record<string, () => ObjectShape> {
  const text = readFileSync(join(root, file), "utf8");
  const ours = modules === undefined ? text : partsOf(text, modules);
  const source = ts.createSourceFile(file, ours, ts.ScriptTarget.Latest, false);
  const found: Record<string, () => ObjectShape> = {};
  const add = (statements: readonly ts.Statement[], before: string) => {
    for (const statement of statements) {
      if (ts.isInterfaceDeclaration(statement))
        found[before + statement.name.text] = () =>
          members(statement.members, prefix ?? "", source, prefix !== undefined);
      else if (ts.isModuleDeclaration(statement) && statement.body && ts.isModuleBlock(statement.body))
        add(statement.body.statements, before + statement.name.text + ".");
    }
  };
  add(source.statements, prefix ?? "");
  return found;
}

/** The parts of a file that has a namespace for each module, for those modules that our types are in. */
function partsOf(text: string, modules: ReadonlySet<string>): string {
  return text
    .split(/^(?=export declare namespace )/mu)
    .filter((part) => modules.has(/^export declare namespace (\w+)/u.exec(part)?.[1] ?? ""))
    .join("");
}

/**
 * Values of enums that the SDK mixes up with others of the same name, as Azure documents them
 * (https://learn.microsoft.com/rest/api/monitor/scheduled-query-rules/create-or-update).
 */
const MIXED_UP: Readonly<Record<string, readonly string[]>> = {
  "monitor.ConditionOperator": ["Equals", "GreaterThan", "GreaterThanOrEqual", "LessThan", "LessThanOrEqual"],
};

function enumValues(root: string, name: string): readonly string[] {
  const said = MIXED_UP[name];
  if (said !== undefined) return said;
  const [module = "", type = ""] = name.split(".");
  const source = parse(join(root, "types/enums", module, "index.d.ts"));
  for (const statement of source.statements) {
    if (!ts.isVariableStatement(statement)) continue;
    for (const { name: variable, type: object } of statement.declarationList.declarations)
      if (variable.getText(source) === type && object && ts.isTypeLiteralNode(object))
        return object.members.flatMap((member) =>
          ts.isPropertySignature(member) && member.type && ts.isLiteralTypeNode(member.type)
            ? [member.type.getText(source).replaceAll('"', "")]
            : [],
        );
  }
  throw new Error(`No enum ${name} in ${root}`);
}
