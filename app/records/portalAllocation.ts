/** How many visits a month the hospital's licenses cover, and how they are shared out. No visit is refused because of it. */
import * as z from "zod";
import { settingKind } from "./settingKind.ts";

export const MOST_ALLOCATED = 1_000_000;
const visits = z.int().min(1).max(MOST_ALLOCATED);

const allocationValue = z
  .object({
    hospital: visits.exactOptional(),
    departments: z.array(z.object({ id: z.string(), visits })),
  })
  .meta({
    description: "how many completed visits a month the hospital and its departments have been allocated",
  });

export type PortalAllocation = z.output<typeof allocationValue>;

export const portalAllocation = settingKind({
  name: "allocation",
  what: "how many visits a month are allocated, for reports",
  value: allocationValue,
});

/** The id of the one setting for the whole hospital. */
export const ALLOCATION_ID = "allocation";
