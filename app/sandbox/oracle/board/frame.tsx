/** The frame of PowerChart's pages, and the bar that says which faults are on. */
import type { Response } from "express";
import type { ComponentChildren, VNode } from "preact";
import { renderToString } from "preact-render-to-string";
import type { Domain } from "../domain.ts";
import type { FaultName } from "../faults.ts";

/** What every page for a signed-in clinician shows around its content. */
export interface Around {
  readonly domain: Domain;
  readonly practitionerId: string;
  readonly faultsOn: readonly FaultName[];
}

/** Sends a page. Forms may lead to the connector (a launch, an answer to it), so `form-action` is not narrowed. */
export function send(response: Response, status: number, page: VNode): void {
  response
    .status(status)
    .set({
      "content-security-policy":
        "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'",
      "cache-control": "no-store",
      "referrer-policy": "no-referrer",
      "x-content-type-options": "nosniff",
    })
    .type("html")
    .send(`<!doctype html>${renderToString(page)}`);
}

export function Document(props: { title: string; children: ComponentChildren }) {
  return (
    <html lang="en">
      <head>
        <meta charSet="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>{props.title}</title>
        <link rel="stylesheet" href="/board.css" />
      </head>
      <body>
        <a class="skip" href="#content">
          Skip to content
        </a>
        {props.children}
      </body>
    </html>
  );
}

export function Frame(props: { title: string; around: Around; here: string; children: ComponentChildren }) {
  const { around } = props;
  const clinician = around.domain.clinic.clinician(around.practitionerId);
  return (
    <Document title={`${props.title} – PowerChart`}>
      <header class="top">
        <p class="product">
          PowerChart <DomainBadge domain={around.domain} />
        </p>
        <nav aria-label="Organizer">
          <NavLink href="/schedule" here={props.here} label="Schedule" />
          <NavLink href="/patients" here={props.here} label="Patients" />
          <NavLink href="/faults" here={props.here} label="Faults" />
        </nav>
        <form method="post" action="/sign-out" class="who">
          <span>{clinician.display}</span>
          <button type="submit" class="quiet">
            Sign out
          </button>
        </form>
      </header>
      <FaultBar on={around.faultsOn} />
      {props.children}
    </Document>
  );
}

/** Shows which faults are on, so that none is mistaken for a fault of the product. */
export function FaultBar({ on }: { on: readonly FaultName[] }) {
  if (on.length === 0) return null;
  return (
    <aside class="faults-on" aria-label="Faults switched on">
      <strong>This chart system is made to fail:</strong> {on.join(", ")}. <a href="/faults">Change</a>
    </aside>
  );
}

export function DomainBadge({ domain }: { domain: Domain }) {
  const isProduction = domain.tenant.environment === "production";
  return <span class={isProduction ? "domain production" : "domain"}>{isProduction ? "PROD" : "TEST"}</span>;
}

function NavLink(props: { href: string; here: string; label: string }) {
  return (
    <a href={props.href} {...(props.href === props.here ? { "aria-current": "page" as const } : {})}>
      {props.label}
    </a>
  );
}
