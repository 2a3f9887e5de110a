/** Runs the whole program with a stack, without an engine, and records all resources and outputs. */
import type * as pulumi from "@pulumi/pulumi";
import { vi } from "vitest";
import {
  nothingIsThere,
  recordAll,
  valueOf,
  type Recorded,
  type RecordOptions,
} from "./components/recorded.ts";
import { lamnaTest } from "./stacks.ts";

export interface Program {
  readonly resources: readonly Recorded[];
  readonly outputs: Readonly<Record<string, unknown>>;
}

/** The usual sign-in. */
export const signedIn = {
  subscriptionId: lamnaTest.azure.subscriptionId,
  tenantId: lamnaTest.microsoft.tenantId,
};

/** @throws the program's refusal */
export async function wholeProgram(
  stack: unknown,
  { client = signedIn, ...options }: RecordOptions & { readonly client?: object } = {},
): Promise<Program> {
  vi.resetModules();
  let outputs: Readonly<Record<string, unknown>> = {};
  const resources = await recordAll(
    stack,
    async () => {
      outputs = await import("../../infra/index.ts");
    },
    {
      call: (token) =>
        token === "azure-native:authorization:getClientConfig" ? client : nothingIsThere(token),
      ...options,
    },
  );
  return { resources, outputs };
}

export const outputOf = (program: Program, name: string): Promise<unknown> =>
  valueOf(program.outputs[name] as pulumi.Output<unknown>);
