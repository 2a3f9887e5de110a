/** Oracle's code console: what to enter for each connection, registered or not. */
import { PATHS } from "../addresses.ts";
import type { Connection } from "../hospital.ts";
import { integrationRecord, type IntegrationRecord } from "../integration.ts";
import { scopesToAsk } from "../scopes.ts";
import { publicUrlOf, type Deployment } from "./deployment.ts";
import { AFTER, BEFORE, lines, type Task } from "./task.ts";

export function codeConsole(deployment: Deployment): readonly Task[] {
  const { name, environment, connections, publicHost } = deployment;
  const isKnown = publicHost !== undefined;
  return connections.map((connection): Task => {
    const record = integrationRecord(environment, connection, publicUrlOf(deployment));
    return {
      title: "Oracle's code console: " + record.name,
      when: isKnown ? BEFORE : AFTER,
      who: "whoever holds the hospital's account at Oracle's code console (code.cerner.com)",
      why: whyOf(record, connection, name),
      text: lines(
        isKnown ? [] : ["<site> is made up by Azure: pulumi stack output siteAddress --stack " + name, ""],
        formOf(name, record, connection),
      ),
    };
  });
}

function whyOf({ connection, status }: IntegrationRecord, { provider }: Connection, name: string): string {
  if (status === "awaiting registration")
    return (
      `${connection} awaits its registration, which Oracle validates and each domain must enable: begin early. ` +
      `The client id then goes into Pulumi.${name}.yaml under connections[].provider.`
    );
  const method = provider?.authentication.method ?? "";
  return `${connection} is registered: check that it says exactly this, letter by letter, and authenticates by ${method}.`;
}

/** In the console's order; SMART v1, because registrations as v2 lose scopes. */
function formOf(stack: string, record: IntegrationRecord, connection: Connection): readonly string[] {
  const scopes = scopesToAsk(connection);
  const byKey = connection.provider?.authentication.method !== "client_secret_basic";
  const application = scopes.filter((scope) => scope.includes("/"));
  const standard = scopes.filter((scope) => !scope.includes("/"));
  return [
    // One registration for each connection of each deployment; the console lists them by name.
    `Application name      Teams video visits, ${stack}: ${record.connection}`,
    "Application type      Provider",
    `Type of access        ${scopes.includes("offline_access") ? "Offline" : "Online"}`,
    "Application privacy   Confidential",
    "SMART version         SMART v1",
    "FHIR specification    R4",
    "SMART launch URI      " + record.launchUrl,
    "Redirect URI          " + record.redirectUrl,
    ...(byKey
      ? ["JWKS URI              " + record.jwksUrl]
      : ["Authentication        client secret (it goes into the vault, see below)"]),
    "Standard scopes       " + standard.join(" "),
    ...application.map((scope, index) => (index === 0 ? "User scopes" : "").padEnd(22) + scope),
    "FHIR base URL         " + record.fhirBaseUrl,
    "Client id             " + (record.clientId ?? "<from the console>"),
  ];
}

/** Behind an edge everybody reaches the published keys. */
export function keyReaders(deployment: Deployment): readonly Task[] {
  if (deployment.behindEdge) return [];
  return [
    {
      title: "Oracle's way to the connector's keys",
      when: AFTER,
      who: "the hospital's contact at Oracle Health",
      why: "Oracle checks the connector's signature by the keys it publishes, and this site has no edge: only addresses under network.allow reach it.",
      text: lines(
        "To Oracle Health: our application publishes its public keys at",
        `  ${publicUrlOf(deployment)}${PATHS.keySet}`,
        "behind a list of allowed addresses. From which addresses does the authorization server",
        "of our test domain read a client's JWKS URI?",
        "",
        "The answer goes under network.allow; then pulumi up.",
      ),
    },
  ];
}
