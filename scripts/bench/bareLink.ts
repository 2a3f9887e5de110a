/**
 * What a patient's link cannot cost less than: Node's own server, which checks the link's token and reads the visit's row
 * from the store at each request, since a revoked link is dead at once, and then answers. Below the links' path it redirects;
 * elsewhere it answers a page of a given size. It runs in the deployment's environment, without Express and without rules.
 */
import { createServer } from "node:http";
import { setTimeout as passed } from "node:timers/promises";
import { compose } from "../../app/compose.ts";
import { readSettings } from "../../app/config/readSettings.ts";
import { PATHS } from "../../app/domain/addresses.ts";
import { jsonLog } from "../../app/log.ts";

const now = () => new Date();
const { visits } = await compose(
  readSettings(process.env),
  jsonLog(() => undefined, now),
  now,
  (milliseconds) => passed(milliseconds),
);
const page = "<!doctype html>" + "x".repeat(Number(process.argv[2] ?? "0"));

async function joinUrlOf(token: string): Promise<string | undefined> {
  const claims = visits.claims(token);
  const visit = claims === undefined ? undefined : await visits.ofLink(claims.visit);
  return visit?.meeting?.joinUrl;
}

const server = createServer((request, response) => {
  const path = request.url ?? "";
  void joinUrlOf(path.slice(path.lastIndexOf("/") + 1)).then((joinUrl) => {
    if (joinUrl === undefined) response.writeHead(404).end();
    else if (path.startsWith(PATHS.link + "/"))
      response.writeHead(302, { Location: joinUrl, "Content-Length": "0" }).end();
    else response.writeHead(200, { "Content-Type": "text/html; charset=utf-8" }).end(page);
  });
});
server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  process.stdout.write(String(typeof address === "object" && address !== null ? address.port : 0) + "\n");
});
