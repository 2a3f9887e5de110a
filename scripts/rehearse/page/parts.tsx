/**
 * The parts of a rehearsal's page that are tables: steps, resources, policies and settings, and what was not exercised.
 */
import { groupsOf, kindsInWords } from "../../../infra/rehearsal/report/groups.ts";
import type { RehearsalResult } from "../../../infra/rehearsal/report/result.ts";
import { policyCounts } from "../../../infra/rehearsal/report/screen/policies.ts";
import { differing } from "../../../infra/rehearsal/report/screen/settings.ts";
import { timeOf } from "../../../infra/rehearsal/report/screen/steps.ts";

interface Props {
  readonly result: RehearsalResult;
}

export function Steps({ result: { steps, refusedHosts } }: Props) {
  return (
    <>
      <table>
        <thead>
          <tr>
            <th scope="col" class="mark">
              Result
            </th>
            <th scope="col">Step</th>
            <th scope="col" class="number">
              Time
            </th>
          </tr>
        </thead>
        <tbody>
          {steps.map(({ name, ok, milliseconds, told }) => (
            <tr key={name}>
              <td class={"mark " + (ok ? "good" : "bad")}>{ok ? "ok" : "FAILED"}</td>
              <td class="long">{ok && told !== undefined ? `${name}: ${told}` : name}</td>
              <td class="number">{timeOf(milliseconds)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {refusedHosts.length > 0 && (
        <p class="bad">{"Called, but nobody of this deployment: " + refusedHosts.join(", ")}</p>
      )}
    </>
  );
}

export function NotExercised({ result: { notExercised } }: Props) {
  if (notExercised.length === 0) return <p>Nothing was left untried.</p>;
  return (
    <ul>
      {notExercised.map(({ what, why }) => (
        <li key={what + why}>
          <strong>{what}</strong>: {why}
        </li>
      ))}
    </ul>
  );
}

export function Resources({ result: { resources } }: Props) {
  if (resources.length === 0) return <p>Nothing was made.</p>;
  return (
    <table class="narrow">
      <thead>
        <tr>
          <th scope="col">For</th>
          <th scope="col">Kinds of resources</th>
          <th scope="col" class="number">
            How many
          </th>
        </tr>
      </thead>
      <tbody>
        {groupsOf({ resources }).map((group) => (
          <tr key={group.what}>
            <th scope="row">{group.what}</th>
            <td class="long">{kindsInWords(group)}</td>
            <td class="number" data-label="How many">
              {group.count}
            </td>
          </tr>
        ))}
      </tbody>
      <tfoot>
        <tr>
          <th scope="row">In all</th>
          <td />
          <td class="number" data-label="How many">
            {resources.length}
          </td>
        </tr>
      </tfoot>
    </table>
  );
}

export function Policies({ result: { policies } }: Props) {
  return (
    <>
      <p>{policyCounts({ policies })}</p>
      {policies
        .filter(({ violations }) => violations.length > 0)
        .map(({ name, says, remedy, violations }) => (
          <div key={name}>
            <h3 class="bad">{says === undefined ? name : `${name}: ${says}`}</h3>
            <ul>
              {violations.map(({ resource, message, level }) => (
                <li key={resource + message}>{`${level}, ${resource}: ${message}`}</li>
              ))}
            </ul>
            {remedy !== undefined && <p>{"Remedy: " + remedy}</p>}
          </div>
        ))}
    </>
  );
}

export function Settings({ result: { settings } }: Props) {
  const [first, ...others] = settings;
  if (first === undefined) return <p>Nothing was set.</p>;
  return (
    <>
      <Values caption={first.app} values={first.values} />
      {others.map((other) => (
        <Values
          key={other.app}
          caption={`${other.app}, as ${first.app} except`}
          values={differing(other, first)}
        />
      ))}
    </>
  );
}

function Values({
  caption,
  values,
}: {
  caption: string;
  values: RehearsalResult["settings"][number]["values"];
}) {
  return (
    <>
      <h3>{caption}</h3>
      <table class="narrow">
        <tbody>
          {values.map(({ name, value }) => (
            <tr key={name}>
              <th scope="row">
                <code>{name}</code>
              </th>
              <td>
                <code>{value}</code>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}
