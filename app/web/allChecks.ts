import type { Log } from "../log.ts";
import type { Check, Flow } from "./flow.ts";
import { shared } from "./shared.ts";

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

/** Whoever watches from outside asks every few seconds. */
const NAMES_GOOD_FOR_MS = 60_000;
const NAMED_WITHIN_MS = 1_000;

/** The names of what is not well, as the portal's pages tell them, for a program; undefined where that takes too long. */
export function namesOfWrong(
  now: () => Date,
  checks: () => Promise<readonly Check[]>,
): () => Promise<readonly string[] | undefined> {
  const looked = shared(NAMES_GOOD_FOR_MS, now, async () => {
    const wrong = (await checks()).filter(({ fault, isWarning }) => fault !== undefined && !isWarning);
    return [...new Set(wrong.map(({ name }) => name))].sort();
  });
  return async () => {
    const late = Promise.withResolvers<undefined>();
    const timer = setTimeout(() => {
      late.resolve(undefined);
    }, NAMED_WITHIN_MS);
    try {
      return await Promise.race([looked(), late.promise]);
    } finally {
      clearTimeout(timer);
    }
  };
}
