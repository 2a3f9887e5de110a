/** The headers that every answer carries, the content security policy among them. */
import type { RequestHandler } from "express";

export interface HeaderRules {
  /** The origin that the browser sees; if it is https, the browser is told to use only https. */
  readonly publicUrl: string;
  /**
   * Origins that a form's answer may redirect to, such as the sign-in authority: Chromium applies `form-action` to
   * redirects, too (https://github.com/w3c/webappsec-csp/issues/8).
   */
  readonly formTargets: readonly string[];
}

/** Two years of https only for an address that is https; no header on a laptop. */
export function strictTransport(publicUrl: string): Readonly<Record<string, string>> {
  return publicUrl.startsWith("https://") ? { "Strict-Transport-Security": "max-age=63072000" } : {};
}

/** The headers that every answer carries. A route may replace `Cache-Control`. */
export function everyAnswers(rules: HeaderRules): Readonly<Record<string, string>> {
  return {
    "Content-Security-Policy": contentSecurityPolicy(rules.formTargets),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), microphone=(self), geolocation=(), payment=(), usb=()",
    "Cache-Control": "no-store",
    ...strictTransport(rules.publicUrl),
  };
}

/** Sets the headers that every answer carries. They are made once. */
export function standardHeaders(rules: HeaderRules): RequestHandler {
  const headers = new Map(Object.entries(everyAnswers(rules)));
  return (_request, response, next) => {
    response.removeHeader("X-Powered-By");
    response.setHeaders(headers);
    next();
  };
}

function contentSecurityPolicy(formTargets: readonly string[]): string {
  return [
    "default-src 'none'",
    "style-src 'self'",
    "script-src 'self'",
    "img-src 'self' data:",
    "connect-src 'self'",
    ["form-action 'self'", ...formTargets].join(" "),
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join("; ");
}
