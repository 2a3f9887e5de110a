import { proposalId } from "../../../records/proposals.ts";
import { portalPath } from "../addresses.ts";

/** The page of the change of a connection that waits for a second person. */
export const waitsAt = (connectionId: string): string =>
  portalPath("proposal", proposalId({ kind: "connection", id: connectionId }));
