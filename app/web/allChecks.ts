import type { Log } from "../log.ts";
import type { Check, Flow } from "./flow.ts";

/** What every flow looks at. One that cannot look says so itself, and hides nothing of the others. */
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
