/** Of which connection something is asked, and who asks. */
import { connectionSchema } from "../../../domain/hospital.ts";
import type { Change } from "../../../records/settings.ts";
import type { AskedBySomebody } from "../access.ts";
import { fault } from "../problems.ts";

/** @throws Fault for what can be nobody's id */
export function idIn({ request }: AskedBySomebody): string {
  const id = connectionSchema.shape.id.safeParse(request.params["id"]);
  if (!id.success) throw fault({ kind: "not-found" });
  return id.data;
}

export const by = ({ session }: AskedBySomebody, action: string): Change => ({
  actor: { kind: "person", objectId: session.administrator.objectId },
  action,
});
