/** The part of a rehearsal's page about costs: the table of what each thing costs, and what is not in it. */
import type { RehearsalResult } from "../../../infra/rehearsal/report/result.ts";
import { freeInWords, inDollars, unpricedInWords } from "../../../infra/rehearsal/report/screen/costs.ts";

export function Costs({ result: { costs } }: { readonly result: RehearsalResult }) {
  const { lines, totalUsd, totalUsdAtMost, note } = costs;
  const [free, unpriced] = [freeInWords(costs), unpricedInWords(costs)];
  return (
    <>
      {unpriced !== undefined && <p class="bad">{unpriced}</p>}
      <p>{note}</p>
      {free !== undefined && <p class="quiet">{free}</p>}
      <table class="narrow">
        <thead>
          <tr>
            <th scope="col">For</th>
            <th scope="col" class="number">
              $ at rest
            </th>
            <th scope="col" class="number">
              $ at most
            </th>
          </tr>
        </thead>
        <tbody>
          {lines.map(({ what, size, usd, usdAtMost, source, asOf }) => (
            <tr key={what + size}>
              <td>
                <strong>{what}</strong>: {size}
                <p class="quiet">{`${source} (${asOf})`}</p>
              </td>
              <td class="number" data-label="$ at rest">
                {inDollars(usd)}
              </td>
              <td class="number" data-label="$ at most">
                {inDollars(usdAtMost)}
              </td>
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row">Of what is estimated</th>
            <td class="number" data-label="$ at rest">
              {inDollars(totalUsd)}
            </td>
            <td class="number" data-label="$ at most">
              {inDollars(totalUsdAtMost)}
            </td>
          </tr>
        </tfoot>
      </table>
    </>
  );
}
