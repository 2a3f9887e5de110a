/** The contract of `app/ports/queue.ts`, as checks that every adapter passes. Where one cannot, its test file says why. */
import { describe, expect, test } from "vitest";
import { CHECKS, type Check } from "./checks.ts";
import type { QueueUnderTest } from "./queueUnderTest.ts";

export interface ServiceUnderTest {
  readonly where: string;
  /** What cannot be proved here, or what this queue gets wrong, and why that is known. */
  readonly not?: Partial<Record<Check, string>>;
}

/** @param open opens a queue without any message, also without a buried one; the suite closes it */
export function queueContract(
  { where, not = {} }: ServiceUnderTest,
  open: () => Promise<QueueUnderTest>,
): void {
  describe(where, () => {
    for (const check of Object.keys(CHECKS) as Check[]) {
      const reason = not[check];
      if (reason !== undefined) test.skip(`${check} (not here: ${reason})`);
      else
        test(check, async () => {
          const subject = await open();
          try {
            expect(await subject.queue.receive(32, 1)).toEqual([]);
            await CHECKS[check](subject);
          } finally {
            await subject.queue.close();
          }
        });
    }
  });
}
