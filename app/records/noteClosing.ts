/** Notes with a visit that was found in a chart whether staff have closed its links before its start. */
import { withClosing } from "../domain/found.ts";
import type { VisitId } from "../domain/linkToken.ts";
import type { FoundVisits } from "./foundVisits.ts";
import type { Visits } from "./visits.ts";

/** For whoever has closed the links of a visit, or opened them again. It does nothing where the visit was never found. */
export async function noteClosing(
  { foundVisits, visits }: { readonly foundVisits: FoundVisits; readonly visits: Visits },
  id: VisitId,
): Promise<void> {
  const visit = await visits.byId(id);
  if (visit !== undefined) await foundVisits.edit(id, (found) => ({ found: withClosing(found, visit) }));
}
