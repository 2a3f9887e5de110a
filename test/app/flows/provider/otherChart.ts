/** A stack with one more chart system: a small server of ours, and a department for its one location. */
import { fhirBaseUrl } from "../../../../app/domain/fhirBaseUrl.ts";
import type { ConfiguredConnection } from "../../../../app/domain/hospital.ts";
import type { StackSettingsInput } from "../../../../infra/stack.ts";
import { LOCATION, type SmallServer } from "./smallServer.ts";
import { textsOf } from "../../../harness/html.ts";

export const withChart =
  (server: Pick<SmallServer, "fhirBaseUrl">, id = "other") =>
  (stack: StackSettingsInput): StackSettingsInput => ({
    ...stack,
    connections: [
      ...(stack.connections ?? []),
      {
        id,
        name: "Another chart system",
        fhirBaseUrl: server.fhirBaseUrl,
        environment: "production",
        provider: {
          clientId: "connector-at-" + id,
          authentication: { method: "private_key_jwt", key: "fhir-client" },
        },
      },
    ],
    departments: [
      ...(stack.departments ?? []),
      {
        id: id + "-clinic",
        name: "Lamna Other Clinic",
        phone: "(202) 555-0143",
        timeZone: "America/Chicago",
        lobby: "staff",
        connection: id,
        locations: [LOCATION],
        organizer: "7d0c5a1e-0000-4000-8000-00000000a001",
      },
    ],
  });

/** A single connection in the form that the adapter gets. */
export function connectionAt(base: string): ConfiguredConnection {
  const verdict = fhirBaseUrl(base, { loopback: true });
  if (!verdict.ok) throw new Error(verdict.reason);
  const name = "Another chart system";
  return {
    id: "other",
    name,
    fhirBaseUrl: verdict.url,
    aud: base,
    environment: "production",
    visitTypes: ["Video Visit"],
  };
}

/** The address that a chart system opens for a clinician. */
export function launchAddress(
  connector: string,
  iss: string,
  more: Readonly<Record<string, string>> = {},
): URL {
  const url = new URL(connector + "/launch/provider");
  for (const [name, value] of Object.entries({ iss, launch: "context-1", ...more }))
    url.searchParams.set(name, value);
  return url;
}

/** The text of a page's `<h1>`. */
export function heading({ html }: { readonly html: string }): string {
  return textsOf(html, "h1")[0] ?? html;
}
