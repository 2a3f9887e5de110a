/**
 * The chart systems that are or were connected: each may be connected only once, and one that was production stays
 * production.
 */
import { fhirBaseUrl as judgedUrl } from "../../../domain/fhirBaseUrl.ts";
import type { Connection } from "../../../domain/hospital.ts";
import type { FieldFaults } from "../fields.ts";
import type { PortalPicks } from "../parts.ts";

type Picks = Pick<PortalPicks, "connectionSettings" | "environment" | "formerAddresses" | "hospital">;

/** Whether two addresses mean the same chart system, however they are written. */
export function areSame(one: string, other: string, loopback: boolean): boolean {
  return one === other || (canonical(one, loopback) ?? one) === canonical(other, loopback);
}

function canonical(url: string, loopback: boolean): string | undefined {
  const verdict = judgedUrl(url, { loopback });
  return verdict.ok ? verdict.url : undefined;
}

/**
 * Why the base URL cannot be used any more: since the change was judged, another connection has taken it, or it has been
 * production. Undefined if neither is so.
 */
export async function takenSince(
  picks: Pick<Picks, "connectionSettings" | "environment" | "formerAddresses" | "hospital">,
  id: string,
  after: Pick<Connection, "fhirBaseUrl" | "environment">,
): Promise<string | undefined> {
  const { fhirBaseUrl } = after;
  const others = (await everyOther(picks, id)).filter((other) => other.id !== id);
  const taken = duplicateFaults({ id, fhirBaseUrl }, others, picks.environment === "local").fhirBaseUrl;
  return taken ?? (await productionFaults(picks, after)).environment;
}

interface Other {
  readonly id: string;
  readonly name: string;
  readonly fhirBaseUrl: string;
  readonly owner: "the stack file" | "the portal";
}

export async function everyOther(
  { hospital, connectionSettings }: Pick<Picks, "connectionSettings" | "hospital">,
  own: string | undefined,
): Promise<readonly Other[]> {
  const ofPortal = await connectionSettings.list();
  return [
    ...hospital.stackConnections.map((each) => ({ ...each, owner: "the stack file" as const })),
    ...ofPortal
      .filter(({ id }) => id !== own)
      .map(({ id, value }) => ({ id, ...value, owner: "the portal" as const })),
  ];
}

export function duplicateFaults(
  { id, fhirBaseUrl }: Pick<Connection, "id" | "fhirBaseUrl">,
  others: readonly Other[],
  loopback: boolean,
): FieldFaults<"id" | "fhirBaseUrl"> {
  const own = canonical(fhirBaseUrl, loopback);
  const sameId = others.find((other) => other.id === id);
  const sameUrl =
    own === undefined ? undefined : others.find((other) => canonical(other.fhirBaseUrl, loopback) === own);
  return {
    ...(sameId && {
      id: `${id} is the id of ${sameId.name}, a connection of ${sameId.owner}. Choose another.`,
    }),
    ...(sameUrl && {
      fhirBaseUrl: `This is the base URL of ${sameUrl.name} (${sameUrl.id}), a connection of ${sameUrl.owner}. A chart system is connected once.`,
    }),
  };
}

/** A chart system that was production once stays so, whatever it is added as. */
export async function productionFaults(
  { environment: deployment, formerAddresses }: Pick<Picks, "environment" | "formerAddresses">,
  { fhirBaseUrl, environment }: Pick<Connection, "fhirBaseUrl"> & { readonly environment: string },
): Promise<FieldFaults<"environment">> {
  if (environment !== "test") return {};
  const own = canonical(fhirBaseUrl, deployment === "local");
  const was = (await formerAddresses.list()).find(
    (former) => former.environment === "production" && former.fhirBaseUrl === own,
  );
  return was === undefined
    ? {}
    : {
        environment: `This base URL was production here, as the connection ${was.connectionId}. What was production stays so; where that was a mistake, the stack file can say that it is a test domain.`,
      };
}
