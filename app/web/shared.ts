/** Whoever asks at the same time, or soon after, is answered by the same look. */
export function shared<T>(goodForMs: number, now: () => Date, look: () => Promise<T>): () => Promise<T> {
  let last: { readonly seen: Promise<T>; readonly at: number } | undefined;
  return () => {
    const at = now().getTime();
    // A clock that went back would keep an old answer for ever.
    if (last === undefined || Math.abs(at - last.at) >= goodForMs) last = { seen: look(), at };
    return last.seen;
  };
}
