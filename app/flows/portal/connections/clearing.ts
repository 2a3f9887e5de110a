/** Whether a production connection may be turned on, and what is still missing. */
import type { TestVisit } from "../../../records/testVisits.ts";
import type { PortalPicks } from "../parts.ts";

export type Clearing =
  /** A visit on this test connection has succeeded: from the chart, with its meeting, to the patient's tap. */
  | { readonly kind: "proved"; readonly connectionId: string; readonly at: Date }
  | { readonly kind: "tap-missing"; readonly connectionId: string; readonly openedAt: Date }
  | { readonly kind: "launch-missing" }
  | { readonly kind: "test-connection-missing" };

export async function clearingOf({
  hospital,
  testVisits,
}: Pick<PortalPicks, "hospital" | "testVisits">): Promise<Clearing> {
  const [visits, connections] = await Promise.all([testVisits.list(), hospital.connections()]);
  const proved = first(visits, "tappedAt");
  if (proved !== undefined) return { kind: "proved", connectionId: proved.id, at: proved.at };
  const opened = first(visits, "openedAt");
  if (opened !== undefined) return { kind: "tap-missing", connectionId: opened.id, openedAt: opened.at };
  const isThere = connections.some(({ environment }) => environment === "test");
  return { kind: isThere ? "launch-missing" : "test-connection-missing" };
}

/** A tap alone proves nothing that was not opened: both have to be there. */
function first(visits: readonly TestVisit[], what: "openedAt" | "tappedAt") {
  const found = visits.flatMap(({ connectionId: id, openedAt, [what]: at }) =>
    openedAt === undefined || at === undefined ? [] : [{ id, at: new Date(at) }],
  );
  return found.sort((one, other) => one.at.getTime() - other.at.getTime())[0];
}
