/** Decides whether a production connection may be turned on, and what is still missing. */
import { fhirBaseUrl } from "../../../domain/fhirBaseUrl.ts";
import type { PortalConnection } from "../../../records/portalConnections.ts";
import type { TestVisit } from "../../../records/testVisits.ts";
import { formatDay } from "../../../web/time.ts";
import type { PortalPicks } from "../parts.ts";
import { promotedBy } from "./promoted.ts";

export type Clearing =
  /** A visit on this test connection has succeeded: from the chart, with its meeting, to the patient's tap. */
  | { readonly kind: "proved"; readonly connectionId: string; readonly at: Date }
  /** The test deployment vouches for the package that runs here. */
  | { readonly kind: "promoted"; readonly stack: string; readonly record: string; readonly at: Date }
  | (Missing & {
      /** Why no promotion clears it either; absent where the stack trusts no test deployment. */
      readonly notPromoted?: string;
    });
type Missing =
  | { readonly kind: "tap-missing"; readonly connectionId: string; readonly openedAt: Date }
  | { readonly kind: "launch-missing" }
  | { readonly kind: "test-connection-missing" };
export type Cleared = Exclude<Clearing, Missing>;

type Picks = Pick<
  PortalPicks,
  "connectionSettings" | "formerAddresses" | "hospital" | "log" | "tested" | "testVisits"
>;

/**
 * A production connection is cleared by a visit on a test connection of this deployment, or by what its test deployment
 * proves.
 */
export async function clearingOf(picks: Picks): Promise<Clearing> {
  const here = await visitedHere(picks);
  if (here.kind === "proved") return here;
  const promoted = await promotedBy(picks);
  if (promoted === undefined) return here;
  return "why" in promoted
    ? { ...here, notPromoted: promoted.why }
    : { kind: "promoted", stack: promoted.stack, record: promoted.record, at: promoted.at };
}

export const isCleared = (clearing: Clearing): clearing is Cleared =>
  clearing.kind === "proved" || clearing.kind === "promoted";

/** What cleared it, in the form in which the connection keeps it. */
export const keptOf = (cleared: Cleared) => {
  const at = cleared.at.toISOString();
  return cleared.kind === "proved"
    ? ({ by: "visit", connectionId: cleared.connectionId, at } as const)
    : ({ by: "promotion", stack: cleared.stack, record: cleared.record, at } as const);
};

/**
 * Whether a visit on a test connection of this deployment has succeeded. What was noted for a connection whose chart system
 * is, or was, a production one proves no test, least of all for that connection itself: neither under the id that it had,
 * nor under another one.
 */
async function visitedHere(picks: Picks): Promise<Missing | Extract<Clearing, { kind: "proved" }>> {
  const { connectionSettings, formerAddresses, hospital, testVisits } = picks;
  const [noted, connections, settings, former] = await Promise.all([
    testVisits.list(),
    hospital.connections(),
    connectionSettings.list(),
    formerAddresses.list(),
  ]);
  const had = [
    ...connections,
    ...settings.map(({ id, value }) => ({ id, environment: value.environment, fhirBaseUrl: urlOf(value) })),
    ...former.map((address) => ({ ...address, id: address.connectionId })),
  ];
  const isProduction = ({ environment }: (typeof had)[number]) => environment === "production";
  const urls = new Set<string>(had.filter(isProduction).map((one) => one.fhirBaseUrl));
  // Whoever deploys may declare it a test system, if somebody had called it production by mistake.
  for (const one of hospital.stackConnections) if (!isProduction(one)) urls.delete(one.fhirBaseUrl);
  const production = new Set(
    had.filter((one) => isProduction(one) || urls.has(one.fhirBaseUrl)).map(({ id }) => id),
  );
  const visits = noted.filter(({ connectionId }) => !production.has(connectionId));
  const proved = first(visits, "tappedAt");
  if (proved !== undefined) return { kind: "proved", connectionId: proved.id, at: proved.at };
  const opened = first(visits, "openedAt");
  if (opened !== undefined) return { kind: "tap-missing", connectionId: opened.id, openedAt: opened.at };
  const isThere = connections.some(({ environment }) => environment === "test");
  return { kind: isThere ? "launch-missing" : "test-connection-missing" };
}

/** The canonical base URL: two that are only written differently are the same chart system. */
function urlOf({ fhirBaseUrl: text }: PortalConnection): string {
  const verdict = fhirBaseUrl(text, { loopback: true });
  return verdict.ok ? verdict.url : text;
}

/** The earliest of these times. A tap of a visit that was not opened proves nothing: there must be both. */
function first(visits: readonly TestVisit[], what: "openedAt" | "tappedAt") {
  const found = visits.flatMap(({ connectionId: id, openedAt, [what]: at }) =>
    openedAt === undefined || at === undefined ? [] : [{ id, at: new Date(at) }],
  );
  return found.sort((one, other) => one.at.getTime() - other.at.getTime())[0];
}

export const dayOf = (date: Date) => formatDay(date, "UTC") + " (UTC)";

/** The administrator's next step. */
export function nextOf(clearing: Clearing): string {
  switch (clearing.kind) {
    case "proved":
      return `A visit on ${clearing.connectionId} has succeeded: turn this connection on, on its page.`;
    case "promoted":
      return `The test deployment ${clearing.stack} vouches for the package that runs here: turn this connection on, on its page.`;
    case "test-connection-missing":
      return "Add a connection to a test domain.";
    case "launch-missing":
      return "Open a video visit from a chart of the test domain, as a clinician.";
    case "tap-missing":
      return `A visit on ${clearing.connectionId} was opened, ${dayOf(clearing.openedAt)}. Copy the patient’s link from its page, and open it as the patient.`;
  }
}
