/** The frame of every page that looks like Microsoft's. */
import type { Response } from "express";
import type { ComponentChildren, VNode } from "preact";
import { renderToStringAsync } from "preact-render-to-string";

export interface PageProps {
  readonly title: string;
  /** Name of the stylesheet under public/. */
  readonly look: "entra" | "teams";
  readonly scripts?: readonly string[];
  /** Seconds after which the page reloads by itself where scripts do not run. */
  readonly refreshSeconds?: number;
  readonly children: ComponentChildren;
}

export function Page({ title, look, scripts = [], refreshSeconds, children }: PageProps): VNode {
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>{title}</title>
        <link rel="stylesheet" href={`/microsoft/public/${look}.css`} />
        {scripts.map((name) => (
          <script key={name} type="module" src={`/microsoft/public/${name}`} />
        ))}
        {refreshSeconds !== undefined && (
          <noscript>
            <meta http-equiv="refresh" content={String(refreshSeconds)} />
          </noscript>
        )}
      </head>
      <body>{children}</body>
    </html>
  );
}

/** Sends a page with a strict content security policy; `leadsTo` names the origins to which its form may lead. */
export async function sendPage(
  response: Response,
  page: VNode,
  { status = 200, leadsTo = [] as readonly string[] } = {},
): Promise<void> {
  response
    .status(status)
    .set({
      "Content-Security-Policy": [
        "default-src 'none'",
        "style-src 'self'",
        "script-src 'self'",
        "connect-src 'self'",
        "img-src 'self'",
        ["form-action 'self'", ...leadsTo].join(" "),
        "base-uri 'none'",
        "frame-ancestors 'none'",
      ].join("; "),
      "Cache-Control": "no-store",
      "Referrer-Policy": "no-referrer",
      "X-Content-Type-Options": "nosniff",
      "Permissions-Policy": "camera=(self), microphone=(self), geolocation=()",
    })
    .type("html")
    .send("<!doctype html>" + (await renderToStringAsync(page)));
}
