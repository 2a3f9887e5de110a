/**
 * The same suite with two targets: what a deployment's resources are like, asked of Azure Resource Manager by their ids, of
 * the real one or of the in-memory one, and kept in one form.
 */
import { differences, type Difference } from "./compare.ts";
import type { Answer } from "./facts.ts";
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
    const url = `${target.url}${encodeURI(id)}?api-version=${apiVersion}`;
    const response = await fetch(url, {
      ...(target.token !== undefined && { headers: { authorization: `Bearer ${target.token}` } }),
      signal: AbortSignal.timeout(30_000),
    });
    const answer = answerOf(response, namedByProgram(await response.text()));
    all.set(urn, armAnswer({ method: "GET", path: id }, answer));
  }
  return all;
}

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

export interface TestStack {
  readonly environment: string;
  readonly azure: { readonly subscriptionId: string };
  readonly number?: unknown;
  readonly numbers?: string;
  readonly organization: { readonly name: string };
}

/** Says why a stack is not deployed by a test, or nothing where it may be. */
export function whyNot(stack: TestStack, subscriptionId: string): string | undefined {
  if (stack.environment !== "test")
    return `The stack is a ${stack.environment} deployment: give a stack file with "environment: test".`;
  if (stack.number !== undefined)
    return 'The stack has a "number": a test buys none. Take the key out of the stack file.';
  if (stack.numbers === "portal")
    return 'The stack says "numbers: portal", so a lock would keep it from being destroyed. Take the key out of the stack file.';
  if (stack.azure.subscriptionId.toLowerCase() !== subscriptionId.toLowerCase())
    return `The stack's "azure.subscriptionId" is not the one of AZURE_TEST_SUBSCRIPTION: make both the same, or nothing is deployed.`;
  return undefined;
}
