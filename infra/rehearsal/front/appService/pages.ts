/** The pages that App Service's front end answers when the site's own process does not. */
import type { ServerResponse } from "node:http";

const page = (title: string, words: string): string =>
  `<!DOCTYPE html><html lang="en"><head><title>${title}</title></head><body><h1>${title}</h1><p>${words}</p></body></html>`;

const html = { "content-type": "text/html", "cache-control": "no-cache" };

export function applicationError(response: ServerResponse): void {
  const words = "If you are the application administrator, you can access the diagnostic resources.";
  response.writeHead(503, html).end(page("Application Error", words));
}

export function forbidden(response: ServerResponse, address: string): void {
  const words = "The web app you have attempted to reach has blocked your access.";
  response
    .writeHead(403, { ...html, "x-ms-forbidden-ip": address })
    .end(page("Error 403 - Forbidden", words));
}

/** The answer at a host name that is bound to no site. */
export function noSuchSite(response: ServerResponse): void {
  const words = "The web app you have attempted to reach is not available in this App Service region.";
  response.writeHead(404, html).end(page("404 Web Site not found.", words));
}

export function stopped(response: ServerResponse): void {
  const words =
    "The web app you have attempted to reach is currently stopped and does not accept any requests.";
  response.writeHead(403, html).end(page("Error 403 - This web app is stopped.", words));
}

export function nothingDeployed(response: ServerResponse): void {
  response
    .writeHead(200, html)
    .end(page("Your web app is running and waiting for your content", "Built with Node.js"));
}
