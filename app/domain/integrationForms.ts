/**
 * The integration records of a connection as people enter them in Oracle's code console and in PowerChart, in the console's
 * order. The portal's page, its files and the texts of what is done by hand are all made from these.
 */
import { PATHS } from "./addresses.ts";
import type { Environment } from "./environment.ts";
import type { ConfiguredClient } from "./hospital.ts";
import { integrationRecord, type IntegrationRecord, type Recorded } from "./integration.ts";
import { scopesToAsk } from "./scopes.ts";

export type Persona = "provider" | "system" | "patient";

export interface IntegrationForm {
  readonly persona: Persona;
  readonly entries: readonly IntegrationEntry[];
}

export interface IntegrationEntry {
  /** The console's own name for the entry, if it has it. */
  readonly name: string;
  /** A list has values of which each is ticked by itself. */
  readonly value: string | readonly string[];
  /** Present on a value that Oracle gives to us, instead of us to Oracle. */
  readonly isOracles?: true;
}

/** The deployment that the records are for. */
export interface IntegrationDeployment {
  /** A name such as `lamna-test`; the console lists applications by name. */
  readonly stackName: string;
  readonly environment: Environment;
  /** Origin of the connector, without a final slash. */
  readonly publicUrl: string;
}

export function integrationForms(
  deployment: IntegrationDeployment,
  connection: Recorded,
): readonly IntegrationForm[] {
  return [
    providerForm(deployment, connection),
    patientForm(deployment, connection),
    systemForm(deployment, connection),
  ];
}

/** The application with which a clinician launches. It uses SMART v1, because registrations as v2 lose scopes. */
export function providerForm(deployment: IntegrationDeployment, connection: Recorded): IntegrationForm {
  const { stackName, environment, publicUrl } = deployment;
  const record = integrationRecord(environment, connection, publicUrl);
  const scopes = scopesToAsk(connection);
  return {
    persona: "provider",
    entries: [
      // There is one registration for each connection of each deployment.
      entry("Application name", `Teams video visits, ${stackName}: ${record.connection}`),
      entry("Application type", "Provider"),
      entry("Type of access", scopes.includes("offline_access") ? "Offline" : "Online"),
      ...OF_BOTH,
      entry("SMART launch URI", record.launchUrl),
      entry("Redirect URI", record.redirectUrl),
      proofOf(record, connection.provider),
      entry("Standard scopes", scopes.filter((scope) => !scope.includes("/")).join(" ")),
      entry(
        "User scopes",
        scopes.filter((scope) => scope.includes("/")),
      ),
      ...ofChart(record),
      entry("PowerChart URL", POWERCHART_URL),
      { name: "Client id", value: record.clientId ?? FROM_CONSOLE, isOracles: true },
    ],
  };
}

/**
 * The application with which the connector reads by itself. A registration has one persona, so this one is separate; nobody
 * launches it.
 */
export function systemForm(deployment: IntegrationDeployment, connection: Recorded): IntegrationForm {
  const { stackName, environment, publicUrl } = deployment;
  const record = integrationRecord(environment, connection, publicUrl);
  return {
    persona: "system",
    entries: [
      entry("Application name", `Teams video visits, ${stackName}: ${record.connection}, system`),
      entry("Application type", "System"),
      // Nobody is signed in while it reads (https://medblocks.com/docs/backend/cerner).
      entry("Type of access", "Offline"),
      ...OF_BOTH,
      proofOf(record, connection.system),
      entry("System scopes", record.system.scopes),
      ...ofChart(record),
      { name: "Client id", value: record.system.clientId ?? FROM_CONSOLE, isOracles: true },
    ],
  };
}

/** The connector has no application of the type Patient: a patient comes by a link. */
function patientForm(
  { environment, publicUrl }: IntegrationDeployment,
  connection: Recorded,
): IntegrationForm {
  return {
    persona: "patient",
    entries: [
      entry("Application type", "None, there is no patient launch"),
      entry("SMART launch URI", "None, a patient comes by the join link"),
      entry("Join link", `${publicUrl}${PATHS.link}/{token}`),
      ...ofChart(integrationRecord(environment, connection, publicUrl)),
    ],
  };
}

const entry = (name: string, value: IntegrationEntry["value"]): IntegrationEntry => ({ name, value });

const OF_BOTH = [
  entry("Application privacy", "Confidential"),
  entry("SMART version", "SMART v1"),
  entry("FHIR specification", "R4"),
];

const ofChart = ({ environment, fhirBaseUrl }: IntegrationRecord) => [
  entry("Environment", environment),
  entry("FHIR base URL", fhirBaseUrl),
];

const proofOf = (
  { jwksUrl }: IntegrationRecord,
  client: { readonly authentication: Pick<ConfiguredClient["authentication"], "method"> } | undefined,
): IntegrationEntry =>
  client?.authentication.method === "client_secret_basic"
    ? entry("Authentication", "client secret")
    : entry("JWKS URI", jwksUrl);

const FROM_CONSOLE = "<from the console>";

/**
 * How PowerChart opens an application: through Oracle's own SMART server, which fills in what stands between dollar signs
 * and then calls the launch URI. The application id is not the client id.
 */
const POWERCHART_URL =
  "https://{SMART server of the domain}/smart/apps/{application id}?PAT_PersonId=$PAT_PersonId$&VIS_EncntrId=$VIS_EncntrId$&USR_PersonId=$USR_PersonId$&PAT_PPRCode=$PAT_PPRCode$";

/** The entries as text: a line for each, and a line for each value of a list. */
export const formLines = ({ entries }: IntegrationForm): readonly string[] =>
  entries.flatMap(({ name, value }) =>
    [value].flat().map((each, index) => (index === 0 ? name : "").padEnd(NAME_WIDTH) + each),
  );

const NAME_WIDTH = 22;

/** A value on one line. */
export const valueOf = ({ value }: IntegrationEntry): string => [value].flat().join(" ");
