/**
 * The portal's own checks: whether the hospital's administrators have consented to the permissions that the registration
 * needs in Microsoft Graph, and whether everything lies in one geography.
 */
import { geographyOf } from "../../domain/regions.ts";
import type { DataPlace } from "../../records/dataPlaces.ts";
import type { Check } from "../../web/flow.ts";
import type { PortalPicks } from "./parts.ts";

export async function portalChecks({
  dataPlaces,
  grants,
}: Pick<PortalPicks, "dataPlaces" | "grants">): Promise<readonly Check[]> {
  return [await grantCheck(grants), placeCheck(dataPlaces.told())];
}

async function grantCheck(grants: PortalPicks["grants"]): Promise<Check> {
  const check = { name: "graph-permissions" } as const;
  const missing = await grants.missing();
  if (missing === "not-told")
    return { ...check, unseen: "Microsoft gave no token just now, which would list what was consented to." };
  if (missing.length === 0) return check;
  return {
    ...check,
    fault: `Nobody has consented to ${missing.join(" and ")}. A consent counts after a minute or two.`,
  };
}

/** One place alone cannot be compared with anything, so the site and the store have to be told. */
function placeCheck(told: readonly DataPlace[]): Check {
  const check = { name: "data-geography" } as const;
  const untold = (["site", "store"] as const).filter((what) => !told.some((one) => one.what === what));
  const strange = told.filter(({ place }) => geographyOf(place) === undefined);
  const geographies = new Set(told.map(({ place }) => geographyOf(place)));
  if (strange.length > 0 || geographies.size > 1) return { ...check, fault: placesTold(told) + "." };
  if (untold.length === 0) return check;
  return {
    ...check,
    unseen:
      told.length === 0
        ? "Nothing tells the connector where it is: a laptop lies in no region."
        : `Azure does not tell where the ${untold.join(" and the ")} is. ${placesTold(told)}.`,
  };
}

/** Each place, with its geography where it is in one of those that a deployment may be in. */
export const placesTold = (told: readonly DataPlace[]): string =>
  told
    .map(({ what, place }) => `${what}: ${place} (${geographyOf(place) ?? "no geography of a deployment"})`)
    .join("; ");
