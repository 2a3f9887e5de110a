/** Of which connection something is asked. */
import { connectionSchema } from "../../../domain/hospital.ts";
import type { AskedBySomebody } from "../access.ts";
import { fault } from "../problems.ts";

/** @throws Fault for what can be nobody's id */
export function idIn({ request }: AskedBySomebody): string {
  const id = connectionSchema.shape.id.safeParse(request.params["id"]);
  if (!id.success) throw fault({ kind: "not-found" });
  return id.data;
}
