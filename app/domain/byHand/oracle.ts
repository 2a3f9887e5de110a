/** Oracle's code console: what to enter for each connection, registered or not. */
import { integrationRecords, type IntegrationRecord } from "../integration.ts";
import { hasEdge } from "../../../infra/stack/choices.ts";
import { vaultNames } from "../../../infra/stack.ts";
import { AFTER, BEFORE, lines, publicUrlOf, type Connection, type Deployment, type Task } from "./task.ts";

export function codeConsole(deployment: Deployment): readonly Task[] {
  const { name, stack, scopesOf } = deployment;
  const connections = new Map((stack.connections ?? []).map((one) => [one.id, one]));
  return integrationRecords(stack, publicUrlOf(stack)).flatMap((record) => {
    const connection = connections.get(record.connection);
    if (connection === undefined) return [];
    const isKnown = stack.publicHost !== undefined;
    return [
      {
        title: "Oracle's code console: " + record.name,
        when: isKnown ? BEFORE : AFTER,
        who: "whoever holds the hospital's account at Oracle's code console (code.cerner.com)",
        why: whyOf(record, connection, name),
        text: lines(
          isKnown ? [] : ["<site> is made up by Azure: pulumi stack output siteAddress --stack " + name, ""],
          formOf(record, connection, scopesOf(connection)),
        ),
      },
    ];
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
function formOf(
  record: IntegrationRecord,
  { provider }: Connection,
  scopes: readonly string[],
): readonly string[] {
  const byKey = provider?.authentication.method !== "client_secret_basic";
  const application = scopes.filter((scope) => scope.includes("/"));
  const standard = scopes.filter((scope) => !scope.includes("/"));
  return [
    `Application name      Teams video visits (${record.environment})`,
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
export function keyReaders({ stack }: Deployment): readonly Task[] {
  if (hasEdge(stack) || vaultNames(stack).keys.length === 0) return [];
  return [
    {
      title: "Oracle's way to the connector's keys",
      when: AFTER,
      who: "the hospital's contact at Oracle Health",
      why: "Oracle checks the connector's signature by the keys it publishes, and this site has no edge: only addresses under network.allow reach it.",
      text: lines(
        "To Oracle Health: our application publishes its public keys at",
        `  ${publicUrlOf(stack)}/.well-known/jwks.json`,
        "behind a list of allowed addresses. From which addresses does the authorization server",
        "of our test domain read a client's JWKS URI?",
        "",
        "The answer goes under network.allow; then pulumi up.",
      ),
    },
  ];
}
