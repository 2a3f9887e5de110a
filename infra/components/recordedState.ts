/** What is in the stack's state since the last update. */
import * as pulumi from "@pulumi/pulumi";
import type { DeployedStack } from "../deployedStack.ts";

export interface RecordedState {
  /** The Azure names of all resources of a type. */
  names(type: string): readonly string[];
  /** The start of the budget, as Azure has it. */
  readonly budgetStart: string | undefined;
  /** Whose keys the store is encrypted by; undefined as long as there is no store. */
  readonly storeKeys: DeployedStack["encryption"] | undefined;
}

/** Asks the engine, which reads the state from its backend; before the first update the state is empty. */
export async function recordedState(): Promise<RecordedState> {
  const stackName = [pulumi.getOrganization(), pulumi.getProject(), pulumi.getStack()].join("/");
  const answer: unknown = await pulumi.runtime.invoke("pulumi:pulumi:readStackResourceOutputs", {
    stackName,
  });
  const all = Object.values(groupAt(answer, "outputs"));
  const budget = all.find((one) => groupOf(one)["type"] === "azure-native:consumption:Budget");
  const store = all.find((one) => groupOf(one)["type"] === "azure-native:cosmosdb:DatabaseAccount");
  const start = groupAt(groupAt(budget, "outputs"), "timePeriod")["startDate"];
  return {
    budgetStart: typeof start === "string" ? start : undefined,
    storeKeys: store === undefined ? undefined : keysOf(groupAt(store, "outputs")),
    names: (type) =>
      all
        .filter((one) => groupOf(one)["type"] === type)
        .map((one) => groupAt(one, "outputs")["name"])
        .filter((name) => typeof name === "string"),
  };
}

/** An account that has no key of a customer's may have an empty text in its place. */
const keysOf = ({
  keyVaultKeyUri: uri,
}: Readonly<Record<string, unknown>>): NonNullable<RecordedState["storeKeys"]> =>
  typeof uri === "string" && uri !== "" ? "customerKeys" : "microsoftKeys";

const groupAt = (from: unknown, key: string) => groupOf(groupOf(from)[key]);

const groupOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
