/** The form that starts a consult, a video visit among colleagues: it has no patient's link. */
import { visitPath } from "../../domain/addresses.ts";
import type { Department } from "../../domain/hospital.ts";
import { Button } from "../../web/components.tsx";

export function ConsultForm(props: {
  readonly launchId: string;
  readonly departments: readonly Department[];
}) {
  if (props.departments.length === 0) return null;
  return (
    <form class="inline-form" method="post" action={visitPath(props.launchId) + "/consult"}>
      <label>
        Department
        <select name="department">
          {props.departments.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </select>
      </label>
      <Button weight="secondary">Start a consult</Button>
    </form>
  );
}
