/** The start page: what works, what is wrong, and whose move it is; and the steps of the set-up. */
import type { Check } from "../../web/flow.ts";
import { Badge, Card } from "../../web/components.tsx";
import { MOVERS } from "./movers.ts";
import type { PortalPages } from "./pages.tsx";
import type { PortalSession } from "../../records/portalSessions.ts";

export interface Step {
  readonly says: string;
  readonly state: "done" | "open" | "coming";
  readonly about: string;
  /** The step's page. */
  readonly at?: string;
}

const STATES = {
  done: ["good", "Done"],
  open: ["attention", "To do"],
  coming: ["calm", "Coming with the next version"],
} as const;

export function homePage(
  pages: PortalPages,
  session: PortalSession,
  { checks, steps }: { readonly checks: readonly Check[]; readonly steps: readonly Step[] },
): string {
  const wrong = checks.filter(({ fault }) => fault !== undefined);
  const main = (
    <>
      <Card title="What is wrong">
        {wrong.length === 0 ? (
          <p>
            <Badge tone="good">Well</Badge> Nothing that the connector can see.
          </p>
        ) : (
          <div class="table-frame">
            <table>
              <thead>
                <tr>
                  <th scope="col">What</th>
                  <th scope="col">How it stands</th>
                  <th scope="col">Whose move</th>
                </tr>
              </thead>
              <tbody>
                {wrong.map(({ name, of, fault, move = "administrator" }) => (
                  <tr key={name + " " + (of ?? "")}>
                    <th scope="row">{of === undefined ? name : name + " " + of}</th>
                    <td>{fault}</td>
                    <td>{MOVERS[move]}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )}
      </Card>
      <Card title="What works">
        <ul class="plain">
          {checks
            .filter(({ fault }) => fault === undefined)
            .map(({ name, of }) => (
              <li key={name + " " + (of ?? "")}>
                <Badge tone="good">Well</Badge> {of === undefined ? name : name + " " + of}
              </li>
            ))}
        </ul>
      </Card>
      <Card title="Set-up">
        <ol class="steps">
          {steps.map(({ says, state, about, at }) => (
            <li key={says}>
              <strong>{at === undefined ? says : <a href={at}>{says}</a>}</strong>{" "}
              <Badge tone={STATES[state][0]}>{STATES[state][1]}</Badge>
              <p class="quiet">{about}</p>
            </li>
          ))}
        </ol>
      </Card>
    </>
  );
  return pages({ session, at: "home", title: "Home", main });
}
