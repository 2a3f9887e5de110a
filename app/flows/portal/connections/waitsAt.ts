/** The address of the page of a connection's change that waits for a second person. */
import { proposalId } from "../../../records/proposals.ts";
import { portalPath } from "../addresses.ts";

export const waitsAt = (connectionId: string): string =>
  portalPath("proposal", proposalId({ kind: "connection", id: connectionId }));
