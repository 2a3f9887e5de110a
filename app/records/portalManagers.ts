/**
 * Which departments a department manager sees; the role alone shows none. The id of each setting is the person's object id.
 */
import * as z from "zod";
import { settingKind } from "./settingKind.ts";

const managerValue = z
  .object({ departments: z.array(z.string()).nonempty() })
  .meta({ description: "ids of the departments whose visits at risk and reports the person sees" });

export type PortalManager = z.output<typeof managerValue>;

export const portalManagers = settingKind({
  name: "manager",
  what: "which departments a department manager sees, under the object id of their Microsoft account",
  value: managerValue,
});
