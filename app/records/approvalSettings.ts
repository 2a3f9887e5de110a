/** What administrators say of who must agree before something is changed; what the stack file says of it goes first. */
import { z } from "zod";
import { settingKind } from "./settings.ts";

const approvalsValue = z
  .object({ secondPerson: z.boolean() })
  .meta({ description: "whether a change of the configuration waits for a second administrator" });

export type PortalApprovals = z.output<typeof approvalsValue>;

export const portalApprovals = settingKind({
  name: "approvals",
  what: "who must agree before a setting is changed",
  value: approvalsValue,
});

/** There is one for the whole hospital. */
export const APPROVALS_ID = "approvals";
