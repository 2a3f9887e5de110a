/** Reads from a request which connection it is about. */
import { connectionSchema } from "../../../domain/hospital.ts";
import type { AskedBySomebody } from "../access.ts";
import { fault } from "../problems.ts";

/** @throws Fault if the text cannot be an id */
export function idIn({ request }: AskedBySomebody): string {
  const id = connectionSchema.shape.id.safeParse(request.params["id"]);
  if (!id.success) throw fault({ kind: "not-found" });
  return id.data;
}
