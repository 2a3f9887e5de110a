/**
 * Records what a part of the program asks Azure and Entra for, without an engine. Pulumi's mocks answer. The record has
 * also the resource options, which mocks do not see, and the resources whose outputs each property uses.
 */
import * as resources from "@pulumi/azure-native/resources/index.js";
import * as pulumi from "@pulumi/pulumi";
import { MockMonitor } from "@pulumi/pulumi/runtime/mocks.js";
import { tags, type DeploymentContext } from "../../../infra/components/deploymentContext.ts";
import { deployedStack } from "../../../infra/deployedStack.ts";
import { locationOf } from "../../../infra/location.ts";
import type { RecordedResource } from "../policy/judge.ts";
import { answerTo, previewOf } from "./azureAnswers.ts";

// Only the engine runs error hooks and the mocks do not know them, so their names are recorded.
Object.assign(MockMonitor.prototype, {
  registerErrorHook: (_hook: unknown, done: (error: null, answer: object) => void) => {
    done(null, {});
  },
});

export interface Recorded {
  readonly type: string;
  readonly name: string;
  readonly urn: string;
  readonly inputs: Readonly<Record<string, unknown>>;
  /** What Azure or Entra added to the inputs. */
  readonly outputs: Readonly<Record<string, unknown>>;
  readonly options: {
    readonly protect: boolean;
    readonly retainOnDelete: boolean;
    readonly import?: string;
    readonly ignoreChanges: readonly string[];
    /** The names of the error hooks that run when the resource cannot be made. */
    readonly onError: readonly string[];
  };
  /** For each property, the URNs of the resources whose outputs it uses. */
  readonly propertyDependencies: Readonly<Record<string, readonly string[]>>;
  /** The URNs of everything else that the resource waits for. A component stands for all that it contains. */
  readonly dependencies: readonly string[];
  readonly parent: string | undefined;
  /** Whether it is a resource and not a component. */
  readonly custom: boolean;
}

export interface RecordOptions {
  /** The stack's name. Left out, it is lamna's of that environment. */
  readonly name?: string;
  /** Whether this is a first preview, in which resources' outputs are unknown. */
  readonly preview?: boolean;
  /** Makes a resource. Left out, it gets what Azure would answer (azureAnswers.ts). */
  readonly make?: (type: string, name: string, inputs: Recorded["inputs"]) => Promise<MadeResource>;
  /** Answers a provider's function, by its token; an error is a refusal. Left out, no resource exists. */
  readonly call?: (token: string, inputs: Readonly<Record<string, unknown>>) => object | Promise<object>;
}

export interface MadeResource {
  readonly id: string;
  readonly state: Record<string, unknown>;
}

/** @throws whatever `build` throws, and the refusals of a stack that cannot be deployed. */
export function record(
  stack: unknown,
  build: (context: DeploymentContext) => Promise<void> | void,
  options?: RecordOptions,
): Promise<readonly Recorded[]> {
  return recordAll(
    stack,
    () => build(contextOf(deployedStack(new pulumi.Config("teams-ehr-connector")))),
    options,
  );
}

/** Records a program that makes its own deployment context, or refuses to. */
export async function recordAll(
  stack: unknown,
  program: () => Promise<void> | void,
  { name: stackName = stackNameOf(stack), preview = false, call = nothingIsThere, make }: RecordOptions = {},
): Promise<readonly Recorded[]> {
  const asked = new Map<string, Readonly<Record<string, unknown>>>();
  const answered = new Map<string, Readonly<Record<string, unknown>>>();
  const made: Made[] = [];
  await pulumi.runtime.setMocks(
    {
      newResource: async ({ type, name, inputs }) => {
        const said = inputs as Recorded["inputs"];
        asked.set(type + "|" + name, said);
        const answer = await (make ?? (preview ? previewOf : answerTo))(type, name, said);
        answered.set(type + "|" + name, answer.state);
        return answer;
      },
      call: ({ token, inputs }) => asProvider(() => call(token, inputs as Recorded["inputs"])),
    },
    "teams-ehr-connector",
    stackName,
    preview,
    "organization",
  );
  pulumi.runtime.setAllConfig(
    stack === undefined ? {} : { "teams-ehr-connector:connector": JSON.stringify(stack) },
  );

  let refusal: { readonly error: unknown } | undefined;
  await withoutStackTraces(() =>
    pulumi.runtime.runInPulumiStack(async () => {
      pulumi.runtime.registerStackTransformation(({ resource, type, name, props, opts }) => {
        made.push({ resource, type, name, props, opts });
        return undefined;
      });
      try {
        await program();
      } catch (error) {
        refusal = { error };
      }
    }),
  );
  if (refusal !== undefined) throw refusal.error;
  // While some resources are waited for, further ones may be made.
  const urns = new Map<pulumi.Resource, string>();
  for (const { resource } of made) urns.set(resource, await valueOf(resource.urn));
  return Promise.all(made.map((one) => recorded(one, { asked, answered }, urns, made)));
}

const stackNameOf = (stack: unknown): string =>
  (stack as { environment?: unknown } | undefined)?.environment === "production"
    ? "lamna-production"
    : "lamna-test";

/** Runs without stack traces. Pulumi makes one for every promise, in case it is never settled, which doubles the time. */
async function withoutStackTraces(run: () => Promise<unknown>): Promise<void> {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    await run();
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

/** The only resource of a type, or of a type and a name. */
export function one(all: readonly Recorded[], type: string, name?: string): Recorded {
  const [found, ...others] = all.filter(
    (each) => each.type === type && (name === undefined || each.name === name),
  );
  if (found === undefined || others.length > 0)
    throw new Error([String(others.length + (found ? 1 : 0)), "resources are", type, name ?? ""].join(" "));
  return found;
}

export const ofType = (all: readonly Recorded[], type: string): readonly Recorded[] =>
  all.filter((each) => each.type === type);

/** The type without Azure's package name, such as `web:WebApp`. */
export const kindOf = ({ type }: Pick<Recorded, "type">): string =>
  type.startsWith("azure-native:") ? type.slice("azure-native:".length) : type;

/** The resources in the form in which the policy pack gets them. */
export const asJudged = (all: readonly Recorded[]): readonly RecordedResource[] =>
  all.map(({ inputs, options, ...rest }) => ({ ...rest, props: inputs, opts: options }));

export const valueOf = <T>(output: pulumi.Output<T>): Promise<T> =>
  new Promise((resolve) => {
    output.apply(resolve);
  });

interface Made {
  readonly resource: pulumi.Resource;
  readonly type: string;
  readonly name: string;
  readonly props: Readonly<Record<string, unknown>>;
  readonly opts: pulumi.ResourceOptions & Partial<pulumi.CustomResourceOptions>;
}

function contextOf(stack: DeploymentContext["stack"]): DeploymentContext {
  const location = locationOf(stack);
  const group = new resources.ResourceGroup("group", {
    resourceGroupName: ["rg", stack.tenant, stack.environment].join("-"),
    location,
    tags: tags(stack, "phi-transient"),
  });
  return { stack, location, group };
}

async function recorded(
  { resource, type, name, props, opts }: Made,
  {
    asked,
    answered,
  }: Readonly<Record<"asked" | "answered", ReadonlyMap<string, Readonly<Record<string, unknown>>>>>,
  urns: ReadonlyMap<pulumi.Resource, string>,
  made: readonly Made[],
): Promise<Recorded> {
  const inputs = asked.get(type + "|" + name) ?? {};
  const urnOf = (of: pulumi.Resource) => urns.get(of) ?? [];
  const feeds = await Promise.all(
    Object.keys(inputs).map(async (key) => [key, (await feedersOf(props[key])).flatMap(urnOf)] as const),
  );
  const waited = [opts.dependsOn ?? []].flat().filter((it) => pulumi.Resource.isInstance(it));
  return {
    type,
    name,
    urn: urns.get(resource) ?? "",
    inputs,
    outputs: Object.fromEntries(
      Object.entries(answered.get(type + "|" + name) ?? {}).filter(([key]) => !(key in inputs)),
    ),
    options: {
      protect: opts.protect ?? false,
      retainOnDelete: opts.retainOnDelete ?? false,
      ...(opts.import !== undefined && { import: opts.import }),
      ignoreChanges: opts.ignoreChanges ?? [],
      onError: (opts.hooks?.onError ?? []).map((hook) => hook.name),
    },
    propertyDependencies: Object.fromEntries(feeds),
    dependencies: waited.flatMap((it) => partsOf(it, made)).flatMap(urnOf),
    parent: opts.parent && urns.get(opts.parent),
    custom: pulumi.CustomResource.isInstance(resource),
  };
}

/** The resources whose outputs a value uses, at any depth. */
async function feedersOf(value: unknown): Promise<pulumi.Resource[]> {
  const output = pulumi.output(value) as unknown as {
    allResources: () => Promise<Iterable<pulumi.Resource>>;
  };
  return [...(await output.allResources())];
}

function partsOf(resource: pulumi.Resource, made: readonly Made[]): readonly pulumi.Resource[] {
  if (pulumi.CustomResource.isInstance(resource)) return [resource];
  return made.filter(({ opts }) => opts.parent === resource).flatMap((part) => partsOf(part.resource, made));
}

/** Turns an error into a refusal in the form of the engine's protocol, where the SDK reads its message. */
async function asProvider(answer: () => object | Promise<object>): Promise<object> {
  try {
    return await answer();
  } catch (error) {
    throw error instanceof Error ? Object.assign(error, { details: error.message }) : error;
  }
}

export const READ_STATE = "pulumi:pulumi:readStackResourceOutputs";

export function nothingIsThere(token: string): object {
  if (token === READ_STATE) return { outputs: {} };
  throw new Error('Status=404 Code="ResourceNotFound" Message="' + token + ' finds nothing."');
}
