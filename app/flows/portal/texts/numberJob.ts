/**
 * Buys the number that an administrator asked for. The purchase can be run again at any time and anywhere, and still ends
 * with one number (decision 10), so the job is simply done again after whatever interrupts it.
 */
import { isOpen, type Handlers, type Outcome } from "../../../domain/job.ts";
import { NumberFault, type PurchaseStep, type WantedNumber } from "../../../ports/numbers.ts";
import { jobId } from "../../../records/jobs.ts";
import { isUnderWay, type Purchase } from "../../../records/numberPurchase.ts";
import { unlessUnreadable, UnreadableRecord } from "../../../records/record.ts";
import type { MayBeChange } from "../../../records/settings.ts";
import type { Tick } from "../../../web/flow.ts";
import type { PortalPicks } from "../parts.ts";

export type NumberPicks = Pick<PortalPicks, "jobs" | "log" | "numberPurchases" | "numbers">;

const DONE: Outcome = { kind: "done" };
/** The number that `pulumi up` buys, too: it texts, people can answer it, and it calls nobody. */
const TEXTS: WantedNumber = {
  countryCode: "US",
  phoneNumberType: "tollFree",
  sms: "inbound+outbound",
  calling: "none",
};
/** How soon a busy vendor is asked again at first, because somebody may be looking at the page. */
const AGAIN = { afterSeconds: 15, growsToSeconds: 300 } as const;
/** A check says that the row cannot be read; the purchase goes on once it can. */
const UNREADABLE: Outcome = { kind: "not-now", reason: "number.unreadable", ...AGAIN };
const USEFUL_MS = 86_400_000;

/** @param unverified says, together with the end of the purchase, that a number begins without the carriers' verification */
export const numberJob =
  (
    { log, numberPurchases, numbers }: NumberPicks,
    unverified: (number: string) => MayBeChange,
  ): Handlers["number"] =>
  async ({ of, signal }) => {
    const purchase = await unlessUnreadable(() => numberPurchases.read());
    if (purchase === "unreadable") return UNREADABLE;
    if (numbers === undefined || !isUnderWay(purchase) || String(purchase.run) !== of.purchase) return DONE;
    const { run, areaCode } = purchase;
    const { progress, written } = progressOf({ log, numberPurchases }, purchase);
    try {
      const wanted = { ...TEXTS, ...(areaCode !== undefined && { areaCode }) };
      const { phoneNumber } = await numbers.have(wanted, { signal, progress });
      await written();
      await numberPurchases.end(run, { how: "had", number: phoneNumber }, unverified(phoneNumber));
      return DONE;
    } catch (error) {
      // What was paid for is found again.
      if (error instanceof UnreadableRecord) return UNREADABLE;
      if (!(error instanceof NumberFault) || signal.aborted) throw error;
      await written();
      log.warn("number.not_had", { reason: error.kind });
      if (error.kind !== "busy" && error.kind !== "unfinished") {
        await numberPurchases.end(run, { how: error.kind });
        return DONE;
      }
      await numberPurchases.note(run, { trouble: error.kind });
      return { kind: "not-now", reason: "number." + error.kind, ...AGAIN };
    }
  };

/**
 * Notes each step as it is reached, one after another. A step that cannot be noted does not stop the purchase.
 */
function progressOf(
  { log, numberPurchases }: Pick<NumberPicks, "log" | "numberPurchases">,
  { run }: Purchase,
) {
  let last: PurchaseStep | undefined;
  let writing = Promise.resolve();
  return {
    progress: (step: PurchaseStep) => {
      if (step === last) return;
      last = step;
      writing = writing.then(() =>
        numberPurchases.note(run, { step }).catch((error: unknown) => {
          log.error("number.step_not_noted", error);
        }),
      );
    },
    written: () => writing,
  };
}

/** Sees to it that somebody works on the purchase. Asking twice does no harm. */
export const workOn = (
  { jobs }: Pick<NumberPicks, "jobs">,
  { run, askedAt }: Purchase,
): Promise<"added" | "known"> =>
  jobs.add({
    kind: "number",
    key: String(run),
    of: { purchase: String(run) },
    usefulUntil: new Date(askedAt.getTime() + USEFUL_MS),
  });

/**
 * A purchase whose job was never made, because its process was killed in between, gets one; one whose job was given up has
 * ended. The number is read anew by each process.
 */
export const numberTicks = (picks: NumberPicks): readonly Tick[] => [
  {
    name: "number.purchase",
    concerns: "everybody",
    everySeconds: 30,
    async run() {
      const { jobs, numberPurchases } = picks;
      const purchase = await unlessUnreadable(() => numberPurchases.read());
      if (purchase === "unreadable" || !isUnderWay(purchase)) return;
      if ((await workOn(picks, purchase)) === "added") return;
      const kept = await jobs.read(jobId("number", String(purchase.run)));
      if (kept !== undefined && !isOpen(kept.job))
        await numberPurchases.end(purchase.run, { how: "given-up" });
    },
  },
  {
    name: "number.read",
    concerns: "this-process",
    everySeconds: 10,
    run: () => picks.numberPurchases.refresh(),
  },
];
