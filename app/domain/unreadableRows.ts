/** What is done about rows of the store that this release cannot read. A newer release may have written them, and comes back. */

/** @param then what becomes of what was in rows that are removed, in words that follow "remove the rows" */
export const unreadableRows = (container: string, then = ""): string =>
  `If an older release was put back, leave them: the newer one reads them. Otherwise restore the store’s container ${container}, or remove the rows${then}.`;
