/** The sandbox's first page, which links the walks and shows what the stand-ins received. */
import { createServer } from "node:http";
import { readFileSync } from "node:fs";
import express from "express";
import { renderToString } from "preact-render-to-string";
import { Received } from "./received.tsx";
import { Walks, type WalkOptions } from "./walks.tsx";
import type { StandIn } from "../standIn.ts";
import { SandboxFault } from "../sandboxFault.ts";

export interface StartPageOptions extends WalkOptions {
  /** With 0 any free port is taken. */
  readonly port: number;
  /** Addresses of the connector that answer without a sign-in. */
  readonly connectorPages: readonly string[];
  /** Name of the stack file, shown to the reader. */
  readonly stack: string;
}

export interface StartPage {
  readonly url: string;
  stop(): Promise<void>;
}

const file = (name: string) => readFileSync(new URL(name, import.meta.url), "utf8");
/**
 * The page's content security policy. Submitting a form leads to the connector and on to Teams, and Chromium applies
 * `form-action` to each step.
 */
const policy = (targets: string) =>
  "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; form-action 'self' " +
  targets +
  "; base-uri 'none'; frame-ancestors 'none'";

export async function startPage(options: StartPageOptions): Promise<StartPage> {
  const { sandbox } = options;
  const standIns = [sandbox.oracle, sandbox.microsoft];
  const formTargets = [options.patientLinks, sandbox.microsoft.pages]
    .map((address) => new URL(address).origin)
    .join(" ");
  const app = express();
  app.disable("x-powered-by");
  app.use((_request, response, next) => {
    response.set({
      "content-security-policy": policy(formTargets),
      "referrer-policy": "no-referrer",
      "cache-control": "no-store",
    });
    next();
  });
  app.get("/", (_request, response) => {
    response.send("<!doctype html>" + renderToString(<Page {...options} standIns={standIns} />));
  });
  app.get("/received", (_request, response) => {
    response.send(renderToString(<Received standIns={standIns} />));
  });
  app.get("/style.css", (_request, response) => response.type("css").send(file("style.css")));
  app.get("/live.js", (_request, response) => response.type("js").send(file("live.js")));
  // Only links to the connector are opened; anything else that was pasted is not.
  app.get("/patient", (request, response) => {
    const { link } = request.query;
    const pasted = typeof link === "string" ? link.trim() : "";
    if (pasted.startsWith(options.patientLinks)) response.redirect(303, pasted);
    else
      response
        .status(400)
        .type("text")
        .send("A patient's link begins with " + options.patientLinks + ". Copy it from the visit's page.\n");
  });
  app.post("/vault", express.urlencoded({ extended: false }), async (request, response) => {
    const { name, value } = request.body as Readonly<Record<string, unknown>>;
    const sameSite = request.get("sec-fetch-site") === "same-origin";
    if (
      !sameSite ||
      typeof name !== "string" ||
      typeof value !== "string" ||
      !/^[0-9a-zA-Z-]{1,127}$/.test(name) ||
      value === ""
    ) {
      response
        .status(400)
        .type("text")
        .send("A secret needs a name of letters, digits and dashes, and a value.\n");
      return;
    }
    await sandbox.microsoft.vault.setSecret(name, value);
    response.redirect(303, "/?kept=" + encodeURIComponent(name));
  });

  const server = createServer(app);
  const port = await new Promise<number>((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      const words =
        "Port " +
        String(options.port) +
        " is in use. Stop the program that holds it, or choose other ports with PORT.";
      reject(error.code === "EADDRINUSE" ? new SandboxFault(words, { cause: error }) : error);
    });
    server.listen(options.port, "127.0.0.1", () => {
      const address = server.address();
      resolve(typeof address === "object" && address !== null ? address.port : options.port);
    });
  });
  return {
    url: "http://127.0.0.1:" + String(port) + "/",
    stop: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}

function Page(options: StartPageOptions & { readonly standIns: readonly StandIn[] }) {
  const { connectorPages, stack, standIns } = options;
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>A hospital in a box</title>
        <link rel="stylesheet" href="/style.css" />
        <script type="module" src="/live.js" />
      </head>
      <body>
        <header>
          <p class="kicker">The open Teams EHR connector for Oracle Health</p>
          <h1>A hospital in a box</h1>
          <p class="lead">
            Everything here runs on this machine: the connector, and stand-ins that speak the vendors’
            protocols. All people are invented. Nothing is sent anywhere.
          </p>
        </header>
        <main>
          <Walks {...options} />
          <section>
            <h2>Change the hospital</h2>
            <p>
              The hospital is described in <code>{stack}</code>, as a deployment’s is. Change a department, a
              lobby rule or a connection, stop with Ctrl-C and start again.{" "}
              {options.isEmpty ? (
                <>
                  <code>npm start</code> runs the one that is set up already.
                </>
              ) : (
                <>
                  <code>npm start -- empty</code> runs another one, in which nothing is set up yet.
                </>
              )}
            </p>
            <details>
              <summary>Put a client secret into the vault</summary>
              <p>
                Only for a chart system of your own whose registration has a secret: the stack file names it,
                the vault holds it.
              </p>
              <form method="post" action="/vault">
                <label>
                  Name in the stack file
                  <input name="name" required pattern="[0-9a-zA-Z\-]{1,127}" autocomplete="off" />
                </label>
                <label>
                  Secret
                  <input name="value" type="password" required autocomplete="off" />
                </label>
                <button type="submit">Keep it</button>
              </form>
            </details>
          </section>
          <section>
            <h2>What the stand-ins received</h2>
            <p>
              Newest first: method, path and status. Bodies, queries and headers are not recorded. A 401 of
              the vault is how it asks for a token.
            </p>
            <div id="received">
              <Received standIns={standIns} />
            </div>
          </section>
          <section>
            <h2>The connector’s own pages</h2>
            <p class="links">
              {connectorPages.map((page) => (
                <a href={page}>{new URL(page).pathname}</a>
              ))}
            </p>
          </section>
        </main>
      </body>
    </html>
  );
}
