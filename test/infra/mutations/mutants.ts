/** All mutants of a resource: in each, one thing is different. */
import { kindOf, type Recorded } from "../components/recorded.ts";
import { ADDITIONS } from "./additions.ts";
import { INTRUDERS, otherValues, SEPARATOR, type Other } from "./otherValues.ts";

export type How = Other["how"] | "added" | "left out" | "emptied" | "one less" | "one more" | "not made";

export interface Mutant {
  /** The resource's kind, such as `web:WebApp`. */
  readonly kind: string;
  readonly urn: string;
  readonly name: string;
  /**
   * The path of what is different, such as `siteConfig.ipSecurityRestrictions.0.action` or, for options, `options.protect`.
   */
  readonly path: string;
  readonly how: How;
  /** The changed resource; undefined if it is not made at all. */
  readonly resource: Recorded | undefined;
}

type Inputs = Readonly<Record<string, unknown>>;
type Change = Pick<Mutant, "path" | "how"> & { readonly value?: unknown; readonly fedBy?: readonly string[] };

export function mutantsOf(resource: Recorded, all: readonly Recorded[]): readonly Mutant[] {
  const about = { kind: kindOf(resource), urn: resource.urn, name: resource.name };
  return [
    ...valuesOf(resource.inputs, "").flatMap(([path, value]) =>
      changesOf(path, value, resource, all).map((change) => ({
        ...about,
        path: change.path,
        how: change.how,
        resource: changed(resource, change),
      })),
    ),
    ...(ADDITIONS[about.kind] ?? []).map(([path, value]) => ({
      ...about,
      path,
      how: "added" as const,
      resource: changed(resource, { path: path.replaceAll(".", SEPARATOR), how: "added", value }),
    })),
    ...optionMutants(resource).map((mutant) => ({ ...about, ...mutant })),
    // A resource whose outputs others use cannot be left out: the program would not compile.
    ...(isNeeded(resource, all)
      ? []
      : [{ ...about, path: "", how: "not made" as const, resource: undefined }]),
  ];
}

/** Every value with its path; groups and lists come before what they contain. */
function valuesOf(value: unknown, path: string): (readonly [string, unknown])[] {
  const own = path === "" ? [] : [[path, value] as const];
  if (typeof value !== "object" || value === null) return own;
  return [
    ...own,
    ...Object.entries(value).flatMap(([key, member]) =>
      valuesOf(member, path === "" ? key : path + SEPARATOR + key),
    ),
  ];
}

export const readable = (path: string): string => path.replaceAll(SEPARATOR, ".");

function changesOf(path: string, value: unknown, resource: Recorded, all: readonly Recorded[]): Change[] {
  const isMember = Array.isArray(read(resource.inputs, parentPath(path)));
  const gone: Change = { path, how: isMember ? "one less" : "left out" };
  if (Array.isArray(value))
    return [
      ...(isMember
        ? [gone]
        : [gone, ...(value.length > 0 ? [{ path, how: "emptied" as const, value: [] }] : [])]),
      ...intruders(path, value).map((one) => ({
        path,
        how: "one more" as const,
        value: [...(value as unknown[]), one],
      })),
    ];
  if (typeof value === "object" && value !== null) return [gone];
  return [
    gone,
    ...otherValues(path, value, resource, all).map((other) => ({
      // A value that is written by hand no longer comes from a resource.
      ...(isFedWhole(path, value, resource) && other.how !== "plain http" && { fedBy: [] }),
      path,
      ...other,
    })),
    ...strangers(path, value, resource, all),
  ];
}

/** A value that is made of the same resource's output as before, and is somebody else's. */
function strangers(path: string, value: unknown, resource: Recorded, all: readonly Recorded[]): Change[] {
  if (!isFedWhole(path, value, resource)) return [];
  const other = otherValues(path, value, resource, all).find(({ how }) => STRANGE.includes(how));
  if (other === undefined || other.fedBy !== undefined) return [];
  return [{ ...other, path, how: "a stranger's", fedBy: resource.propertyDependencies[path] ?? [] }];
}

/** In what ways a value may be somebody else's. */
const STRANGE: readonly How[] = ["elsewhere", "another of Azure's", "other"];

/** Whether a value is itself another resource's output, and not a group that contains one. */
const isFedWhole = (path: string, value: unknown, { propertyDependencies }: Recorded): boolean =>
  typeof value === "string" && (propertyDependencies[path]?.length ?? 0) > 0;

/** Another item of the same form with other values. */
const otherwise = (member: object | null): object =>
  Object.fromEntries(
    Object.entries(member ?? {}).map(([key, value]) => [key, typeof value === "string" ? "other" : value]),
  );

function intruders(path: string, list: readonly unknown[]): readonly unknown[] {
  const known = INTRUDERS[path.split(SEPARATOR).at(-1) ?? ""];
  if (known !== undefined) return [...known, ...list.slice(0, 1)];
  const [first] = list;
  return [typeof first === "object" ? otherwise(first) : "other"];
}

function changed(resource: Recorded, { path, how, fedBy, ...change }: Change): Recorded {
  const [property = ""] = path.split(SEPARATOR);
  const inputs = structuredClone(resource.inputs);
  const holder = read(inputs, parentPath(path)) as Record<string, unknown>;
  const key = path.split(SEPARATOR).at(-1) ?? "";
  if ("value" in change) holder[key] = change.value;
  else if (Array.isArray(holder)) holder.splice(Number(key), 1);
  else Reflect.deleteProperty(holder, key);
  const isGone = how === "left out" && path === property;
  if (fedBy === undefined && !isGone) return { ...resource, inputs };
  return {
    ...resource,
    inputs,
    propertyDependencies: { ...resource.propertyDependencies, [property]: fedBy ?? [] },
  };
}

function optionMutants({
  options,
  dependencies,
  ...resource
}: Recorded): Omit<Mutant, "kind" | "urn" | "name">[] {
  const whole = { ...resource, options, dependencies };
  return [
    ...(["protect", "retainOnDelete"] as const)
      .filter((option) => options[option])
      .map((option) => ({
        path: "options." + option,
        how: "turned" as const,
        resource: { ...whole, options: { ...options, [option]: false } },
      })),
    {
      path: "options.ignoreChanges",
      how: "one more",
      resource: { ...whole, options: { ...options, ignoreChanges: [...options.ignoreChanges, "*"] } },
    },
    ...options.onError.map(() => ({
      path: "options.onError",
      how: "one less" as const,
      resource: { ...whole, options: { ...options, onError: options.onError.slice(1) } },
    })),
    ...dependencies.map((urn) => ({
      path: "options.dependsOn." + (urn.split("::").slice(-2).join(" ").split("$").at(-1) ?? ""),
      how: "one less" as const,
      resource: { ...whole, dependencies: dependencies.filter((other) => other !== urn) },
    })),
  ];
}

const isNeeded = ({ urn }: Recorded, all: readonly Recorded[]): boolean =>
  all.some(
    (other) =>
      other.parent === urn ||
      other.dependencies.includes(urn) ||
      Object.values(other.propertyDependencies).some((urns) => urns.includes(urn)),
  );

const parentPath = (path: string): string => path.split(SEPARATOR).slice(0, -1).join(SEPARATOR);

function read(inputs: Inputs, path: string): unknown {
  return path === ""
    ? inputs
    : path.split(SEPARATOR).reduce<unknown>((here, key) => (here as Inputs)[key], inputs);
}

export const wordsOf = ({ kind, name, path, how }: Mutant): string =>
  [kind, name, readable(path), how].filter((part) => part !== "").join(" | ");
