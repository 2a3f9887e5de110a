/** A line for each step: on a terminal it appears when the step begins, elsewhere when it has ended. */
import type { StepDone } from "../../infra/rehearsal/visit/steps.ts";

export function progress(output: NodeJS.WriteStream): (name: string, done?: StepDone) => void {
  const isTerminal = output.isTTY;
  return (name, done) => {
    if (done === undefined) {
      if (isTerminal) output.write("       … " + name);
      return;
    }
    const time = (done.milliseconds / 1000).toFixed(1).padStart(6) + " s";
    const mark = done.ok ? "ok " : "NO ";
    const told = done.ok && done.told !== undefined ? " (" + done.told + ")" : "";
    output.write((isTerminal ? "\r\u001b[2K" : "") + [time, mark, name + told].join(" ") + "\n");
  };
}
