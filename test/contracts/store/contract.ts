/** The contract of `app/ports/store.ts`, as checks that every adapter passes. Where one cannot, the suite says why. */
import { afterAll, describe, expect, test } from "vitest";
import type { Store } from "../../../app/ports/store.ts";
import { etags, partitions } from "./checks/items.ts";
import { batches, life, lists } from "./checks/many.ts";
import { changeFeed, expiry } from "./checks/time.ts";
import { Clock, storeUnderTest } from "./storeUnderTest.ts";
import { proved, type Column } from "./proofs.ts";

const CHECKS = { ...partitions, ...etags, ...expiry, ...batches, ...lists, ...changeFeed, ...life };
export type Check = keyof typeof CHECKS;
const NAMES = Object.keys(CHECKS) as Check[];

export interface DatabaseUnderTest {
  readonly column: Column;
  /** How the column is proved here; given if it is proved in several ways. */
  readonly how?: string;
  /**
   * What this database gets wrong, and why that is known. These checks run, too, and must fail, so that progress is
   * noticed.
   */
  readonly wrong?: Partial<Record<Check, string>>;
}

/** @param open opens a store that uses the clock; the suite closes it */
export function storeContract(
  database: DatabaseUnderTest,
  open: (clock: Clock) => Store | Promise<Store>,
): void {
  const verdicts = new Map<string, string>(NAMES.map((check) => [check, "FAILED"]));
  const run = async (check: Check) => {
    const clock = new Clock(new Date());
    const store = await open(clock);
    try {
      await CHECKS[check](storeUnderTest(store, clock));
    } finally {
      await store.close();
    }
  };

  describe([database.column, database.how].filter(Boolean).join(", "), () => {
    for (const check of NAMES) {
      const reason = database.wrong?.[check];
      if (reason === undefined)
        test(check, async () => {
          await run(check);
          verdicts.set(check, "yes");
        });
      else
        test(`does not hold here (${reason}): ${check}`, async () => {
          await expect(run(check)).rejects.toThrow();
          verdicts.set(check, `no: ${reason}`);
        });
    }
    afterAll(() => proved(database.column, verdicts));
  });
}

/** Notes in the table why nothing was proved in a column. */
export function notProved(column: Column, reason: string): void {
  test.skip(`${column}: ${reason}`);
  afterAll(() => proved(column, new Map(NAMES.map((check) => [check, `no: ${reason}`]))));
}
