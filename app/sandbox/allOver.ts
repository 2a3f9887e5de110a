/**
 * Like `Promise.all`, but nothing goes on after a failure: it rejects, with the first reason in the list, only when all of
 * them are over. A caller that cleans up afterwards then finds no work that still uses the folder and the ports.
 */
export async function allOver<T extends readonly unknown[] | []>(
  works: T,
): Promise<{ -readonly [Index in keyof T]: Awaited<T[Index]> }> {
  await Promise.allSettled(works);
  return Promise.all(works);
}
