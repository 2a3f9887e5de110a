/**
 * What a launch leaves out: an appointment that cannot be read, whose visit's row cannot, or that the chart's own answers
 * contradict, takes no other one with it. But it may be the very visit that is meant, so one that is left is not opened unasked.
 */
import type { Log } from "../../log.ts";
import { endsReading, EhrFault, type ReadHint } from "../../ports/ehr.ts";
import { UnreadableRecord } from "../../records/record.ts";
import type { Fault } from "../../web/fault.ts";
import { chartProblem } from "./notRead.ts";
import type { ProviderProblem } from "./problems.ts";

/** Why one appointment is left out; a fault where its visit is in doubt. */
export type Unread = EhrFault | UnreadableRecord | Fault<ProviderProblem>;

/** Whether an error concerns the one appointment that is read, and not all that this launch reads. */
export const isOfOne = (error: unknown): error is Unread =>
  error instanceof UnreadableRecord || (error instanceof EhrFault && !endsReading(error)) || isInDoubt(error);

/** Whether it is in doubt whose the visit is, which says more than why a record cannot be read. */
export const isInDoubt = (error: unknown): boolean => chartProblem(error) === "whose-untold";

/** What `act` gives; undefined where it fails for one appointment alone, which `unread` is told. */
export async function unlessUnread<T>(
  act: () => Promise<T>,
  unread: (error: Unread) => void,
): Promise<T | undefined> {
  try {
    return await act();
  } catch (error) {
    if (!isOfOne(error)) throw error;
    unread(error);
    return undefined;
  }
}

/** The appointments of one look that may be visits of today and could not be read, by their ids. */
export class LeftOut {
  readonly #unread = new Map<string, Unread>();
  /** Those that the encounter names, of which nothing else is known. */
  readonly #named = new Set<string>();
  /** Those that a search shows as this patient's visits of today, while their own records are not shown, or say another's. */
  readonly #contradicted = new Set<string>();
  #isUnshown = false;

  add(id: string, error: Unread): void {
    this.#unread.set(id, error);
  }

  addNamed(ids: readonly string[]): void {
    for (const id of ids) this.#named.add(id);
  }

  addContradicted(id: string): void {
    this.#contradicted.add(id);
  }

  /** The chart shows nothing of a time of today. */
  addUnshown(): void {
    this.#isUnshown = true;
  }

  /** It was read after all, by another way. */
  wasRead(id: string): void {
    this.#unread.delete(id);
    this.#named.delete(id);
    this.#contradicted.delete(id);
  }

  /** A search shows these, so what they are is known. */
  wereShown(ids: readonly string[]): void {
    for (const id of ids) this.#named.delete(id);
  }

  /** Whether another visit than those that were read may be the one that is meant. */
  get mayBeMeant(): boolean {
    return this.#unread.size > 0 || this.#named.size > 0 || this.#isUnshown || this.isContradicted;
  }

  /** Whether the chart shows one in its search that it does not show by itself. */
  get isContradicted(): boolean {
    return this.#contradicted.size > 0;
  }

  /** Why there is nothing, where nothing else is left. */
  get first(): Unread | undefined {
    return [...this.#unread.values()][0];
  }

  hints(): readonly ReadHint[] {
    const count = this.#unread.size + this.#contradicted.size;
    return count === 0 ? [] : [{ kind: "entries-skipped", count, fields: [] }];
  }

  log(log: Log, connection: string): void {
    for (const error of this.#unread.values())
      log.error("visit.left_out", error, { connection, reason: chartProblem(error) ?? "record-unreadable" });
    if (this.isContradicted)
      log.warn("visit.left_out", { connection, reason: "contradicted", count: this.#contradicted.size });
  }
}
