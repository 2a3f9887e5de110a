/**
 * Our own addresses. They stand in Oracle's registration, in Entra's, in Event Grid's subscription, in the firewall's rules
 * and in every text. Each is therefore written once, here: with one wrong letter a launch fails.
 */

import type { ChartEnvironment, Environment } from "./environment.ts";
import type { Person } from "./visit.ts";

/** Paths below the connector's public address, each with its leading slash and none at its end. */
export const PATHS = {
  /** Everything that a chart is led to lies below this path. */
  launches: "/launch",
  /** Where a chart opens a visit, for connections of the deployment's own environment. */
  launch: "/launch/provider",
  /** Where a test chart opens a visit of a production deployment. */
  testLaunch: "/launch/test",
  /** Where a chart's sign-in returns to, followed by a slash and the connection's id. */
  launchCallback: "/launch/callback",
  /** Everything that Microsoft's sign-in is led to lies below this path. */
  signIn: "/signin",
  /** Where Microsoft's sign-in returns to, whichever flow began it. */
  signInCallback: "/signin/callback",
  /** The public part of the keys with which the connector proves itself to chart systems. */
  keySet: "/.well-known/jwks.json",
  /** The public part of the key by which a test deployment vouches for what it has tested. */
  evidenceKeys: "/.well-known/evidence-keys.json",
  /** Everything that programs call lies below this path. */
  webhooks: "/webhooks",
  /** Where Event Grid brings the reports and replies of texts. */
  events: "/webhooks/events",
  /** Where Microsoft Graph tells who comes into a meeting and who leaves it. */
  callEvents: "/webhooks/graph",
  /** A clinician's pages of one launch, followed by a slash and the launch's id. */
  visits: "/visits",
  /** Tells who waits; it lies below a page of `visits` and is asked every few seconds. */
  waiting: "/waiting",
  /** Tells the same as a stream of changes, over minutes. */
  waitingStream: "/waiting/stream",
  /** A patient's or guest's link, followed by a slash and the token: it leads into Teams. */
  link: "/j",
  /** A colleague's link, followed by a slash and the token: it leads into Teams by way of Microsoft's sign-in. */
  staffLink: "/s",
  /** The page about a patient's visit, followed by a slash and the token. */
  linkPage: "/v",
  /** The administrators' pages. */
  portal: "/portal",
} as const;

/**
 * Where charts of an environment open their visits: a production deployment serves test charts, too, at an address of
 * their own; every other deployment serves its own kind alone.
 */
export function launchPath(deployment: Environment, chart: ChartEnvironment): string {
  return deployment !== "test" && chart === "test" ? PATHS.testLaunch : PATHS.launch;
}

/** Each connection has a redirect address of its own, so that one server's answer is never taken for another's. */
export function launchCallbackPath(connectionId: string): string {
  return PATHS.launchCallback + "/" + connectionId;
}

/** A launch's id in an address, as a part of a regular expression: 128 bits, base64url. */
export const LAUNCH_ID = "[A-Za-z0-9_-]{22}";

/** The pages of one launch. */
export function visitPath(launchId: string): string {
  return PATHS.visits + "/" + launchId;
}

/** The path below which a person's link lies; a slash and the token follow it. */
export function linkPathFor({ role }: Pick<Person, "role">): string {
  return role === "colleague" ? PATHS.staffLink : PATHS.link;
}

/** A path as a part of a regular expression that matches it literally: a dot in the path matches a dot only. */
export function pathPattern(path: string): string {
  return path.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
