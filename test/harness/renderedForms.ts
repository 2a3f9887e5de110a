/** The forms of a page, and what a browser would send of each if somebody pressed one of its buttons and changed nothing. */
import type { HTMLElement } from "node-html-parser";
import { elementsOf } from "../../infra/rehearsal/visit/html.ts";
import type { Page } from "./person.ts";

export interface RenderedForm {
  readonly method: "get" | "post";
  readonly action: URL;
  /** Each field that is sent, in the page's order, with its value. */
  readonly fields: readonly (readonly [name: string, value: string])[];
  /** The names of those that must have a value and have none. */
  readonly unfilled: readonly string[];
  /** What each button adds; undefined for one without a name. */
  readonly buttons: readonly (readonly [name: string, value: string] | undefined)[];
}

export function formsOf({ html, url }: Pick<Page, "html" | "url">): readonly RenderedForm[] {
  return elementsOf(html, "form").flatMap((form): readonly RenderedForm[] => {
    const id = form.getAttribute("id");
    const beside = id === undefined ? [] : elementsOf(html, `[form="${id}"]`);
    const controls = [...form.querySelectorAll("input, select, textarea, button"), ...beside]
      .filter((one) => one.hasAttribute("name") || one.tagName === "BUTTON")
      .filter((one) => !isDisabled(one));
    const fields = controls.flatMap((control) =>
      sentBy(control).map((value) => [nameOf(control), value] as const),
    );
    const isFilled = (control: HTMLElement) =>
      fields.some(([name, value]) => name === nameOf(control) && value !== "");
    const shown: RenderedForm = {
      method: form.getAttribute("method")?.toLowerCase() === "post" ? "post" : "get",
      action: new URL(form.getAttribute("action") ?? "", url),
      fields,
      unfilled: controls
        .filter((control) => control.hasAttribute("required") && !isFilled(control))
        .map(nameOf),
      buttons: controls
        .filter(
          (control) =>
            control.tagName === "BUTTON" && (control.getAttribute("type") ?? "submit") === "submit",
        )
        .map((button) =>
          button.hasAttribute("name") ? [nameOf(button), button.getAttribute("value") ?? ""] : undefined,
        ),
    };
    // A script sends the same fields there while somebody types.
    const preview = form.getAttribute("data-preview");
    return preview === undefined
      ? [shown]
      : [shown, { ...shown, action: new URL(preview, url), buttons: [undefined] }];
  });
}

const nameOf = (control: HTMLElement): string => control.getAttribute("name") ?? "";

/** A control in a disabled group is disabled with it. */
const isDisabled = (control: HTMLElement): boolean =>
  control.hasAttribute("disabled") || control.closest("fieldset[disabled]") !== null;

/** The values that a control sends: none of what is not ticked, and one of a list that shows its first option. */
function sentBy(control: HTMLElement): readonly string[] {
  const value = control.getAttribute("value");
  switch (control.tagName) {
    case "BUTTON":
      return [];
    case "TEXTAREA":
      return [control.text];
    case "SELECT": {
      const options = control.querySelectorAll("option:not([disabled])");
      const chosen = options.filter((option) => option.hasAttribute("selected"));
      const first = control.hasAttribute("multiple") ? [] : options.slice(0, 1);
      return (chosen.length > 0 ? chosen : first).map(
        (option) => option.getAttribute("value") ?? option.text.trim(),
      );
    }
    default:
      return /^(checkbox|radio)$/.test(control.getAttribute("type") ?? "")
        ? control.hasAttribute("checked")
          ? [value ?? "on"]
          : []
        : [value ?? ""];
  }
}
