/** What administrators set about who must agree before something is changed; the stack file takes precedence. */
import * as z from "zod";
import { settingKind } from "./settingKind.ts";

const approvalsValue = z
  .object({ secondPerson: z.boolean() })
  .meta({ description: "whether a change of the configuration waits for a second administrator" });

export type PortalApprovals = z.output<typeof approvalsValue>;

export const portalApprovals = settingKind({
  name: "approvals",
  what: "who must agree before a setting is changed",
  value: approvalsValue,
});

/** The id of the one setting for the whole hospital. */
export const APPROVALS_ID = "approvals";
