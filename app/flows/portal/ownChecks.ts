/**
 * The portal's own checks: whether the hospital's administrators have consented to the permissions that the registration
 * needs in Microsoft Graph, and whether everything lies in one geography.
 */
import { geographyOf } from "../../domain/regions.ts";
import type { DataRegion } from "../../records/dataRegions.ts";
import type { Check } from "../../web/flow.ts";
import type { PortalPicks } from "./parts.ts";

export async function portalChecks({
  dataRegions,
  grants,
}: Pick<PortalPicks, "dataRegions" | "grants">): Promise<readonly Check[]> {
  return [await grantCheck(grants), regionCheck(dataRegions.told())];
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

/** One region alone cannot be compared with anything, so the site and the store have to be told. */
function regionCheck(told: readonly DataRegion[]): Check {
  const check = { name: "data-geography" } as const;
  const untold = (["site", "store"] as const).filter((what) => !told.some((one) => one.what === what));
  const strange = told.filter(({ region }) => geographyOf(region) === undefined);
  const geographies = new Set(told.map(({ region }) => geographyOf(region)));
  if (strange.length > 0 || geographies.size > 1) return { ...check, fault: regionsTold(told) + "." };
  if (untold.length === 0) return check;
  return {
    ...check,
    unseen:
      told.length === 0
        ? "Nothing tells the connector where it is: a laptop lies in no region."
        : `Azure does not tell where the ${untold.join(" and the ")} is. ${regionsTold(told)}.`,
  };
}

/** Each region, with its geography where it is in one of those that a deployment may be in. */
export const regionsTold = (told: readonly DataRegion[]): string =>
  told
    .map(
      ({ what, region }) => `${what}: ${region} (${geographyOf(region) ?? "no geography of a deployment"})`,
    )
    .join("; ");
