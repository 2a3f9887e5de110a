/** How a security test is made: a sentence on one side, what resources must say on the other. */
import { isDeepStrictEqual } from "node:util";
import type { DeployedStack } from "../../../infra/deployedStack.ts";
import { kindOf, type Recorded } from "../components/recorded.ts";

export interface Deployment {
  /** As the stack file says it: what people intend. */
  readonly stack: DeployedStack;
  readonly resources: readonly Recorded[];
}

export interface SecurityTest {
  /** A sentence about the product. */
  readonly name: string;
  /** The kinds of resources that it looks at, such as `web:WebApp`; another's change cannot fail it. */
  readonly kinds: readonly string[] | "every kind";
  readonly faults: (deployment: Deployment) => readonly string[];
}

/** A value, what a text must match, or a claim about it; undefined where nothing may stand. */
type Expected = string | number | boolean | readonly unknown[] | object | undefined | RegExp | Claim;
type Claim = (value: unknown) => boolean;

/** Every resource of these kinds says exactly this, by path. */
export function must(
  name: string,
  kinds: readonly string[],
  says: (resource: Recorded, deployment: Deployment) => Readonly<Record<string, Expected>>,
): SecurityTest {
  return {
    name,
    kinds,
    faults: (deployment) =>
      ofKinds(deployment, ...kinds).flatMap((resource) =>
        Object.entries(says(resource, deployment))
          .filter(([path, expected]) => !holds(at(resource, path), expected))
          .map(([path]) => words(resource.name + ":", path, "is", at(resource, path))),
      ),
  };
}

/** A list of sentences about the deployment is exactly what people agreed to, in any order. */
export function exactly(
  name: string,
  kinds: readonly string[],
  found: (deployment: Deployment) => readonly string[],
  agreed: (deployment: Deployment) => readonly string[],
): SecurityTest {
  return {
    name,
    kinds,
    faults: (deployment) => {
      const [is, should] = [found(deployment), agreed(deployment)];
      return [
        ...is.filter((one) => !should.includes(one)).map((one) => "nobody agreed to: " + one),
        ...should.filter((one) => !is.includes(one)).map((one) => "is missing: " + one),
        ...(is.length > new Set(is).size ? ["something is said twice"] : []),
      ];
    },
  };
}

export const ofKinds = ({ resources }: Deployment, ...kinds: readonly string[]): readonly Recorded[] =>
  resources.filter((resource) => kinds.includes(kindOf(resource)));

/** The resources that a property is made of, of one kind. */
export const feeders = (
  resource: Recorded,
  property: string,
  kind: string,
  { resources }: Deployment,
): readonly Recorded[] =>
  resources.filter(
    (one) => kindOf(one) === kind && resource.propertyDependencies[property]?.includes(one.urn) === true,
  );

/** What stands at a path of the inputs, or of the options at `options.…`. */
export function at(resource: Recorded, path: string): unknown {
  const [first, ...rest] = path.split(".");
  return first === "options" && rest.length === 1
    ? resource.options[rest[0] as keyof Recorded["options"]]
    : path
        .split(".")
        .reduce<unknown>(
          (here, key) => (here as Record<string, unknown> | undefined)?.[key],
          resource.inputs,
        );
}

/** The members of a list of groups; none when nothing stands there. */
export const listAt = (resource: Recorded, path: string): readonly Readonly<Record<string, unknown>>[] => {
  const list = at(resource, path);
  return Array.isArray(list) ? (list as Readonly<Record<string, unknown>>[]) : [];
};

/** The name that others call the only resource of a kind by. */
export const nameOf = (deployment: Deployment, kind: string, property: string): string =>
  String(ofKinds(deployment, kind)[0]?.inputs[property]);

/** The subscription of the samples. */
export const OWN = "/subscriptions/0c1f7a52-0000-4000-8000-00000000d001/";

/** An Azure id of this kind in the deployment's subscription, as recorded. */
export const idOf = (kind: string): RegExp =>
  new RegExp("^" + OWN + ".*/providers/" + kind.replace(":", "/") + "/[^/]+$");

export const isOwn = (id: unknown): boolean => typeof id === "string" && id.startsWith(OWN);

export const words = (...said: readonly unknown[]): string =>
  said.map((one) => (typeof one === "string" ? one : JSON.stringify(one))).join(" ");

export const isProduction = ({ stack }: Deployment): boolean => stack.environment === "production";

function holds(value: unknown, expected: Expected): boolean {
  if (expected instanceof RegExp) return typeof value === "string" && expected.test(value);
  if (typeof expected === "function") return (expected as Claim)(value);
  return isDeepStrictEqual(value, expected);
}
