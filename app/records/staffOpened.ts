/**
 * Records that an account has opened a visit as staff. From this the reports tell staff from a patient who is an employee,
 * too.
 */
import type { KnownVisit } from "../domain/visit.ts";
import type { Log } from "../log.ts";
import type { Presences } from "./presences.ts";
import { isNotToBeHad } from "./record.ts";

interface Picks {
  readonly log: Log;
  readonly presences: Pick<Presences, "staffCame">;
}

/** Never rejects, so that nobody is kept out of a visit because this cannot be recorded. */
export async function staffOpened(
  { log, presences }: Picks,
  visit: Pick<KnownVisit, "id" | "end" | "kind">,
  account: string,
): Promise<void> {
  if (visit.kind !== "appointment") return;
  try {
    await presences.staffCame(visit, account);
  } catch (error) {
    if (!isNotToBeHad(error)) throw error;
    log.error("visit.staff_not_noted", error);
  }
}
