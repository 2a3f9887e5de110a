/** Checks that must hold for the program with every stack that can be deployed. */
import { beforeAll, describe, expect, test } from "vitest";
import { readSettings } from "../../app/config/readSettings.ts";
import { parseStack } from "../../infra/stack.ts";
import type { DeployedStack } from "../../infra/deployedStack.ts";
import { judge } from "./policy/judge.ts";
import { asJudged, one, type Recorded } from "./components/recorded.ts";
import { clientOf } from "./sampleStacks.ts";
import { wholeProgram, type Program } from "./wholeProgram.ts";

export type NamedStack = readonly [name: string, stack: Record<string, unknown>];

export const settingsOf = (all: readonly Recorded[], type = "azure-native:web:WebAppApplicationSettings") =>
  one(all, type).inputs["properties"] as Readonly<Record<string, string>>;

const hasRegistration = ({ microsoft }: Record<string, unknown>) =>
  typeof microsoft === "object" && microsoft !== null && "registration" in microsoft;

export function holdsFor(stacks: readonly NamedStack[]): void {
  describe.each(stacks)("%s", (_name, stack) => {
    let up: Program;
    let preview: Program;
    beforeAll(async () => {
      const client = clientOf(stack);
      up = await wholeProgram(stack, { client });
      preview = await wholeProgram(stack, { client, preview: true });
    });

    test("passes every policy", async () => {
      expect(await judge(asJudged(up.resources), saidIn(stack))).toEqual([]);
    });

    test("is decided in a first preview already", async () => {
      expect(await judge(asJudged(preview.resources), saidIn(stack))).toEqual([]);
    });

    test("gives the connector settings that it can start with", () => {
      const settings = readSettings({ ...settingsOf(up.resources), PORT: "8080" });
      expect(settings).toMatchObject({ tenant: stack["tenant"], store: { kind: "cosmos" }, worker: true });
    });

    test("shows in a preview every setting that does not depend on something new", () => {
      const unknown = Object.entries(settingsOf(preview.resources)).filter(
        ([, value]) => typeof value !== "string",
      );
      expect(unknown.map(([name]) => name).sort()).toEqual(
        [
          "COMMUNICATION_ENDPOINT",
          "COMMUNICATION_MAIL_SENDER",
          ...(stack["number"] !== undefined ? ["COMMUNICATION_NUMBER"] : []),
          ...(stack["publicHost"] === undefined ? ["CONNECTOR_PUBLIC_URL"] : []),
          "CONNECTOR_REVISION",
          "IDENTITY_CLIENT_ID",
          ...(hasRegistration(stack) ? [] : ["MICROSOFT_CLIENT_ID"]),
          "QUEUE_ENDPOINT",
          "STORE_COSMOS_ENDPOINT",
          "VAULT_URL",
          "WEBSITE_RUN_FROM_PACKAGE",
          "WEBSITE_RUN_FROM_PACKAGE_BLOB_MI_RESOURCE_ID",
        ].sort(),
      );
    });
  });
}

function saidIn(stack: unknown): DeployedStack {
  const read = parseStack(stack);
  if (!read.ok) throw new Error(read.faults.join("\n"));
  return read.stack as DeployedStack;
}
