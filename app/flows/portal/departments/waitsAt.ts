/** The address of the page of a department's change that waits for a second person. */
import { proposalId } from "../../../records/proposals.ts";
import { portalPath } from "../addresses.ts";

export const waitsAt = (departmentId: string): string =>
  portalPath("proposal", proposalId({ kind: "department", id: departmentId }));
