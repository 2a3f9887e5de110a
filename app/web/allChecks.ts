/** All checks of every flow. A flow that cannot check reports that itself, and the checks of the others are still given. */
import type { Log } from "../log.ts";
import type { Check, Flow } from "./flow.ts";

export const allChecks =
  (flows: readonly Pick<Flow, "checks">[], log: Log) => async (): Promise<readonly Check[]> => {
    const looked = flows.map((flow) =>
      flow.checks().catch((error: unknown): readonly Check[] => {
        log.error("checks.failed", error);
        return [{ name: "checks", fault: "a part of them failed" }];
      }),
    );
    return (await Promise.all(looked)).flat();
  };
