/** Who makes a change that a page of the portal asks for, as the audit trail names them. */
import type { ChangeByPerson } from "../../records/proposals.ts";
import type { AskedBySomebody } from "./access.ts";

export const by = ({ session }: Pick<AskedBySomebody, "session">, action: string): ChangeByPerson => ({
  actor: { kind: "person", objectId: session.administrator.objectId },
  action,
});
