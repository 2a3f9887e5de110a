/** Edits of the recorded program. Each changes it both as an update and as a first preview knows it. */
import type { DeployedStack } from "../../../infra/deployedStack.ts";
import { asJudged, type Recorded } from "../components/recorded.ts";
import { CALLED } from "./called.ts";
import { UNKNOWN_VALUE, type RecordedResource } from "./judge.ts";

export interface Scene {
  /** The settings of the stack file. */
  readonly said: DeployedStack;
  readonly known: Recorded[];
  readonly firstPreview: Recorded[];
}

/** A resource that the program does not make and that is added because a rule is about it. */
export interface Sketch {
  readonly type: string;
  readonly name: string;
  readonly props: Readonly<Record<string, unknown>>;
  readonly custom?: boolean;
}

export type Edit = (scene: Scene) => void;

/**
 * The resources as the engine shows them to a policy: in a preview, everything that uses a new resource's outputs is
 * unknown.
 */
export const shown = (
  { known, firstPreview }: Scene,
  { preview }: { readonly preview: boolean },
): readonly RecordedResource[] => asJudged(preview ? firstPreview : known);

export function edited(scene: Scene, ...edits: readonly Edit[]): Scene {
  const copy = structuredClone(scene);
  for (const edit of edits) edit(copy);
  return copy;
}

/** In {@link put}, another resource's output: `value` after the deployment, and unknown in a first preview. */
interface Output {
  readonly $from: string;
  readonly value: unknown;
}

export const put =
  (name: string, path: string, value: unknown): Edit =>
  (scene) => {
    for (const [resource, isKnown] of both(scene, name)) {
      const [holder, last] = holderOf(resource, path);
      if (!isOutput(value)) holder[last] = value;
      else {
        holder[last] = isKnown ? value.value : UNKNOWN_VALUE;
        resource.propertyDependencies[first(path)] = [one(scene.known, value.$from).urn];
      }
    }
  };

export const take =
  (name: string, path: string): Edit =>
  (scene) => {
    for (const [resource] of both(scene, name)) {
      const [holder, last] = holderOf(resource, path);
      if (!(last in holder)) throw new Error(name + " has no " + path + " to take away");
      Reflect.deleteProperty(holder, last);
      if (path === last) Reflect.deleteProperty(resource.propertyDependencies, path);
    }
  };

export const drop =
  (name: string): Edit =>
  ({ known, firstPreview }) => {
    for (const all of [known, firstPreview]) all.splice(all.indexOf(one(all, name)), 1);
  };

export const add =
  ({ type, name, props, custom = true }: Sketch): Edit =>
  ({ known, firstPreview }) => {
    for (const all of [known, firstPreview])
      all.push({
        ...{ type, name, inputs: structuredClone(props), outputs: {}, custom },
        urn: ["urn:pulumi:lamna::teams-ehr-connector", type, name].join("::"),
        options: { protect: false, retainOnDelete: false, ignoreChanges: [], onError: [] },
        propertyDependencies: {},
        dependencies: [],
        parent: undefined,
      });
  };

/** Keeps a value, which then no longer comes from another resource. */
export const unlink =
  (name: string, property: string): Edit =>
  (scene) => {
    const value = one(scene.known, name).inputs[property];
    for (const [resource] of both(scene, name)) {
      resource.inputs[property] = structuredClone(value);
      resource.propertyDependencies[property] = [];
    }
  };

/** Makes a resource no longer wait for another one. */
export const forget =
  (name: string, other: string): Edit =>
  (scene) => {
    const { urn } = one(scene.known, other);
    for (const [resource] of both(scene, name))
      resource.dependencies = resource.dependencies.filter((waited) => waited !== urn);
  };

export const unprotect =
  (name: string): Edit =>
  (scene) => {
    for (const [resource] of both(scene, name)) resource.options = { ...resource.options, protect: false };
  };

export const ignore =
  (name: string, path: string): Edit =>
  (scene) => {
    for (const [resource] of both(scene, name))
      resource.options = { ...resource.options, ignoreChanges: [path] };
  };

export const retype =
  (name: string, type: string): Edit =>
  (scene) => {
    for (const [resource] of both(scene, name)) resource.type = type;
  };

interface Editable {
  type: string;
  readonly inputs: Record<string, unknown>;
  options: Recorded["options"];
  readonly propertyDependencies: Record<string, readonly string[]>;
  dependencies: readonly string[];
}

const both = ({ known, firstPreview }: Scene, name: string): readonly (readonly [Editable, boolean])[] => [
  [one(known, name), true],
  [one(firstPreview, name), false],
];

/** Finds a resource by the name that the cases use for it, or by which they added it. */
export function one(all: readonly Recorded[], name: string): Recorded {
  const [type, called] = CALLED[name] ?? [undefined, name];
  const found = all.filter(
    (resource) =>
      resource.custom &&
      (type === undefined || resource.type === type) &&
      (called === undefined || resource.name === called),
  );
  if (found.length !== 1 || found[0] === undefined)
    throw new Error(String(found.length) + " resources are called " + name);
  return found[0];
}

const first = (path: string): string => path.split(".", 1).join("");

function holderOf({ inputs }: Editable, path: string): [Record<string, unknown>, string] {
  const steps = path.split(".");
  const last = steps.pop() ?? "";
  let holder = inputs;
  for (const step of steps) {
    holder[step] ??= {};
    if (typeof holder[step] !== "object") throw new Error("there is nothing at " + path);
    holder = holder[step] as Record<string, unknown>;
  }
  return [holder, last];
}

const isOutput = (value: unknown): value is Output =>
  typeof value === "object" && value !== null && "$from" in value;
