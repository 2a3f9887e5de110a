/** The requests that the stand-ins received, newest first. */
import type { ReceivedRequest, StandIn } from "../standIn.ts";

const SHOWN = 40;

export function Received({ standIns }: { readonly standIns: readonly StandIn[] }) {
  const rows = standIns
    .flatMap(({ name, received }) =>
      received().map((request): ReceivedRequest & { to: string } => ({ ...request, to: name })),
    )
    .sort((a, b) => b.at.getTime() - a.at.getTime())
    .slice(0, SHOWN);
  if (rows.length === 0) return <p>Nothing yet.</p>;
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label="Requests received">
      <table>
        <thead>
          <tr>
            <th scope="col">When (UTC)</th>
            <th scope="col">Who</th>
            <th scope="col">Request</th>
            <th scope="col">Status</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row, index) => (
            <tr key={index}>
              <td>{row.at.toISOString().slice(11, 19)}</td>
              <td>{row.to}</td>
              <td class="path">
                <b>{row.method}</b> {row.path}
              </td>
              <td class={row.status >= 400 ? "bad" : "good"}>{String(row.status)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
