/** Callers at the same time, or soon after, share the result of one `look`. */
export function shared<T>(goodForMs: number, now: () => Date, look: () => Promise<T>): () => Promise<T> {
  let last: { readonly seen: Promise<T>; readonly at: number } | undefined;
  return () => {
    const at = now().getTime();
    // If a clock has gone back, an old answer must not be kept for ever.
    if (last === undefined || Math.abs(at - last.at) >= goodForMs) last = { seen: look(), at };
    return last.seen;
  };
}
