/** The result as one HTML file that can be mailed, printed or filed with a change: it loads nothing and runs no script. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import type { ComponentChildren } from "preact";
import { renderToString } from "preact-render-to-string";
import { howTrue } from "../../infra/rehearsal/known.ts";
import type { RehearsalResult } from "../../infra/rehearsal/report/result.ts";
import { shown } from "../../infra/rehearsal/report/shown.ts";
import { verdictOf } from "../../infra/rehearsal/report/verdict.ts";
import { ByHand } from "./page/byHand.tsx";
import { Costs } from "./page/costs.tsx";
import { NotExercised, Policies, Resources, Settings, Steps } from "./page/parts.tsx";

const style = readFileSync(new URL("page.css", import.meta.url), "utf8");
const styleHash = createHash("sha256").update(style).digest("base64");
const POLICY = `default-src 'none'; style-src 'sha256-${styleHash}'; base-uri 'none'; form-action 'none'`;

export const page = (result: RehearsalResult): string =>
  "<!doctype html>" + renderToString(<Page result={shown(result)} />) + "\n";

const PARTS: readonly {
  readonly id: string;
  readonly heading: string;
  readonly body: (props: { readonly result: RehearsalResult }) => ComponentChildren;
}[] = [
  { id: "steps", heading: "Steps", body: Steps },
  { id: "not-exercised", heading: "Not exercised", body: NotExercised },
  { id: "by-hand", heading: "Only a person can do this", body: ByHand },
  { id: "resources", heading: "Would be created", body: Resources },
  { id: "costs", heading: "Would cost a month", body: Costs },
  { id: "policies", heading: "Policies", body: Policies },
  { id: "settings", heading: "Settings", body: Settings },
  { id: "how-true", heading: "How true this Azure is", body: () => <p>{howTrue()}</p> },
];

function Page({ result }: { readonly result: RehearsalResult }) {
  const log = result.fault?.log?.trimEnd() ?? "";
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content={POLICY} />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="robots" content="noindex" />
        <title>{`Rehearsal of ${result.stack}: ${result.passed ? "passed" : "failed"}`}</title>
        <style dangerouslySetInnerHTML={{ __html: style }} />
      </head>
      <body>
        <main>
          <Verdict result={result} />
          <nav aria-label="Parts of this report">
            <ul>
              {PARTS.map(({ id, heading }) => (
                <li key={id}>
                  <a href={"#" + id}>{heading}</a>
                </li>
              ))}
            </ul>
          </nav>
          {PARTS.map(({ id, heading, body: Body }) => (
            <Part key={id} id={id} heading={heading}>
              <Body result={result} />
            </Part>
          ))}
          {log !== "" && (
            <Part id="log" heading="Its log">
              <pre>{log}</pre>
            </Part>
          )}
        </main>
      </body>
    </html>
  );
}

function Verdict({ result }: { readonly result: RehearsalResult }) {
  const { passed, sentence, next } = verdictOf(result);
  const [first, ...others] = next;
  const day = result.startedAt.slice(0, 16).replace("T", ", ");
  return (
    <div class={"verdict " + (passed ? "passed" : "failed")}>
      <h1>{sentence}</h1>
      <p class="next">{first}</p>
      {others.map((line) => (
        <p key={line}>{line}</p>
      ))}
      <p class="quiet">
        Rehearsal of the {result.environment} stack {result.stack}, {day} UTC. Everything ran on one machine;
        nothing was made in Azure.
      </p>
    </div>
  );
}

function Part(props: {
  readonly id: string;
  readonly heading: string;
  readonly children: ComponentChildren;
}) {
  return (
    <section id={props.id} aria-labelledby={props.id + "-heading"}>
      <h2 id={props.id + "-heading"}>{props.heading}</h2>
      {props.children}
    </section>
  );
}
