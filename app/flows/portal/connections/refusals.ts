/** Why something was not done, in words for the page that says so. */

export const LOCKED = {
  title: "Nothing was changed",
  says: "This connection is the stack file’s. It is changed there.",
};
export const MOVED = {
  title: "Nothing was changed",
  says: "Somebody else has changed this connection since the page was opened. Look at it as it is now, and do it again if it is still right.",
};
export const NOT_CLEARED = {
  title: "It was not turned on",
  says: "A production connection is turned on after it was allowed; see below.",
};
export const NO_REASON = {
  title: "It was not turned on",
  says: "Enter the reason: it is kept in the audit trail.",
};
export const NAMES_RECORD = {
  title: "It was not turned on",
  says: "Leave ids of patients and appointments out of the reason: it is kept in the audit trail.",
};
export const NO_OVERRIDE = {
  title: "It was not turned on",
  says: "Without a visit before, a production connection is turned on only where the stack file allows it (approvals.testOverride: true).",
};
export const OTHER_ADDRESSES = {
  title: "Nothing was approved",
  says: "The server names other addresses by now than the page showed. Look at them again.",
};
export const ADDRESSES_UNSAID = {
  title: "Nothing was approved",
  says: "The server was asked once more and did not say which addresses it names. What is wrong with it is said below; try again in a minute.",
};
export const ADDRESSES_WAIT = {
  title: "Nothing was approved",
  says: "Other sign-in addresses of this connection wait for a second person already. They have to be approved, rejected or taken back first.",
};
export const TAKEN_NOW = "Somebody else has just taken this id. Choose another.";
export const WAITS = {
  title: "Nothing was changed",
  says: "Another change of this connection waits for a second person. It has to be approved, rejected or taken back first.",
};
export const TAKEN_WAITING = "A connection with this id waits for a second person. Choose another.";
