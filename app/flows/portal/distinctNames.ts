/**
 * Names by which people choose and decide. Two connections, or two departments, may have one name; their ids, which are
 * never the same, tell them apart.
 */
export function distinctlyNamed<T extends { readonly id: string; readonly name: string }>(
  all: readonly T[],
): readonly T[] {
  const byName = Map.groupBy(all, ({ name }) => name);
  const isShared = ({ id, name }: T) => byName.get(name)?.some((other) => other.id !== id) === true;
  return all.map((one) => (isShared(one) ? { ...one, name: `${one.name} (${one.id})` } : one));
}
