/** Why nothing was changed, in words for the page that says so. */

export const ANSWERED = {
  title: "It does not wait any more",
  says: "The change that you asked for was approved, rejected or taken back. The audit trail says by whom.",
};
export const OWN = {
  title: "It was not approved",
  says: "You proposed this change. Somebody else has to look at it and approve it.",
};
export const EXPIRED = {
  title: "It was not approved",
  says: "It has waited for 7 days, and may no longer be right. If you still want it, propose it again.",
};
export const CHANGED_SINCE = {
  title: "It was not approved",
  says: "What it changes was changed by somebody else since it was proposed. Compare below.",
};
export const LOCKED_NOW = {
  title: "It was not approved",
  says: "The stack file now says this, so it is changed there. Reject the change.",
};
export const OTHER_ADDRESSES_NOW = {
  title: "It was not approved",
  says: "The server names other addresses by now than those that were proposed, or the old ones again. Reject the change, and look at the connection.",
};
export const ADDRESSES_UNSAID = {
  title: "It was not approved",
  says: "The server was asked once more and did not say which addresses it names. Try again in a minute. The connection’s own page says what is wrong.",
};
export const takenNow = (says: string) => ({ title: "It was not approved", says });
export const MOVED = {
  title: "Nothing was changed",
  says: "It was changed since the page was opened. Look at it as it is now, and do it again if it is still right.",
};
export const WAITS = {
  title: "Nothing was changed",
  says: "A change of this waits for a second person already; it is in the list.",
};
export const UNREADABLE = {
  title: "Nothing was changed",
  says: "It cannot be read in the store, and nothing is approved or set that cannot be read. Who mends it is said below.",
};
export const BENEATH_UNREADABLE = {
  title: "It was not approved",
  says: "The setting that it changes cannot be read in the store, and nothing is written over that. It waits on, and can be rejected.",
};
export const STACKS = {
  title: "Nothing was changed",
  says: "The stack file says whether a second person is asked. It is changed there.",
};
