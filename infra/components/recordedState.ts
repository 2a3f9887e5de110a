/** What is in the stack's state since the last update. */
import * as pulumi from "@pulumi/pulumi";

export interface RecordedState {
  /** The Azure names of all resources of a type. */
  names(type: string): readonly string[];
  /** The start of the budget, as Azure has it. */
  readonly budgetStart: string | undefined;
}

/** Asks the engine, which reads the state from its backend; before the first update the state is empty. */
export async function recordedState(): Promise<RecordedState> {
  const stackName = [pulumi.getOrganization(), pulumi.getProject(), pulumi.getStack()].join("/");
  const answer: unknown = await pulumi.runtime.invoke("pulumi:pulumi:readStackResourceOutputs", {
    stackName,
  });
  const all = Object.values(groupAt(answer, "outputs"));
  const budget = all.find((one) => groupOf(one)["type"] === "azure-native:consumption:Budget");
  const start = groupAt(groupAt(budget, "outputs"), "timePeriod")["startDate"];
  return {
    budgetStart: typeof start === "string" ? start : undefined,
    names: (type) =>
      all
        .filter((one) => groupOf(one)["type"] === type)
        .map((one) => groupAt(one, "outputs")["name"])
        .filter((name) => typeof name === "string"),
  };
}

const groupAt = (from: unknown, key: string) => groupOf(groupOf(from)[key]);

const groupOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
