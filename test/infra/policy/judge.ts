/** Runs every rule over a stack, as the engine's pack process does, but in this process and without an engine. */
import {
  UnknownValueError,
  unknownCheckingProxy,
  type ResourceValidationPolicy,
  type StackValidationPolicy,
  type PolicyResource,
  type ResourceValidationArgs,
} from "@pulumi/policy";
import type { DeployedStack } from "../../../infra/deployedStack.ts";
import { asPolicy } from "../../../infra/policy/asPolicies.ts";
import { RULES } from "../../../infra/policy/policies.ts";
import type { Rule } from "../../../infra/policy/rule.ts";

/** The placeholder that the engine sends for a value that a preview does not know. */
export const UNKNOWN_VALUE = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
// The package exports both for tests, but without types.
const TouchedUnknown = UnknownValueError as new () => Error;
const guarded = unknownCheckingProxy as (props: unknown) => Record<string, unknown>;
const SIGNATURE = "4dabf18193072939515e22adb298388d";

export interface RecordedResource {
  readonly type: string;
  readonly name: string;
  readonly urn: string;
  /** The properties as mocks record them: unknowns and secrets may be in the SDK's wire form. */
  readonly props: Readonly<Record<string, unknown>>;
  /** What Azure or Entra added to them. Rules over the whole stack see it, too. */
  readonly outputs?: Readonly<Record<string, unknown>>;
  /** For each property, the URNs of the resources whose outputs it uses. */
  readonly propertyDependencies?: Readonly<Record<string, readonly string[]>>;
  /** The URNs of everything else that the resource waits for. */
  readonly dependencies?: readonly string[];
  readonly parent?: string | undefined;
  readonly opts?: { readonly protect?: boolean; readonly ignoreChanges?: readonly string[] };
  /** Whether it is a resource and not a component. */
  readonly custom?: boolean;
}

export interface Violation {
  readonly policy: string;
  readonly level: string;
  readonly message: string;
  readonly urn: string | undefined;
  /** Whether the rule used a value that a preview does not know, and so decided nothing. */
  readonly undecided: boolean;
}

type Policy = ResourceValidationPolicy | StackValidationPolicy;

/** Judges a stack by all rules, or by some of them. */
export const judge = (
  resources: readonly RecordedResource[],
  said: DeployedStack,
  rules: readonly Rule[] = RULES,
): Promise<readonly Violation[]> =>
  judgeBy(
    rules.map((rule) => asPolicy(rule, said)),
    resources,
  );

export async function judgeBy(
  policies: readonly Policy[],
  resources: readonly RecordedResource[],
): Promise<readonly Violation[]> {
  const violations: Violation[] = [];
  const seen = linked(resources);
  const whole = linked(resources.map((one) => ({ ...one, props: { ...one.outputs, ...one.props } })));
  const shared = {
    stackTags: new Map<string, string>(),
    notApplicable: (): never => {
      throw new Error("no rule says so");
    },
  };
  const getConfig = (() => ({})) as ResourceValidationArgs["getConfig"];
  for (const rule of policies) {
    const level = rule.enforcementLevel ?? "mandatory";
    const report =
      (urn?: string) =>
      (message: string, about = urn) =>
        void violations.push({ policy: rule.name, level, message, urn: about, undecided: false });
    const run = async (urn: string | undefined, validate: () => unknown): Promise<void> => {
      try {
        await validate();
      } catch (error) {
        if (!(error instanceof TouchedUnknown)) throw error;
        violations.push({
          policy: rule.name,
          level: "advisory",
          message: error.message,
          urn,
          undecided: true,
        });
      }
    };
    if ("validateResource" in rule && typeof rule.validateResource === "function") {
      const validate = rule.validateResource;
      for (const resource of seen) {
        const args: ResourceValidationArgs = { ...resource, ...shared, getConfig, asType: () => undefined };
        await run(resource.urn, () => validate(args, report(resource.urn)));
      }
    }
    if ("validateStack" in rule)
      await run(undefined, () =>
        rule.validateStack({ resources: [...whole], ...shared, getConfig }, report()),
      );
  }
  return violations;
}

function linked(resources: readonly RecordedResource[]): readonly PolicyResource[] {
  const made = new Map<string, PolicyResource>();
  for (const { type, name, urn, props, opts, custom } of resources)
    made.set(urn, {
      type,
      name,
      urn,
      props: guarded(plain(props)),
      opts: {
        protect: opts?.protect ?? false,
        ignoreChanges: [...(opts?.ignoreChanges ?? [])],
        aliases: [],
        customTimeouts: { createSeconds: 0, updateSeconds: 0, deleteSeconds: 0 },
        additionalSecretOutputs: [],
      },
      ...(custom !== false && {
        provider: {
          type: "pulumi:providers:" + (type.split(":")[0] ?? ""),
          props: {},
          urn: "",
          name: "default",
        },
      }),
      dependencies: [],
      propertyDependencies: {},
      isType: () => false,
      asType: () => undefined,
    });
  const at = (urns: readonly string[] = []) => urns.flatMap((urn) => made.get(urn) ?? []);
  for (const recorded of resources) {
    const resource = made.get(recorded.urn);
    if (resource === undefined) continue;
    for (const [property, urns] of Object.entries(recorded.propertyDependencies ?? {}))
      resource.propertyDependencies[property] = at(urns);
    resource.dependencies = [
      ...new Set([...at(recorded.dependencies), ...Object.values(resource.propertyDependencies).flat()]),
    ];
    const [parent] = recorded.parent === undefined ? [] : at([recorded.parent]);
    if (parent !== undefined) resource.parent = parent;
  }
  return [...made.values()];
}

/** A value as a policy gets it: secrets are opened, and unknowns are the engine's placeholder. */
export function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null) return value;
  if ("__pulumiUnknown" in value) return UNKNOWN_VALUE;
  if (SIGNATURE in value && "value" in value) return plain(value.value);
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, member]) => (member === undefined ? [] : [[key, plain(member)]])),
  );
}
