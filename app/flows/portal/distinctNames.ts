/**
 * Names by which people choose and decide. Two connections, or two departments, may have one name; their ids, which are
 * never the same, tell them apart.
 */
export function distinctlyNamed<T extends { readonly id: string; readonly name: string }>(
  all: readonly T[],
): readonly T[] {
  const byName = Map.groupBy(all, ({ name }) => name);
  return all.map((one) =>
    (byName.get(one.name)?.length ?? 0) > 1 ? { ...one, name: `${one.name} (${one.id})` } : one,
  );
}
