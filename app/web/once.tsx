/**
 * Parts of pages that are the same for every reader, rendered once: rendering them at each request would be most of the
 * work.
 */
import type { VNode } from "preact";
import { jsxTemplate } from "preact/jsx-runtime";
import { renderToString } from "preact-render-to-string";

/**
 * A component without properties that is rendered at its first use and is that fixed text afterwards, for what is the same
 * for every reader, which is most of a page.
 */
export function once(render: () => VNode): () => VNode {
  let html: string | undefined;
  return () => jsxTemplate([(html ??= renderToString(render()))]);
}

/** Does the same for each of a few keys, such as languages. */
export function onceFor<K>(render: (key: K) => VNode): (props: { readonly of: K }) => VNode {
  const made = new Map<K, () => VNode>();
  return ({ of }) => {
    const kept = made.get(of);
    if (kept !== undefined) return kept();
    const fresh = once(() => render(of));
    made.set(of, fresh);
    return fresh();
  };
}
