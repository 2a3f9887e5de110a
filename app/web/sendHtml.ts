/**
 * Sends a page as one write of headers and body. Express's own `send` first checks whether the browser has the page already,
 * which no page of ours allows, and copies the text.
 */
import type { ServerResponse } from "node:http";

/** @param headers further ones, where those that every answer carries are not on the response yet */
export function sendHtml(
  response: ServerResponse,
  status: number,
  html: string | Buffer,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(status, {
    ...headers,
    "Content-Type": "text/html; charset=utf-8",
    "Content-Length": Buffer.byteLength(html),
  });
  response.end(html);
}
