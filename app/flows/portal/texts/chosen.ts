/** Which connections' patients a form of texts has chosen to text, and what stays of those that it did not show. */
import type { PortalTexting } from "../../../records/portalTexting.ts";
import type { AskedBySomebody } from "../access.ts";
import { everyConnection } from "../connections/every.ts";
import type { PortalPicks } from "../parts.ts";
import { typedIn } from "./typed.ts";

/**
 * What the form says of the connections that it had. Of one that was added since, nobody has chosen anything; it may be set
 * already, or its base URL be one that no release reads any more.
 */
export async function chosenIn(
  picks: Pick<PortalPicks, "connectionSettings" | "environment" | "hospital">,
  { request }: AskedBySomebody,
  is: (id: string) => boolean,
) {
  const { connections: ids } = typedIn(request, "configuration");
  const shown = (await everyConnection(picks)).filter(({ id }) => ids?.has(id) ?? true);
  const known = new Set(shown.map(({ id }) => id));
  const all = shown.filter(({ id }) => is(id));
  return {
    connections: all.map(({ id }) => id),
    charts: all.map(({ id, fhirBaseUrl }) => ({ connection: id, fhirBaseUrl })),
    notTexted: [...known].filter((id) => !is(id)),
    isOther: (id: string) => !known.has(id),
  };
}

/** What the form says, and of the connections that it had not what was kept before. */
export function besides(
  { isOther, ...texted }: Awaited<ReturnType<typeof chosenIn>>,
  before: PortalTexting,
): Pick<PortalTexting, "charts" | "connections" | "notTexted"> {
  const others = (before.charts ?? []).filter(
    ({ connection: id }) => isOther(id) && before.connections?.includes(id) === true,
  );
  return {
    connections: [...texted.connections, ...others.map(({ connection }) => connection)],
    charts: [...texted.charts, ...others],
    notTexted: [...texted.notTexted, ...(before.notTexted ?? []).filter(isOther)],
  };
}
