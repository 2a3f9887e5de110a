/** Why a change that waits for a second person was not approved. */

/** Somebody tried to approve what they have proposed themselves. Nothing was written. */
export class OwnProposal extends Error {
  override readonly name = "OwnProposal";
}

/** The setting was changed, removed or made since the change was proposed. Nothing was written. */
export class ProposalStale extends Error {
  override readonly name = "ProposalStale";
}

/** The change has waited for longer than a decision is valid. Nothing was written. */
export class ProposalExpired extends Error {
  override readonly name = "ProposalExpired";
}
