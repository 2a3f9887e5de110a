/** Every row of a container, whatever its partition: for the few acts that look for what nobody has the id of. */
import type { ContainerName, Store, Stored } from "../ports/store.ts";

const AT_ONCE = 500;

/** Page by page, so that as many rows as there are take no more memory. One that is written meanwhile may come twice. */
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
