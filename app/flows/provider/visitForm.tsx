/**
 * A form that acts on the visit that the page shows. It says which visit that is, and when it is to start: another one may be
 * open in another tab by now, and this one may have been moved.
 */
import type { ComponentChildren } from "preact";
import { shownOf } from "./formMembers.ts";
import type { VisitView } from "./visitView.ts";

export function VisitForm(props: {
  readonly view: VisitView;
  /** The path below the page's own address, such as "/links". */
  readonly to: string;
  readonly class?: string;
  readonly children: ComponentChildren;
}) {
  const { view, to, children } = props;
  const { visit, start, epoch } = shownOf(view.open.visit);
  return (
    <form method="post" action={view.base + to} class={props.class}>
      <input type="hidden" name="visit" value={visit} />
      <input type="hidden" name="start" value={start} />
      <input type="hidden" name="epoch" value={epoch} />
      {children}
    </form>
  );
}
