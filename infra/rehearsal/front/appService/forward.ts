/** Passes a request on to the site's process as App Service's front end does. */
import http, { type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from "node:http";
import { addressOf, type Caller } from "../hosts/caller.ts";

export function forward(
  request: IncomingMessage,
  response: ServerResponse,
  port: number,
  caller: Caller,
): void {
  const onward = http.request({
    host: "127.0.0.1",
    port,
    method: request.method,
    path: request.url,
    headers: headersFor(request.headers, caller),
  });
  onward.on("response", (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.rawHeaders);
    answer.pipe(response);
    answer.on("error", () => response.destroy());
  });
  onward.on("error", () => {
    if (response.headersSent) response.destroy();
    else
      response
        .writeHead(502, { "content-type": "text/plain" })
        .end("502 - Web server received an invalid response.\n");
  });
  response.on("close", () => onward.destroy());
  request.pipe(onward);
}

/**
 * Headers in which the caller describes itself, replaced or extended by what the front end knows, as App Service does it.
 */
function headersFor(headers: IncomingHttpHeaders, caller: Caller): IncomingHttpHeaders {
  const address = addressOf(caller) + ":50000";
  const before = headers["x-forwarded-for"];
  return {
    ...headers,
    connection: "close",
    "x-forwarded-for": before === undefined ? address : `${String(before)}, ${address}`,
    "x-forwarded-proto": "https",
    "x-client-ip": addressOf(caller),
    "x-arr-ssl": "2048|256|CN=Microsoft Azure RSA TLS Issuing CA 04|CN=*.azurewebsites.net",
    "x-site-deployment-id": "rehearsal",
    "disguised-host": headers.host,
  };
}
