/** Every row of a container, whatever its partition; for the few functions that look for rows whose ids nobody has. */
import type { ContainerName, Store, Stored } from "../ports/store.ts";

const AT_ONCE = 500;

/**
 * Gives rows slice by slice, so that many rows take no more memory than few. A row that is written meanwhile may come twice.
 */
export async function* rowsOf(
  store: Pick<Store, "changes">,
  container: ContainerName,
): AsyncGenerator<Stored> {
  let since: string | undefined;
  for (;;) {
    const { items, next } = await store.changes(container, AT_ONCE, since);
    if (items.length === 0) return;
    yield* items;
    since = next;
  }
}
