/**
 * The one schema of stack settings: what a hospital writes under `teams-ehr-connector:connector` in
 * `stacks/Pulumi.<stack>.yaml`. Plain types and validation; the Pulumi program, the rehearsal and `npm start` all read
 * a stack through {@link parseStack}.
 */
import type { z } from "zod";
import { deploymentFaults } from "./stack/deploymentFaults.ts";
import { hospitalFaults } from "../app/domain/hospitalFaults.ts";
import { messagingFaults } from "./stack/messagingFaults.ts";
import { stackSchema, type StackSettings } from "./stack/schema.ts";
import { clientsOf } from "../app/domain/hospital.ts";
import { vaultKeyFaults } from "../app/domain/vaultKeyNames.ts";
import { inWords } from "../app/domain/issueWords.ts";

export { stackSchema };
export type { StackSettings, StackSettingsInput } from "./stack/schema.ts";

/** The configuration key, as Pulumi writes it: the project's name, a colon, our one key. */
export const STACK_KEY = "teams-ehr-connector:connector";

export type StackVerdict =
  | { readonly ok: true; readonly stack: StackSettings }
  | { readonly ok: false; readonly faults: readonly string[] };

/** Parses what stands under {@link STACK_KEY}. Each fault is a sentence that starts with the key it is about. */
export function parseStack(value: unknown): StackVerdict {
  const parsed = stackSchema.safeParse(value, { error: inWords });
  if (!parsed.success) return { ok: false, faults: parsed.error.issues.flatMap(sentences) };
  const faults = crossFaults(parsed.data);
  return faults.length > 0 ? { ok: false, faults } : { ok: true, stack: parsed.data };
}

/** Rules that no single key can check alone. */
function crossFaults(stack: StackSettings): string[] {
  return [
    ...hospitalFaults(stack),
    ...vaultKeyFaults(stack.connections ?? []),
    ...deploymentFaults(stack),
    ...messagingFaults(stack),
  ];
}

function sentences(issue: z.core.$ZodIssue): string[] {
  const key = issue.path.reduce<string>(
    (path, part) =>
      typeof part === "number"
        ? path + "[" + String(part) + "]"
        : path === ""
          ? String(part)
          : path + "." + String(part),
    "",
  );
  if (issue.code === "unrecognized_keys")
    return issue.keys.map(
      (name) => (key === "" ? name : key + "." + name) + ": is not a setting; see stacks/README.md",
    );
  return [(key === "" ? STACK_KEY : key) + ": " + issue.message];
}

/** What a stack expects in its vault: a deployment makes the keys; the secrets are put there by a person. */
export interface VaultNames {
  readonly keys: readonly { readonly name: string; readonly kind: "RSA" | "EC" }[];
  readonly secrets: readonly string[];
}

export function vaultNames(stack: StackSettings): VaultNames {
  const ways = (stack.connections ?? []).flatMap(clientsOf).map(({ authentication }) => authentication);
  const keys = ways.flatMap((way) => (way.method === "private_key_jwt" ? [way] : []));
  const secrets = ways.flatMap((way) => (way.method === "client_secret_basic" ? [way.secret] : []));
  return {
    keys: [...new Map(keys.map(({ key, algorithm }) => [key, algorithm]))].map(([name, algorithm]) => ({
      name,
      kind: algorithm === "RS384" ? ("RSA" as const) : ("EC" as const),
    })),
    secrets: [...new Set(secrets)],
  };
}
