/**
 * Sends a page as one write of headers and body. Express's own `send` first checks whether the browser has the page already,
 * which no page of ours allows, and copies the text.
 */
import type { Response } from "express";

export function sendHtml(response: Response, status: number, html: string): void {
  response.writeHead(status, {
    "Content-Type": "text/html; charset=utf-8",
    "Content-Length": Buffer.byteLength(html),
  });
  response.end(html);
}
