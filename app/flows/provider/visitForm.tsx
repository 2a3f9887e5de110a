/**
 * A form that acts on the visit that the page shows. It names that visit, because another one may be open in another tab by
 * now.
 */
import type { ComponentChildren } from "preact";
import type { VisitView } from "./visitView.ts";

export function VisitForm(props: {
  readonly view: VisitView;
  /** The path below the page's own address, such as "/links". */
  readonly to: string;
  readonly class?: string;
  readonly children: ComponentChildren;
}) {
  const { view, to, children } = props;
  return (
    <form method="post" action={view.base + to} class={props.class}>
      <input type="hidden" name="visit" value={view.open.visit.id} />
      {children}
    </form>
  );
}
