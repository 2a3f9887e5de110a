/** The fields of a registration, each with its label, a hint, and its fault. */
import type { Domain } from "../domain.ts";
import { FIELDS, type RegistrationFaults, type Field, type Typed } from "./judge.ts";

export interface Registration {
  readonly domains: readonly Domain[];
  readonly typed: Typed;
  readonly faults: RegistrationFaults;
}

export function Wrong({ field, faults }: { readonly field: Field; readonly faults: RegistrationFaults }) {
  const fault = faults[field];
  return fault === undefined ? null : (
    <p class="wrong" id={field + "-fault"}>
      Error: {fault}
    </p>
  );
}

interface Of extends Registration {
  readonly field: Exclude<Field, "domains">;
  readonly hint: string;
}

const told = ({ field, faults }: Pick<Of, "field" | "faults">) => ({
  "aria-describedby": (faults[field] === undefined ? "" : field + "-fault ") + field + "-hint",
});

export function Text(of: Of) {
  const { field, hint, typed, faults } = of;
  return (
    <div class="field">
      <label for={field}>{FIELDS[field]}</label>
      <p id={field + "-hint"}>{hint}</p>
      <Wrong field={field} faults={faults} />
      <input
        id={field}
        name={field}
        type="text"
        value={typed[field]}
        autocomplete="off"
        spellcheck={false}
        aria-invalid={faults[field] === undefined ? undefined : "true"}
        {...told(of)}
      />
    </div>
  );
}

export function Choice(of: Of & { readonly choices: Readonly<Record<string, string>> }) {
  const { field, hint, typed, faults, choices } = of;
  return (
    <fieldset {...told(of)}>
      <legend>{FIELDS[field]}</legend>
      <p id={field + "-hint"}>{hint}</p>
      <Wrong field={field} faults={faults} />
      {Object.entries(choices).map(([value, says]) => (
        <label key={value} class="choice">
          <input type="radio" name={field} value={value} checked={typed[field] === value} /> {says}
        </label>
      ))}
    </fieldset>
  );
}
