/**
 * Reads a deployment's resources from Azure Resource Manager by their ids, be it the real one or the in-memory one, and
 * records both in the same form.
 */
import { named } from "../../app/domain/resourceNames.ts";
import type { Outcome } from "../../scripts/engine/outcome.ts";
import { acceptedAnywhere, coversAny, readAccepted } from "./accepted.ts";
import { kindAt } from "./armStandIn.ts";
import { differences, type Difference } from "./compare.ts";
import { type Answer, factsOf } from "./facts.ts";
import { answerOf, armAnswer } from "./record.ts";

export interface Target {
  /** Origin of Azure Resource Manager. */
  readonly url: string;
  /** Left out for a target that asks for no token. */
  readonly token?: string;
}

export interface Made {
  /** The resource's URN, which is the same in every deployment of a stack file. */
  readonly urn: string;
  /** The resource's id in the engine's state. */
  readonly id: string;
  readonly apiVersion: string;
}

interface State {
  readonly deployment?: {
    readonly resources?: readonly {
      readonly urn: string;
      readonly type: string;
      readonly id?: string;
      readonly outputs?: { readonly azureApiVersion?: string };
    }[];
  };
}

/** The resources of the engine's exported state for which Azure Resource Manager can be asked. */
export const madeIn = ({ deployment }: State): readonly Made[] =>
  (deployment?.resources ?? []).flatMap(({ urn, type, id, outputs }) =>
    type.startsWith("azure-native:") && id !== undefined
      ? [{ urn, id: id.replace(/^\/?/u, "/"), apiVersion: outputs?.azureApiVersion ?? "" }]
      : [],
  );

/** The answers by URN. Names that end at random are replaced by the program's, so that two deployments can be compared. */
export async function recordAll(made: readonly Made[], target: Target): Promise<ReadonlyMap<string, Answer>> {
  const all = new Map<string, Answer>();
  const names = made.map(({ urn, id }) => [lastOf(id, "/"), `{${lastOf(urn, "::")}}`] as const);
  const namedByProgram = (text: string) =>
    names
      .filter(([name]) => /\w{8}$/u.test(name))
      .reduce((said, [name, word]) => said.replaceAll(name, word), text);
  for (const { urn, id, apiVersion } of made) {
    const response = await asked(target, id, apiVersion);
    const answer = answerOf(response, namedByProgram(await response.text()));
    all.set(urn, armAnswer({ method: "GET", path: id }, answer));
  }
  return all;
}

const asked = ({ url, token }: Target, id: string, apiVersion: string): Promise<Response> =>
  fetch(`${url}${encodeURI(id)}?api-version=${apiVersion}`, {
    ...(token !== undefined && { headers: { authorization: `Bearer ${token}` } }),
    signal: AbortSignal.timeout(30_000),
  });

const lastOf = (text: string, separator: string): string => text.split(separator).at(-1) ?? "";

/** The differences between what the real Azure and the in-memory one answer. */
export function wrongIn(
  real: ReadonlyMap<string, Answer>,
  inMemory: ReadonlyMap<string, Answer>,
): readonly Difference[] {
  const nothing: Answer = { status: 404 };
  return [...real].flatMap(([urn, answer]) =>
    differences(lastOf(urn, "$"), answer, inMemory.get(urn) ?? nothing),
  );
}

/** The differences of a resource of that type that are not accepted for any deployment. */
export async function newsIn(
  wrong: readonly Difference[],
  made: readonly Made[],
): Promise<readonly Difference[]> {
  const where = acceptedAnywhere(await readAccepted());
  const tokenAt = (id: string) => kindAt(id)?.token;
  const facts = (await factsOf("arm")).map(([name, { request }]) => [name, tokenAt(request.path)] as const);
  return wrong.filter((difference) => {
    const own = made.find(({ urn }) => lastOf(urn, "$") === difference.fact);
    const token = own && tokenAt(own.id);
    const alike = facts.flatMap(([name, of]) => (of === token ? [name] : []));
    return !coversAny(where, alike, difference);
  });
}

export interface TestStack {
  readonly tenant: string;
  readonly environment: string;
  readonly azure: { readonly subscriptionId: string };
  readonly microsoft: { readonly registration?: unknown };
  readonly number?: unknown;
  readonly numbers?: string | undefined;
}

const ANOTHER_STACK_FILE =
  'Give a copy of the stack file without it, and with another "tenant", which no deployment has: what this suite deploys, it destroys.';

/** Why the test does not deploy a stack; undefined if it may. */
export function whyNot(stack: TestStack, subscriptionId: string): string | undefined {
  if (stack.environment !== "test")
    return `The stack is a ${stack.environment} deployment: give a stack file with "environment: test".`;
  if (stack.number !== undefined)
    return 'The stack has a "number", and a test buys none. ' + ANOTHER_STACK_FILE;
  if (stack.numbers === "portal")
    return (
      'The stack says "numbers: portal", so a lock would keep it from being destroyed. ' + ANOTHER_STACK_FILE
    );
  if (stack.microsoft.registration !== undefined)
    return `The stack names a registration of the hospital's own ("microsoft.registration"). ${ANOTHER_STACK_FILE}`;
  if (stack.azure.subscriptionId.toLowerCase() !== subscriptionId.toLowerCase())
    return `The stack's "azure.subscriptionId" is not the one of AZURE_TEST_SUBSCRIPTION: make both the same, or nothing is deployed.`;
  return undefined;
}

/**
 * A sentence about a resource group of the stack that exists already; undefined if none does. An update adopts what is in
 * the number's group, so a later destroy would delete a number that somebody needs.
 * @throws Error when Azure does not say whether a group is there
 */
export async function existingGroup(stack: TestStack, target: Target): Promise<string | undefined> {
  const group = named("rg", { tenant: stack.tenant, environment: "test" });
  for (const name of [group, group + "-number"]) {
    const id = `/subscriptions/${stack.azure.subscriptionId}/resourceGroups/${name}`;
    const { status } = await asked(target, id, "2022-09-01");
    if (status === 200)
      return `Azure has the resource group ${name} already, which is somebody's deployment. ${ANOTHER_STACK_FILE}`;
    if (status !== 404)
      throw new Error(
        `Azure does not say whether the resource group ${name} is there (it answered ${String(status)}), so nothing is deployed. Sign in as somebody who may read the subscription.`,
      );
  }
  return undefined;
}

/** The environment variables of a sign-in that are passed on to the engine, besides the sign-in's folder. */
const BROUGHT =
  /^(HOME|USERPROFILE|AZURE_CONFIG_DIR|ARM_.*|ACTIONS_ID_TOKEN_REQUEST_.*|EHR_READY_WITHIN_SECONDS|(HTTPS?|NO)_PROXY)$/iu;

/**
 * The engine's environment for real Azure, with the sign-in of the person who runs the test. Plugins are downloaded. The
 * state holds no secret, so its passphrase is empty.
 * @param backend where the state is kept, which outlives the workspace
 */
export const realEnvironment = (
  surroundings: Readonly<Record<string, string | undefined>>,
  backend: string,
): Record<string, string> => ({
  ...Object.fromEntries(
    Object.entries(surroundings).flatMap(([name, value]) =>
      value !== undefined && BROUGHT.test(name) ? [[name, value] as const] : [],
    ),
  ),
  PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "false",
  PULUMI_BACKEND_URL: backend,
  PULUMI_CONFIG_PASSPHRASE: "",
});

/** How often destroying is tried: App Service holds the subnet for some minutes after the site is deleted. */
const DESTROYS = 4;

/**
 * Compares, and then destroys the deployment in any case, repeatedly while Azure still holds something.
 * @param left says where the stack's state is and what to do with it, where it could not be destroyed
 * @throws what comparing threw, and what could not be destroyed beside it
 */
export async function andDestroyed(
  comparing: () => Promise<void>,
  destroy: () => Promise<Outcome>,
  waited: () => Promise<unknown>,
  left: string,
): Promise<void> {
  const [compared] = await Promise.allSettled([comparing()]);
  const remains = await untilDestroyed(destroy, waited);
  const faults: unknown[] = compared.status === "rejected" ? [compared.reason] : [];
  if (remains !== undefined)
    faults.push(new Error(`The stack is not destroyed, and costs money. ${left}\n${remains}`));
  if (faults.length === 1) throw faults[0];
  if (faults.length > 1) throw new AggregateError(faults, faults.map(String).join("\n"));
}

/** The last attempt's error; undefined if one succeeded. */
async function untilDestroyed(
  destroy: () => Promise<Outcome>,
  waited: () => Promise<unknown>,
): Promise<string | undefined> {
  for (let attempt = 1; ; attempt++) {
    const { code, stdout, stderr } = await destroy();
    if (code === 0) return undefined;
    if (attempt === DESTROYS) return stdout.slice(-4000) + stderr;
    await waited();
  }
}
