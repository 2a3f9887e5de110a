/**
 * The table of all that can keep the connector from a chart system, in words for administrators. Whose move it is:
 * web/obstacleMoves.ts.
 */
import type { ProbeObstacle } from "../../../ports/ehr.ts";

export interface ObstacleWords {
  readonly title: string;
  /** What to do, or what to ask of whom. */
  readonly next: string;
}

export const OBSTACLES: Readonly<Record<ProbeObstacle, ObstacleWords>> = {
  "no-such-host": {
    title: "No server has this name",
    next: "Check the host name in the base URL letter by letter. If it is right, ask your network team whether the name can be looked up from Azure.",
  },
  inside: {
    title: "This name leads into a private network",
    next: "The connector calls public addresses only. Ask whoever runs the chart system for its public FHIR base URL.",
  },
  certificate: {
    title: "The server’s certificate is not trusted",
    next: "Ask whoever runs the chart system for a certificate of a public authority, valid today, for this host name, with its intermediate certificates.",
  },
  "no-answer": {
    title: "The server does not answer",
    next: "Try again in a minute. If it stays silent, ask whoever runs the chart system whether it is up and lets in calls from the connector’s address.",
  },
  ill: {
    title: "The server says that it is not available now",
    next: "Try again in a few minutes. If it goes on, open a service request with Oracle and name the base URL.",
  },
  redirect: {
    title: "The server leads to another address",
    next: "The connector follows no redirect. Ask whoever runs the chart system for the address that answers by itself, and enter that one.",
  },
  refused: {
    title: "The server refuses the connector",
    next: "A FHIR server describes itself without a sign-in. Check the tenant at the end of the base URL; if it is right, ask Oracle whether the tenant is open to applications.",
  },
  "not-there": {
    title: "There is no FHIR server at this address",
    next: "Check the path and the tenant in the base URL. Oracle’s look like https://fhir-ehr.cerner.com/r4/<tenant>.",
  },
  "not-fhir": {
    title: "This address answers, but not as a FHIR server",
    next: "Check that the base URL is the FHIR one and not a web page’s. If it is, ask whoever runs the chart system what stands before it, such as a proxy, or a sign-in page of a gateway.",
  },
  "other-fhir": {
    title: "The server speaks another version of FHIR",
    next: "Ask whoever runs the chart system for its FHIR R4 base URL. DSTU2 and STU3 addresses do not work.",
  },
  "no-appointments": {
    title: "The server offers no appointments",
    next: "The connector finds visits by their appointments. Ask Oracle whether scheduling is turned on for FHIR R4 in this tenant.",
  },
  "no-sign-in": {
    title: "The server does not say where clinicians sign in",
    next: "Oracle’s open sandbox is such a server; use a secured one. Otherwise ask Oracle why smart-configuration is missing.",
  },
  "unsafe-sign-in": {
    title: "The server names a sign-in address that is not safe",
    next: "Clinicians are sent to https addresses only. Ask Oracle to correct the tenant’s smart-configuration.",
  },
  "not-as-settings-say": {
    title: "The sign-in addresses are not those that the stack file insists on",
    next: "Ask Oracle whether they were moved. If so, correct signIn in the stack file; if not, do not let anybody sign in.",
  },
  "not-as-found-first": {
    title: "The sign-in addresses are not those that were found first",
    next: "Ask Oracle whether they were moved. If so, approve the new ones on the connection’s page; if not, do not let anybody sign in.",
  },
  proof: {
    title: "The connector’s own key or secret cannot be used",
    next: "The reason names the key or secret. Put it right in the key vault, or enter the client secret again here.",
  },
  unfinished: {
    title: "The check could not be finished",
    next: "Try again in a minute. If it happens again, look for connection.probe_broke in the connector’s log.",
  },
};
