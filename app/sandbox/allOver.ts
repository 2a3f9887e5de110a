/**
 * Like `Promise.all`, but nothing goes on behind a failure: it rejects, with the first reason in the list, once every one of
 * them is over. Whoever cleans up afterwards then has the folder and the ports to themselves.
 */
export async function allOver<T extends readonly unknown[] | []>(
  works: T,
): Promise<{ -readonly [Index in keyof T]: Awaited<T[Index]> }> {
  await Promise.allSettled(works);
  return Promise.all(works);
}
