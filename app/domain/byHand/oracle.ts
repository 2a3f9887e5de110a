/** Oracle's code console: what to enter for each connection, whether it is registered or not. */
import { PATHS } from "../addresses.ts";
import type { Client, Connection } from "../hospital.ts";
import { integrationRecord, type IntegrationRecord } from "../integration.ts";
import { formLines, providerForm, systemForm, type IntegrationForm } from "../integrationForms.ts";
import { publicUrlOf, type Deployment } from "./deployment.ts";
import { AFTER, BEFORE, lines, type Task } from "./task.ts";

export function codeConsole(deployment: Deployment): readonly Task[] {
  const { name, environment, connections, publicHost } = deployment;
  const isKnown = publicHost !== undefined;
  const site = isKnown
    ? []
    : ["<site> is made up by Azure: pulumi stack output siteAddress --stack " + name, ""];
  const described = { stackName: name, environment, publicUrl: publicUrlOf(deployment) };
  const entry: Pick<Task, "when" | "who"> = { when: isKnown ? BEFORE : AFTER, who: WHO };
  return connections.flatMap((connection): Task[] => {
    const record = integrationRecord(environment, connection, described.publicUrl);
    const title = "Oracle's code console: " + record.name;
    const launches = {
      ...entry,
      title,
      why: whyOf(record, connection, name),
      text: lines(site, formOf(providerForm(described, connection))),
    };
    const { system } = connection;
    if (system === undefined) return [launches];
    const alone = {
      ...entry,
      title: title + ", system client",
      why: registeredWords(record.connection + "'s system client", system),
      text: lines(site, formOf(systemForm(described, connection))),
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

/** The form's lines without a secret, which does not belong in a form; the texts say where it goes. */
const formOf = (form: IntegrationForm): readonly string[] =>
  formLines(form).map((line) =>
    line.startsWith("Authentication ") ? line + " (it goes into the vault, see below)" : line,
  );

/** Where a deployment has an edge there is nothing to do, because everybody can reach the published keys. */
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
