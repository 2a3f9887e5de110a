/** The fields of a form: each with its label, a hint, and what is wrong with it. */
import type { ComponentChildren } from "preact";
import { Notice } from "../../web/components.tsx";
import type { FieldFaults } from "./fields.ts";

interface Of<F extends string> {
  readonly field: F;
  readonly typed: Readonly<Record<F, string>>;
  readonly faults: FieldFaults<F>;
  readonly hint: string;
}

export function Frame(props: {
  readonly id: string;
  readonly label: string;
  readonly hint: string;
  readonly fault: string | undefined;
  readonly children: ComponentChildren;
}) {
  const { id, label, hint, fault, children } = props;
  return (
    <div class={fault === undefined ? "field" : "field wrong"}>
      <label for={id}>{label}</label>
      <p class="quiet" id={id + "-hint"}>
        {hint}
      </p>
      {fault !== undefined && (
        <p class="field-fault" id={id + "-fault"}>
          Error: {fault}
        </p>
      )}
      {children}
    </div>
  );
}

export const described = (id: string, fault: string | undefined) => ({
  "aria-describedby": fault === undefined ? id + "-hint" : id + "-fault " + id + "-hint",
  "aria-invalid": fault === undefined ? undefined : ("true" as const),
});

/** Stands above a form with faults. With forms.js it takes the focus, so that it is read out and scrolled to. */
export const NothingSaved = ({ count }: { readonly count: number }) =>
  count === 0 ? null : (
    <div id="said" tabIndex={-1}>
      <Notice kind="error" title="Nothing was saved">
        <p>{count === 1 ? "One field needs" : "Some fields need"} another look.</p>
      </Notice>
    </div>
  );

/** The inputs of one form, by the labels of its fields. */
export function fieldsOf<F extends string>(labels: Readonly<Record<F, string>>) {
  function Text({ field, typed, faults, hint, fixed = false }: Of<F> & { fixed?: boolean }) {
    const fault = faults[field];
    return (
      <Frame id={field} label={labels[field]} {...{ hint, fault }}>
        <input
          id={field}
          name={field}
          type="text"
          value={typed[field]}
          readOnly={fixed}
          autocomplete="off"
          spellcheck={false}
          {...described(field, fault)}
        />
      </Frame>
    );
  }

  function Lines({ field, typed, faults, hint }: Of<F>) {
    const fault = faults[field];
    return (
      <Frame id={field} label={labels[field]} {...{ hint, fault }}>
        <textarea id={field} name={field} rows={3} {...described(field, fault)}>
          {typed[field]}
        </textarea>
      </Frame>
    );
  }

  function Choice(props: Of<F> & { readonly choices: readonly (readonly [string, string])[] }) {
    const { field, typed, faults, hint, choices } = props;
    const fault = faults[field];
    return (
      <fieldset class={fault === undefined ? "field" : "field wrong"} {...described(field, fault)}>
        <legend>{labels[field]}</legend>
        <p class="quiet" id={field + "-hint"}>
          {hint}
        </p>
        {fault !== undefined && (
          <p class="field-fault" id={field + "-fault"}>
            Error: {fault}
          </p>
        )}
        <div class="picks">
          {choices.map(([value, says]) => (
            <label key={value} class="pick">
              <input type="radio" name={field} value={value} checked={typed[field] === value} /> {says}
            </label>
          ))}
        </div>
      </fieldset>
    );
  }

  return { Text, Lines, Choice };
}
