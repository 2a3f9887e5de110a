import type { Department } from "../domain/hospital.ts";

/** A video visit with colleagues alone: no patient's link exists for it. */
export function ConsultForm({
  launchId,
  departments,
}: {
  readonly launchId: string;
  readonly departments: readonly Department[];
}) {
  if (departments.length === 0) return null;
  return (
    <form class="row" method="post" action={"/visits/" + launchId + "/consult"}>
      <label>
        Department
        <select name="department">
          {departments.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </select>
      </label>
      <button class="button secondary" type="submit">
        Start a consult
      </button>
    </form>
  );
}
