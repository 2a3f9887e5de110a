/** An address of the same length as that of a meeting's lobby. */
export const LOBBY =
  "https://teams.microsoft.com/l/meetup-join/19%3ameeting_" +
  "A".repeat(48) +
  "%40thread.v2/0?context=" +
  "B".repeat(110);
