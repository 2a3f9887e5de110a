/** Who makes a change. */
import type { ChangeByPerson } from "../../records/proposals.ts";
import type { AskedBySomebody } from "./access.ts";

export const by = ({ session }: Pick<AskedBySomebody, "session">, action: string): ChangeByPerson => ({
  actor: { kind: "person", objectId: session.administrator.objectId },
  action,
});
