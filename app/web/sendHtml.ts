/**
 * Sends a page as one write of headers and body. Express's own `send` first checks whether the browser has the page already,
 * which no page of ours allows, and copies the text.
 */
import type { ServerResponse } from "node:http";
import type { Encoded } from "./slots.ts";

/** @param headers further ones, where those that every answer carries are not on the response yet */
export function sendHtml(
  response: ServerResponse,
  status: number,
  html: string | Encoded,
  headers: Readonly<Record<string, string>> = {},
): void {
  const isText = typeof html === "string";
  response.writeHead(status, {
    ...headers,
    "Content-Type": "text/html; charset=utf-8",
    "Content-Length": isText ? Buffer.byteLength(html) : html.bytes.length,
  });
  if (isText) response.end(html);
  else response.end(html.bytes, "latin1");
}
