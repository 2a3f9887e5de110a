/**
 * The same suite with two targets: what a deployment's resources are like, asked of Azure Resource Manager by their ids, of
 * the real one or of the in-memory one, and kept in one form.
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
  /** Left out where nobody asks for one. */
  readonly token?: string;
}

export interface Made {
  /** What the program calls it; the same in every deployment of one stack file. */
  readonly urn: string;
  /** As the engine's state holds it. */
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

/** What of a deployment Azure Resource Manager can be asked for, from the engine's exported state. */
export const madeIn = ({ deployment }: State): readonly Made[] =>
  (deployment?.resources ?? []).flatMap(({ urn, type, id, outputs }) =>
    type.startsWith("azure-native:") && id !== undefined
      ? [{ urn, id: id.replace(/^\/?/u, "/"), apiVersion: outputs?.azureApiVersion ?? "" }]
      : [],
  );

/** By what the program calls each, with names that end at random in the program's words: two deployments lie side by side. */
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

/** Where the in-memory Azure is wrong about what the real one answers. */
export function wrongIn(
  real: ReadonlyMap<string, Answer>,
  inMemory: ReadonlyMap<string, Answer>,
): readonly Difference[] {
  const nothing: Answer = { status: 404 };
  return [...real].flatMap(([urn, answer]) =>
    differences(lastOf(urn, "$"), answer, inMemory.get(urn) ?? nothing),
  );
}

/** The differences that nobody has accepted yet of a resource of that type, whichever deployment it is of. */
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

const OTHER_TENANT =
  'Give a copy of the stack file without it, and with another "tenant", which no deployment has: what this suite deploys, it destroys.';

/** Says why a stack is not deployed by a test, or nothing where it may be. */
export function whyNot(stack: TestStack, subscriptionId: string): string | undefined {
  if (stack.environment !== "test")
    return `The stack is a ${stack.environment} deployment: give a stack file with "environment: test".`;
  if (stack.number !== undefined) return 'The stack has a "number", and a test buys none. ' + OTHER_TENANT;
  if (stack.numbers === "portal")
    return 'The stack says "numbers: portal", so a lock would keep it from being destroyed. ' + OTHER_TENANT;
  if (stack.microsoft.registration !== undefined)
    return `The stack names a registration of the hospital's own ("microsoft.registration"). ${OTHER_TENANT}`;
  if (stack.azure.subscriptionId.toLowerCase() !== subscriptionId.toLowerCase())
    return `The stack's "azure.subscriptionId" is not the one of AZURE_TEST_SUBSCRIPTION: make both the same, or nothing is deployed.`;
  return undefined;
}

/**
 * Says which resource group of the stack's is there already, or nothing. An update takes over what is in the number's group
 * by its name, so a destroy would delete a number that somebody keeps.
 * @throws Error when Azure does not say whether a group is there
 */
export async function whatIsThere(stack: TestStack, target: Target): Promise<string | undefined> {
  const group = named("rg", { tenant: stack.tenant, environment: "test" });
  for (const name of [group, group + "-number"]) {
    const id = `/subscriptions/${stack.azure.subscriptionId}/resourceGroups/${name}`;
    const { status } = await asked(target, id, "2022-09-01");
    if (status === 200)
      return `Azure has the resource group ${name} already, which is somebody's deployment. ${OTHER_TENANT}`;
    if (status !== 404)
      throw new Error(
        `Azure does not say whether the resource group ${name} is there (it answered ${String(status)}), so nothing is deployed. Sign in as somebody who may read the subscription.`,
      );
  }
  return undefined;
}

/** What whoever signs in brings to the engine, beside the sign-in's own folder. */
const BROUGHT =
  /^(HOME|USERPROFILE|AZURE_CONFIG_DIR|ARM_.*|ACTIONS_ID_TOKEN_REQUEST_.*|EHR_READY_WITHIN_SECONDS|(HTTPS?|NO)_PROXY)$/iu;

/**
 * The engine's environment for real Azure: the sign-in of whoever runs it, plugins that are downloaded, and the program's
 * own times. The state has no secret, so its passphrase is empty.
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

/** App Service holds the app's subnet for some minutes after the site is gone. */
const DESTROYS = 4;

/**
 * Compares, and destroys whatever came of it, again where Azure still holds something.
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

/** What the last attempt said, or nothing once one succeeded. */
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
