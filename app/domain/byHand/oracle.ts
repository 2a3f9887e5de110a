/** Oracle's code console: what to enter for each connection, registered or not. */
import { PATHS } from "../addresses.ts";
import type { Client, Connection } from "../hospital.ts";
import { integrationRecord, type IntegrationRecord } from "../integration.ts";
import { scopesToAsk } from "../scopes.ts";
import { publicUrlOf, type Deployment } from "./deployment.ts";
import { AFTER, BEFORE, lines, type Task } from "./task.ts";

export function codeConsole(deployment: Deployment): readonly Task[] {
  const { name, environment, connections, publicHost } = deployment;
  const isKnown = publicHost !== undefined;
  const site = isKnown
    ? []
    : ["<site> is made up by Azure: pulumi stack output siteAddress --stack " + name, ""];
  const entry: Pick<Task, "when" | "who"> = { when: isKnown ? BEFORE : AFTER, who: WHO };
  return connections.flatMap((connection): Task[] => {
    const record = integrationRecord(environment, connection, publicUrlOf(deployment));
    const title = "Oracle's code console: " + record.name;
    const launches = {
      ...entry,
      title,
      why: whyOf(record, connection, name),
      text: lines(site, formOf(name, record, connection)),
    };
    const { system } = connection;
    if (system === undefined) return [launches];
    const alone = {
      ...entry,
      title: title + ", system client",
      why: registeredWords(record.connection + "'s system client", system),
      text: lines(site, systemFormOf(name, record, system)),
    };
    return [launches, alone];
  });
}

const WHO = "whoever holds the hospital's account at Oracle's code console (code.cerner.com)";

function whyOf({ connection, status }: IntegrationRecord, { provider }: Connection, name: string): string {
  if (status === "awaiting registration")
    return (
      `${connection} awaits its registration, which Oracle validates and each domain must enable: begin early. ` +
      `The client id then goes into Pulumi.${name}.yaml under connections[].provider.`
    );
  return registeredWords(connection, provider);
}

function registeredWords(what: string, client: Client | undefined): string {
  const method = client?.authentication.method ?? "";
  return `${what} is registered: check that it says exactly this, letter by letter, and authenticates by ${method}.`;
}

/** A registration has one persona, so the connector's own reading has one of its own, which nobody launches. */
function systemFormOf(stack: string, record: IntegrationRecord, client: Client): readonly string[] {
  return [
    `Application name      Teams video visits, ${stack}: ${record.connection}, system`,
    "Application type      System",
    "Application privacy   Confidential",
    "SMART version         SMART v1",
    "FHIR specification    R4",
    proofOf(record, client),
    ...scopeLines("System scopes", record.system.scopes),
    "FHIR base URL         " + record.fhirBaseUrl,
    "Client id             " + client.clientId,
  ];
}

const proofOf = ({ jwksUrl }: IntegrationRecord, client: Client | undefined): string =>
  client?.authentication.method === "client_secret_basic"
    ? "Authentication        client secret (it goes into the vault, see below)"
    : "JWKS URI              " + jwksUrl;

const scopeLines = (name: string, scopes: readonly string[]): readonly string[] =>
  scopes.map((scope, index) => (index === 0 ? name : "").padEnd(22) + scope);

/** In the console's order; SMART v1, because registrations as v2 lose scopes. */
function formOf(stack: string, record: IntegrationRecord, connection: Connection): readonly string[] {
  const scopes = scopesToAsk(connection);
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
    proofOf(record, connection.provider),
    "Standard scopes       " + standard.join(" "),
    ...scopeLines("User scopes", application),
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
