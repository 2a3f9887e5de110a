/** What differs between a stack's state and Azure. */
import * as z from "zod";
import { ExplainedError } from "../local/stackFile.ts";
import { changesOf, errorsOf, type Outcome } from "../engine/outcome.ts";
import type { OwnStack } from "../engine/ownStack.ts";
import { Unanswered, type Ask } from "../preflight/finding.ts";
import type { Stored } from "../storedPackages.ts";
import { shown, type Difference } from "./difference.ts";
import type { Look } from "./look.ts";
import { LOOKS } from "./looks.ts";

export interface Drift {
  readonly stack: string;
  readonly differences: readonly Difference[];
  /** What could not be read, each with the reason. */
  readonly unknown: readonly { readonly about: string; readonly why: string }[];
}

const stateSchema = z.object({
  deployment: z.object({
    resources: z
      .array(
        z.object({
          urn: z.string(),
          type: z.string(),
          id: z.string().default(""),
          inputs: z.record(z.string(), z.unknown()).default({}),
        }),
      )
      .default([]),
  }),
});

export interface Looking {
  readonly stack: string;
  readonly own: Pick<OwnStack, "refreshed" | "state">;
  readonly azure: Ask;
  readonly graph: Ask;
  /** Asks Azure's management by POST. */
  readonly listing: Ask;
  readonly stored: Stored;
}

/** @throws ExplainedError when the engine cannot look */
export async function drift({ stack, own, ...asked }: Looking): Promise<Drift> {
  const state = stateSchema.parse(JSON.parse((await succeeded(own.state())).stdout));
  const { resources } = state.deployment;
  const seen = differencesIn(await succeeded(own.refreshed()));
  const differences = [...seen];
  const unknown: Drift["unknown"][number][] = [];
  for (const look of LOOKS) {
    try {
      differences.push(...unseen(await look.differences(resources, asked), seen));
    } catch (error) {
      unknown.push({ about: look.about, why: whyUnknown(look, error) });
    }
  }
  return { stack, differences, unknown };
}

/** What the refresh has not named already, property by property. */
function unseen(found: readonly Difference[], seen: readonly Difference[]): Difference[] {
  return found.flatMap((one) => {
    const named = seen.filter(({ resource }) => resource === one.resource).flatMap(({ names }) => names);
    const names = one.names.filter((name) => !named.includes(name));
    return names.length === 0 ? [] : [{ ...one, names }];
  });
}

async function succeeded(running: Promise<Outcome>): Promise<Outcome> {
  const outcome = await running;
  if (outcome.code === 0) return outcome;
  const said = [...errorsOf(outcome), outcome.stderr.trim()].filter((line) => line !== "").join("\n");
  throw new ExplainedError(
    `Pulumi could not look. Sign in to its state (pulumi login) and to Azure (az login), and see that the stack is there (pulumi stack ls).\n${said.slice(0, 2000)}`,
  );
}

const UP = "whoever runs pulumi up: pulumi up --refresh --policy-pack infra/policy puts it back";
const WHAT = { update: "changed", delete: "gone", create: "added" } as const;

/** The differences that the engine's own refresh would write to the state. */
export function differencesIn(refreshed: Outcome): Difference[] {
  return changesOf(refreshed).flatMap((step) => {
    const what = step.op in WHAT ? WHAT[step.op as keyof typeof WHAT] : "changed";
    // A component has no properties of its own.
    if (/^(pulumi|ehr:components):/u.test(step.type)) return [];
    const names = Object.keys(step.detailedDiff ?? {});
    return [
      {
        resource: shown(step.urn, step.type),
        what,
        names: names.length > 0 ? names : (step.diffs ?? []),
        next: UP,
      },
    ];
  });
}

function whyUnknown({ about }: Look, error: unknown): string {
  if (error instanceof Unanswered) return error.message;
  if (error instanceof z.ZodError) return "the answer has another form than Microsoft's documents say";
  throw new Error("cannot look at " + about, { cause: error });
}

/** 0: nothing differs, and everything was read. 1: something differs. 2: not everything could be read. */
export const exitCode = ({ differences, unknown }: Drift): 0 | 1 | 2 =>
  differences.length > 0 ? 1 : unknown.length > 0 ? 2 : 0;
