/** Drift as one HTML page that can be sent to others: it names what differs, but contains no value. */
import { createHash } from "node:crypto";
import { renderToString } from "preact-render-to-string";
import type { Drift } from "./drift.ts";
import { verdict, WORDS } from "./list.ts";

const STYLE =
  "body{font:1rem/1.5 system-ui;margin:2rem;max-width:75rem}table{border-collapse:collapse}td,th{border:1px solid #767676;padding:.4rem .6rem;text-align:left;vertical-align:top}td:last-child{overflow-wrap:anywhere}td:nth-child(2){white-space:nowrap}caption{text-align:left;font-weight:bold;padding:.4rem 0}thead th{background:#eee}@media(max-width:40rem){body{margin:1rem}}";
// It loads nothing and runs no script.
const POLICY = `default-src 'none'; style-src 'sha256-${createHash("sha256").update(STYLE).digest("base64")}'; base-uri 'none'; form-action 'none'`;

export function page(found: Drift): string {
  const { stack, differences, unknown } = found;
  const title = "Drift of " + stack;
  const body = (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content={POLICY} />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>{title}</title>
        <style>{STYLE}</style>
      </head>
      <body>
        <main>
          <h1>{title}</h1>
          <p>{verdict(found)}</p>
          {differences.length > 0 && (
            <table>
              <caption>What differs from the stack’s state</caption>
              <thead>
                <tr>
                  {["Resource", "Is", "What", "Who puts it back, and how"].map((one) => (
                    <th scope="col" key={one}>
                      {one}
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {differences.map(({ resource, what, names, next }, index) => (
                  <tr key={index}>
                    <th scope="row">{resource}</th>
                    <td>{WORDS[what]}</td>
                    <td>{names.join(", ")}</td>
                    <td>{next}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          )}
          {unknown.length > 0 && <h2>What could not be looked at</h2>}
          <ul>
            {unknown.map(({ about, why }) => (
              <li key={about}>
                {about}: {why}
              </li>
            ))}
          </ul>
        </main>
      </body>
    </html>
  );
  return "<!doctype html>\n" + renderToString(body) + "\n";
}
