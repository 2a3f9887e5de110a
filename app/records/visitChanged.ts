/** A chart was read, and others have changed the visit meanwhile: what was read may be older than that. */

/** Nothing was written, and the chart is to be read again. */
export class VisitChanged extends Error {
  override readonly name = "VisitChanged";
}

/** How often a chart is read for one view, one preparing, or one visit of a look. */
export const MOST_READ = 3;

/**
 * Does what reads the chart and changes the visit, and does it anew where others have changed the visit meanwhile.
 * @throws VisitChanged where they do so each time, and what `act` throws
 */
export async function unlessChanged<T>(act: () => Promise<T>): Promise<T> {
  for (let times = 1; ; times++) {
    try {
      return await act();
    } catch (error) {
      if (!(error instanceof VisitChanged) || times === MOST_READ) throw error;
    }
  }
}
