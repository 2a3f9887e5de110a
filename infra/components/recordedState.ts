/** What the stack's state has had since the last update. */
import * as pulumi from "@pulumi/pulumi";

export interface RecordedState {
  /** Names of a type's resources, as Azure calls them. */
  names(type: string): readonly string[];
  /** When the budget began to count, as Azure has it. */
  readonly budgetStart: string | undefined;
}

/** Asks the engine, which answers from where the state is kept; before the first update there is nothing in it. */
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
