/**
 * The stricter comparison: Node's own server, which redirects below the links' path and elsewhere answers a page of a given
 * size.
 */
import { createServer } from "node:http";
import { PATHS } from "../../app/domain/addresses.ts";
import { LOBBY } from "./lobby.ts";

const page = "<!doctype html>" + "x".repeat(Number(process.argv[2] ?? "0"));
const server = createServer((request, response) => {
  if (request.url?.startsWith(PATHS.link + "/") === true)
    response.writeHead(302, { Location: LOBBY, "Content-Length": "0" }).end();
  else response.writeHead(200, { "Content-Type": "text/html; charset=utf-8" }).end(page);
});
server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  process.stdout.write(String(typeof address === "object" && address !== null ? address.port : 0) + "\n");
});
