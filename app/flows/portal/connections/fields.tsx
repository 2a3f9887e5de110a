/** The fields of the form: each with its label, a hint, and what is wrong with it. */
import type { ComponentChildren } from "preact";
import { FIELDS, type Field, type Typed } from "./form.ts";
import type { Faults } from "./judge.ts";

interface Of {
  readonly field: Field;
  readonly typed: Typed;
  readonly faults: Faults;
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

export function Text({ field, typed, faults, hint, fixed = false }: Of & { fixed?: boolean }) {
  const fault = faults[field];
  return (
    <Frame id={field} label={FIELDS[field]} {...{ hint, fault }}>
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

export function Lines({ field, typed, faults, hint }: Of) {
  const fault = faults[field];
  return (
    <Frame id={field} label={FIELDS[field]} {...{ hint, fault }}>
      <textarea id={field} name={field} rows={3} {...described(field, fault)}>
        {typed[field]}
      </textarea>
    </Frame>
  );
}

export function Choice(props: Of & { readonly choices: readonly (readonly [string, string])[] }) {
  const { field, typed, faults, hint, choices } = props;
  const fault = faults[field];
  return (
    <fieldset class={fault === undefined ? "field" : "field wrong"} {...described(field, fault)}>
      <legend>{FIELDS[field]}</legend>
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
