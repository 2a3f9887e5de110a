/** Why something was not done, in words for the page that says so. */

export const LOCKED = {
  title: "Nothing was changed",
  says: "This department is the stack file’s. It is changed there.",
};
export const MOVED = {
  title: "Nothing was changed",
  says: "Somebody else has changed this department since the page was opened. Look at it as it is now, and do it again if it is still right.",
};
export const WAITS = {
  title: "Nothing was changed",
  says: "Another change of this department waits for a second person. It has to be approved, rejected or taken back first.",
};
export const TAKEN_NOW = "Somebody else has just taken this id. Choose another.";
export const TAKEN_WAITING = "A department with this id waits for a second person. Choose another.";
