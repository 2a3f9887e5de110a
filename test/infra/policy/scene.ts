/** A stack in short: resources with references between them, from which ids and dependencies are worked out. */
import { UNKNOWN_VALUE, type RecordedResource } from "./judge.ts";

export interface Sketch {
  type: string;
  name: string;
  props: Record<string, unknown>;
  needs?: string[];
  protect?: boolean;
  ignoreChanges?: string[];
  custom?: boolean;
}

export type Scene = Sketch[];
export type Edit = (scene: Scene) => void;

/** The output of another resource: known as `value` after the deployment, unknown in a first preview. */
export const from = (name: string, value: string) => ({ $from: name, value });

export const urnOf = (type: string, name: string): string =>
  "urn:pulumi:lamna-production::teams-ehr-connector::" + type + "::" + name;

/** As the engine would show it to a policy: in a preview everything that another resource feeds is unknown. */
export function shown(scene: Scene, { preview }: { readonly preview: boolean }): RecordedResource[] {
  const urns = new Map(scene.map(({ type, name }) => [name, urnOf(type, name)]));
  const urnsOf = (names: readonly string[]) => names.flatMap((name) => urns.get(name) ?? []);
  return scene.map(({ type, name, props, needs, protect, ignoreChanges, custom }) => ({
    type,
    name,
    urn: urnOf(type, name),
    props: resolved(props, preview) as Record<string, unknown>,
    propertyDependencies: Object.fromEntries(
      Object.entries(props).map(([property, value]) => [property, urnsOf(sources(value))]),
    ),
    dependencies: urnsOf(needs ?? []),
    opts: { protect: protect ?? false, ignoreChanges: ignoreChanges ?? [] },
    custom: custom ?? true,
  }));
}

export function edited(scene: Scene, ...edits: readonly Edit[]): Scene {
  const copy = structuredClone(scene);
  for (const edit of edits) edit(copy);
  return copy;
}

export const put =
  (name: string, path: string, value: unknown): Edit =>
  (scene) => {
    const [holder, last] = holderOf(one(scene, name), path);
    holder[last] = value;
  };

export const take =
  (name: string, path: string): Edit =>
  (scene) => {
    const [holder, last] = holderOf(one(scene, name), path);
    if (!(last in holder)) throw new Error(name + " has no " + path + " to take away");
    Reflect.deleteProperty(holder, last);
  };

export const drop =
  (name: string): Edit =>
  (scene) =>
    void scene.splice(scene.indexOf(one(scene, name)), 1);

export const add =
  (sketch: Sketch): Edit =>
  (scene) =>
    void scene.push(sketch);

/** The value stays, but no longer comes from another resource. */
export const unlink =
  (name: string, property: string): Edit =>
  (scene) => {
    const sketch = one(scene, name);
    sketch.props[property] = resolved(sketch.props[property], false);
  };

/** It no longer waits for another resource. */
export const forget =
  (name: string, other: string): Edit =>
  (scene) => {
    const sketch = one(scene, name);
    sketch.needs = sketch.needs?.filter((needed) => needed !== other) ?? [];
  };

export const unprotect =
  (name: string): Edit =>
  (scene) =>
    void (one(scene, name).protect = false);

export const ignore =
  (name: string, path: string): Edit =>
  (scene) =>
    void (one(scene, name).ignoreChanges = [path]);

export const retype =
  (name: string, type: string): Edit =>
  (scene) =>
    void (one(scene, name).type = type);

function one(scene: Scene, name: string): Sketch {
  const found = scene.find((sketch) => sketch.name === name);
  if (found === undefined) throw new Error("the scene has no " + name);
  return found;
}

function holderOf({ props, name }: Sketch, path: string): [Record<string, unknown>, string] {
  const steps = path.split(".");
  const last = steps.pop() ?? "";
  let holder: Record<string, unknown> = props;
  for (const step of steps) {
    holder[step] ??= {};
    if (typeof holder[step] !== "object") throw new Error(name + " has nothing at " + path);
    holder = holder[step] as Record<string, unknown>;
  }
  return [holder, last];
}

const isReference = (value: unknown): value is { readonly $from: string; readonly value: unknown } =>
  typeof value === "object" && value !== null && "$from" in value;

function resolved(value: unknown, preview: boolean): unknown {
  if (isReference(value)) return preview ? UNKNOWN_VALUE : value.value;
  if (Array.isArray(value)) return value.map((member) => resolved(member, preview));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, resolved(member, preview)]));
}

function sources(value: unknown): string[] {
  if (isReference(value)) return [value.$from];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(sources) : [];
}
