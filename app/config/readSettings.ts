/**
 * Reads every setting of the connector: each is parsed once, and all faults are reported together. `infra/settings.ts` must
 * produce exactly the {@link SettingName}s, with string values, which is what App Service takes.
 */
import * as z from "zod";
import { approvalsSchema, type Approvals } from "../domain/approvals.ts";
import { featuresOf, type NumberOwner } from "../domain/defaults.ts";
import type { Environment } from "../domain/environment.ts";
import { featuresSchema, settledFeaturesSchema, type Features } from "../domain/features.ts";
import { evidenceSchema, type Evidence } from "../domain/evidenceKeys.ts";
import { audienceOf, fhirBaseUrl } from "../domain/fhirBaseUrl.ts";
import {
  connectionSchema,
  departmentSchema,
  organizationSchema,
  visitRulesSchema,
  type ConfiguredConnection,
  type Connection,
  type Department,
  type Organization,
  type VisitRules,
} from "../domain/hospital.ts";
import { mailingSchema, type Mailing } from "../domain/mailing.ts";
import { messageRulesSchema, type MessageRules } from "../domain/messages.ts";
import {
  staffRecipientsSchema,
  textingSchema,
  VERIFICATIONS,
  type StaffRecipients,
  type Texting,
  type Verification,
} from "../domain/texting.ts";
import { OPTIONAL, REQUIRED, type OptionalSetting, type RequiredSetting, type SettingName } from "./names.ts";
import { parsedJson } from "./json.ts";
import { addressFault, digest, guid, mailAddress, phoneNumber, port } from "./values.ts";

export interface Settings {
  readonly tenant: string;
  /** The stack file, in which administrators find the stack's settings: `stacks/Pulumi.lamna-test.yaml`. */
  readonly stackFile: string;
  readonly environment: Environment;
  /** An origin without a final slash. */
  readonly publicUrl: string;
  readonly port: number;
  /** The Azure region that the site runs in, such as East US 2; undefined on a laptop. */
  readonly region: string | undefined;
  readonly organization: Organization;
  readonly visits: VisitRules;
  readonly connections: readonly ConfiguredConnection[];
  readonly departments: readonly Department[];
  readonly microsoft: {
    readonly tenantId: string;
    readonly clientId: string;
    readonly authority: string;
    readonly graph: string;
    readonly identityClientId: string;
  };
  readonly vault: {
    readonly url: string;
    readonly wrappingKey: string;
  };
  readonly store:
    | { readonly kind: "cosmos"; readonly endpoint: string; readonly database: string }
    | { readonly kind: "sqlite"; readonly file: string };
  /**
   * Texts and mails, and their senders. What a stack leaves out is set in the portal, or has the value in
   * app/domain/defaults.ts.
   */
  readonly messaging: {
    readonly endpoint: string | undefined;
    readonly numbers: NumberOwner;
    readonly number: string | undefined;
    /** The initial value only; from then on the portal keeps it. */
    readonly verification: Verification | undefined;
    readonly texting: Texting | undefined;
    readonly rules: MessageRules | undefined;
    readonly mailing: Mailing | undefined;
    readonly mailSender: string | undefined;
    readonly staffRecipients: StaffRecipients | undefined;
  };
  /** Where messages for background work are queued: in Azure's storage account, or beside the store on a laptop. */
  readonly queue:
    | { readonly kind: "storage"; readonly endpoint: string }
    | { readonly kind: "sqlite"; readonly file: string };
  readonly features: Features;
  readonly approvals: Approvals | undefined;
  /** How a test deployment vouches for a promotion, and where the records of promotions are. */
  readonly evidence: (Evidence & { readonly blobEndpoint: string }) | undefined;
  /** A staging slot serves pages but takes no background work. */
  readonly worker: boolean;
  readonly packageDigest: string;
  /** Identifies this set of settings; `/healthz` reports it. */
  readonly revision: string;
}

/** The settings cannot be used; the message has a line for each fault, naming the setting and what it should hold. */
export class SettingsFault extends Error {
  override readonly name = "SettingsFault";
}

/**
 * Reads the settings from what the platform hands over: App Service adds `PORT` to the settings that infra produced.
 * @throws SettingsFault with every fault at once.
 */
export function readSettings(environment: Readonly<Record<string, string | undefined>>): Settings {
  const faults: string[] = [];
  const fault = (name: string, words: string) => void faults.push(name + " " + words);
  const text = (name: SettingName): string | undefined => nonBlank(environment[name]);
  const required = (name: RequiredSetting): string => {
    const value = text(name);
    if (value === undefined) fault(name, "is missing; it holds " + REQUIRED[name]);
    return value ?? "";
  };
  const json = <S extends z.ZodType>(
    name: SettingName,
    schema: S,
    absent?: string,
  ): z.output<S> | undefined => {
    const value = text(name) ?? absent;
    return value === undefined ? undefined : parsedJson(value, schema, (words) => fault(name, words));
  };

  const environmentName = required("CONNECTOR_ENVIRONMENT");
  if (environmentName !== "" && !isEnvironment(environmentName))
    fault(
      "CONNECTOR_ENVIRONMENT",
      "is " + JSON.stringify(environmentName) + "; it holds local, test or production",
    );
  const local = environmentName === "local";
  const address = (name: SettingName, value: string | undefined): string => {
    if (value === undefined || value === "") return "";
    const wrong = addressFault(value, local);
    if (wrong !== undefined) fault(name, wrong);
    return value.replace(/\/$/, "");
  };

  const organization = json("CONNECTOR_ORGANIZATION", organizationSchema);
  const visits = json("CONNECTOR_VISITS", visitRulesSchema);
  const connections = json("CONNECTOR_CONNECTIONS", z.array(connectionSchema), "[]") ?? [];
  const departments = json("CONNECTOR_DEPARTMENTS", z.array(departmentSchema), "[]") ?? [];
  const oneOf = <Word extends string>(name: SettingName, words: readonly [Word, ...Word[]]): Word => {
    const value = text(name) ?? words[0];
    const known = words.find((word) => word === value);
    if (known === undefined)
      fault(name, "is " + JSON.stringify(value) + "; it holds " + OPTIONAL[name as OptionalSetting]);
    return known ?? words[0];
  };
  const optionalWord = <Word extends string>(name: SettingName, words: readonly [Word, ...Word[]]) =>
    text(name) === undefined ? undefined : oneOf(name, words);
  const optionalAddress = (name: OptionalSetting) =>
    text(name) === undefined ? undefined : address(name, text(name));
  const settings: Omit<Settings, "organization" | "visits" | "connections"> = {
    tenant: required("CONNECTOR_TENANT"),
    environment: environmentName as Environment,
    stackFile: stackFile(text, environmentName, fault),
    publicUrl: address("CONNECTOR_PUBLIC_URL", required("CONNECTOR_PUBLIC_URL")),
    // App Service adds this, as it adds PORT.
    region: nonBlank(environment["REGION_NAME"]),
    port: port(environment["PORT"], (words) => fault("PORT", words)),
    departments,
    microsoft: {
      tenantId: guid("MICROSOFT_TENANT_ID", required("MICROSOFT_TENANT_ID"), fault),
      clientId: guid("MICROSOFT_CLIENT_ID", required("MICROSOFT_CLIENT_ID"), fault),
      authority: address("MICROSOFT_AUTHORITY", required("MICROSOFT_AUTHORITY")),
      graph: address("MICROSOFT_GRAPH", required("MICROSOFT_GRAPH")),
      identityClientId: guid("IDENTITY_CLIENT_ID", required("IDENTITY_CLIENT_ID"), fault),
    },
    vault: {
      url: address("VAULT_URL", required("VAULT_URL")),
      wrappingKey: required("VAULT_WRAPPING_KEY"),
    },
    store: store(text, address, local, fault),
    messaging: {
      endpoint: optionalAddress("COMMUNICATION_ENDPOINT"),
      numbers: oneOf("CONNECTOR_NUMBERS", ["portal", "stack"]),
      number: phoneNumber("COMMUNICATION_NUMBER", text("COMMUNICATION_NUMBER"), fault),
      verification: optionalWord("CONNECTOR_NUMBER_VERIFICATION", VERIFICATIONS),
      texting: json("CONNECTOR_TEXTING", textingSchema),
      rules: json("CONNECTOR_MESSAGES", messageRulesSchema),
      mailing: json("CONNECTOR_MAIL", mailingSchema),
      mailSender: mailAddress("COMMUNICATION_MAIL_SENDER", text("COMMUNICATION_MAIL_SENDER"), fault),
      staffRecipients: json("CONNECTOR_STAFF_RECIPIENTS", staffRecipientsSchema),
    },
    queue: queue(text, optionalAddress("QUEUE_ENDPOINT"), fault),
    features:
      json("CONNECTOR_FEATURES", settledFeaturesSchema) ??
      featuresOf(environmentName as Environment, false, featuresSchema.parse({})),
    approvals: json("CONNECTOR_APPROVALS", approvalsSchema),
    evidence: evidence(json("CONNECTOR_EVIDENCE", evidenceSchema), optionalAddress("BLOB_ENDPOINT"), fault),
    worker: oneOf("CONNECTOR_WORKER", ["on", "off"]) === "on",
    packageDigest: digest("PACKAGE_DIGEST", required("PACKAGE_DIGEST"), fault),
    revision: digest("CONNECTOR_REVISION", required("CONNECTOR_REVISION"), fault),
  };
  for (const name of ["CONNECTOR_ORGANIZATION", "CONNECTOR_VISITS"] as const) required(name);
  const canonical = connections.map((connection) => canonicalConnection(connection, local, fault));

  if (faults.length > 0 || organization === undefined || visits === undefined)
    throw new SettingsFault(["The connector cannot start with these settings:", ...faults].join("\n  "));
  return { ...settings, organization, visits, connections: canonical };
}

function canonicalConnection(
  connection: Connection,
  local: boolean,
  fault: (name: string, words: string) => void,
): ConfiguredConnection {
  const verdict = fhirBaseUrl(connection.fhirBaseUrl, { loopback: local });
  if (verdict.ok)
    return {
      ...connection,
      fhirBaseUrl: verdict.url,
      aud: audienceOf(connection.fhirBaseUrl, verdict.url),
    };
  fault("CONNECTOR_CONNECTIONS", connection.id + " fhirBaseUrl " + verdict.reason);
  return connection as ConfiguredConnection;
}

/**
 * The stack file's path, under the name that the program gives it: each deployment has one file. On a laptop any stack file
 * may have been used to start.
 */
function stackFile(
  text: (name: SettingName) => string | undefined,
  environment: string,
  fault: (name: string, words: string) => void,
): string {
  const file = text("CONNECTOR_STACK_FILE");
  if (file !== undefined && environment !== "local")
    fault("CONNECTOR_STACK_FILE", "is for environment local only; leave it out");
  return file ?? `stacks/Pulumi.${text("CONNECTOR_TENANT") ?? ""}-${environment}.yaml`;
}

function store(
  text: (name: SettingName) => string | undefined,
  address: (name: SettingName, value: string | undefined) => string,
  local: boolean,
  fault: (name: string, words: string) => void,
): Settings["store"] {
  const endpoint = text("STORE_COSMOS_ENDPOINT");
  const file = text("STORE_SQLITE_FILE");
  if ((endpoint === undefined) === (file === undefined))
    fault("STORE_COSMOS_ENDPOINT", "or STORE_SQLITE_FILE must be there, one of them and not both");
  if (file !== undefined && !local)
    fault("STORE_SQLITE_FILE", "is for environment local only; say STORE_COSMOS_ENDPOINT instead");
  if (endpoint === undefined) return { kind: "sqlite", file: file ?? "" };
  const database = text("STORE_COSMOS_DATABASE");
  if (database === undefined)
    fault("STORE_COSMOS_DATABASE", "is missing; it holds " + OPTIONAL.STORE_COSMOS_DATABASE);
  return { kind: "cosmos", endpoint: address("STORE_COSMOS_ENDPOINT", endpoint), database: database ?? "" };
}

function queue(
  text: (name: SettingName) => string | undefined,
  endpoint: string | undefined,
  fault: (name: string, words: string) => void,
): Settings["queue"] {
  if (endpoint !== undefined) return { kind: "storage", endpoint };
  const file = text("STORE_SQLITE_FILE");
  if (file === undefined) fault("QUEUE_ENDPOINT", "is missing; it holds " + OPTIONAL.QUEUE_ENDPOINT);
  return { kind: "sqlite", file: file ?? "" };
}

function evidence(
  said: Evidence | undefined,
  blobEndpoint: string | undefined,
  fault: (name: string, words: string) => void,
): Settings["evidence"] {
  if (said === undefined) return undefined;
  if (blobEndpoint === undefined) fault("BLOB_ENDPOINT", "is missing; it holds " + OPTIONAL.BLOB_ENDPOINT);
  return { ...said, blobEndpoint: blobEndpoint ?? "" };
}

const nonBlank = (value: string | undefined) =>
  value === undefined || value.trim() === "" ? undefined : value;
const isEnvironment = (value: string): value is Environment =>
  ["local", "test", "production"].includes(value);
