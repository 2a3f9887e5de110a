/** Who changes something. */
import type { Change } from "../../records/settings.ts";
import type { AskedBySomebody } from "./access.ts";

export const by = ({ session }: Pick<AskedBySomebody, "session">, action: string): Change => ({
  actor: { kind: "person", objectId: session.administrator.objectId },
  action,
});
