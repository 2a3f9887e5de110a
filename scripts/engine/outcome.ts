/** The outcome of a run of the engine, and functions that read its events. */
import type { EngineEvent, PolicyEvent, StepEventMetadata } from "@pulumi/pulumi/automation/events.js";

export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  /** The engine's events in order; empty for commands that touch no resource, such as `stack output`. */
  readonly events: readonly EngineEvent[];
}

/** The events in the engine's log, which has one line for each; a last line that was cut off is left out. */
export function eventsOf(log: string): EngineEvent[] {
  return log
    .slice(0, log.lastIndexOf("\n") + 1)
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as EngineEvent);
}

/** What was done to each resource, or would be; `op` is create, update, delete, same, replace, read, refresh and others. */
export const stepsOf = ({ events }: Outcome): StepEventMetadata[] =>
  events.flatMap(({ resOutputsEvent }) => resOutputsEvent?.metadata ?? []);

/** The steps that change something. */
export const changesOf = (outcome: Outcome): StepEventMetadata[] =>
  stepsOf(outcome).filter(({ op }) => op !== "same" && op !== "read" && op !== "refresh");

/** The violations that policies reported; one with the `enforcementLevel` mandatory refuses the run. */
export const violationsOf = ({ events }: Outcome): PolicyEvent[] =>
  events.flatMap(({ policyEvent }) => policyEvent ?? []);

/** The engine's error messages, without its color codes. */
export const errorsOf = ({ events }: Outcome): string[] =>
  events.flatMap(({ diagnosticEvent }) =>
    diagnosticEvent?.severity === "error" ? uncoloured(diagnosticEvent.message) : [],
  );

const uncoloured = (message: string) => message.replaceAll(/<\{%[^%]*%\}>/g, "").trim();
