/** Turns what was typed into a connection that can be kept, or says why it cannot be, field by field. */
import { connectionSchema, type Connection } from "../../../domain/hospital.ts";
import { hospitalFaults } from "../../../domain/hospitalFaults.ts";
import { unseenFault } from "../../../domain/unseen.ts";
import type { Probe } from "../../../ports/ehr.ts";
import {
  configuredOf,
  secretContext,
  type PortalClient,
  type PortalConnection,
} from "../../../records/portalConnections.ts";
import type { FieldFaults } from "../fields.ts";
import type { PortalPicks } from "../parts.ts";
import { areSame, duplicateFaults, everyOther, productionFaults } from "./others.ts";
import { linesOf, writeBackIn, suggestedId, type Field, type Persona, type Sent } from "./form.ts";

export type ConnectionFaults = FieldFaults<Field | "providerSecret" | "systemSecret">;

export type Judged =
  | { readonly ok: true; readonly id: string; readonly value: PortalConnection }
  | {
      readonly ok: false;
      readonly faults: ConnectionFaults;
      /** The server's own answer, where every field is good; a secret has to be entered again nevertheless. */
      readonly probe?: Extract<Probe, { readonly ok: false }>;
    };

type Picks = Pick<
  PortalPicks,
  "connectionSettings" | "ehr" | "environment" | "formerAddresses" | "hospital" | "keyring"
>;

/** @param before the kept connection; absent for a new one */
export async function judged(
  picks: Picks,
  { typed, secrets }: Pick<Sent, "typed" | "secrets">,
  before?: { readonly id: string; readonly value: PortalConnection },
): Promise<Judged> {
  const others = (await everyOther(picks, before?.id)).filter(({ id }) => id !== before?.id);
  const id =
    before?.id ??
    (typed.id === ""
      ? suggestedId(typed.name, new Set(others.map((other) => other.id)), "connection")
      : typed.id);
  // A secret is sent only to the server for which it was entered.
  const loopback = picks.environment === "local";
  const isSameSystem = before !== undefined && areSame(before.value.fhirBaseUrl, typed.fhirBaseUrl, loopback);
  const kept = isSameSystem ? before.value : undefined;
  const faults: ConnectionFaults = {
    ...fieldFaults({ ...typed, id }, picks.environment),
    ...(before?.value.environment === "production" &&
      typed.environment === "test" && { environment: STAYS_PRODUCTION }),
    ...(await productionFaults(picks, typed)),
    ...duplicateFaults({ id, fhirBaseUrl: typed.fhirBaseUrl }, others, loopback),
    ...clientFaults("provider", typed, secrets, kept?.provider),
    ...clientFaults("system", typed, secrets, kept?.system),
  };
  if (Object.keys(faults).length > 0) return { ok: false, faults: { ...secretsAgain(secrets), ...faults } };
  const client = (persona: Persona) => clientOf(picks, { id, persona, typed, secrets, kept });
  const [provider, system] = [client("provider"), client("system")];
  const environment = typed.environment === "production" ? "production" : "test";
  const writeBack = writeBackIn(typed);
  const value: PortalConnection = {
    name: typed.name,
    fhirBaseUrl: typed.fhirBaseUrl,
    environment,
    ...(provider && { provider }),
    ...(system && { system }),
    visitTypes: linesOf(typed.visitTypes),
    ...(writeBack !== undefined && { writeBack }),
    ...permission(environment, before?.value, isSameSystem),
  };
  const asked = configuredOf(id, { ...value, enabled: true }, loopback);
  const known = before && configuredOf(id, { ...before.value, enabled: true }, loopback);
  // The server is asked only if something that concerns it has changed, so that a name can be changed while the server is
  // down.
  if (asked !== undefined && (known === undefined || whatIsProbed(asked) !== whatIsProbed(known))) {
    const probe = await picks.ehr.probe(asked);
    if (!probe.ok) return { ok: false, faults: secretsAgain(secrets), probe };
  }
  return { ok: true, id, value };
}

const whatIsProbed = ({ fhirBaseUrl, provider }: NonNullable<ReturnType<typeof configuredOf>>) =>
  JSON.stringify([fhirBaseUrl, provider]);

/** Otherwise a visit on a production chart could count as the test visit that lets the connection be turned on. */
const STAYS_PRODUCTION = "What was production stays so. Remove it and add a test domain.";

/** The faults that ask for the secrets again: no page shows a secret, so a form that comes back has lost them. */
export const secretsAgain = (secrets: Sent["secrets"]): ConnectionFaults =>
  Object.fromEntries(
    (["provider", "system"] as const)
      .filter((persona) => secrets[persona] !== "")
      .map((persona) => [`${persona}Secret`, "A client secret that you entered has to be entered again."]),
  );

/**
 * Whether the connection is on. A new test connection is on at once. A clearing holds for one chart system only, so another
 * one has to be cleared again.
 */
function permission(
  environment: "test" | "production",
  before: PortalConnection | undefined,
  isSameSystem: boolean,
): Pick<PortalConnection, "enabled" | "cleared"> {
  if (environment === "test") return { enabled: before === undefined || before.enabled };
  if (before?.cleared === undefined || !isSameSystem) return { enabled: false };
  return { enabled: before.enabled, cleared: before.cleared };
}

/** Limits of what is kept: every process reads all connections at once. */
const LONGEST_URL = 500;
const LONGEST_CLIENT_ID = 200;
const MOST_TYPES = 50;
const LONGEST_TYPE = 100;
const TOO_LONG = `Use ${String(LONGEST_CLIENT_ID)} characters at most.`;

function fieldFaults(
  typed: Readonly<Record<Field, string>>,
  deployment: PortalPicks["environment"],
): ConnectionFaults {
  const { id, name, fhirBaseUrl, environment, visitTypes } = typed;
  const { shape } = connectionSchema;
  const isEnvironment = shape.environment.safeParse(environment).success;
  const said: Connection = {
    id,
    name,
    fhirBaseUrl,
    environment: environment === "production" ? "production" : "test",
    visitTypes: [visitTypes],
  };
  const rules = fhirBaseUrl === "" ? [] : hospitalFaults({ environment: deployment, connections: [said] });
  const rule = (field: Field) => {
    const start = "connections[0]." + field + ": ";
    return rules.find((each) => each.startsWith(start))?.slice(start.length);
  };
  const url = rule("fhirBaseUrl");
  return {
    ...(!shape.name.safeParse(name).success && {
      name: name === "" ? "Enter a name that administrators will know it by." : "Use 80 characters at most.",
    }),
    ...(!shape.id.safeParse(id).success && {
      id: "Use small letters, digits and dashes, starting with a letter, 32 at most; or leave it empty.",
    }),
    ...(fhirBaseUrl === ""
      ? {
          fhirBaseUrl:
            "Enter the FHIR R4 base URL. Oracle’s look like https://fhir-ehr.cerner.com/r4/<tenant>.",
        }
      : url !== undefined && { fhirBaseUrl: "The address " + url + "." }),
    ...(fhirBaseUrl.length > LONGEST_URL && {
      fhirBaseUrl: `Use ${String(LONGEST_URL)} characters at most.`,
    }),
    ...(!isEnvironment
      ? { environment: "Choose test or production." }
      : rule("environment") !== undefined && {
          environment: "A test deployment takes only test connections. Choose Test.",
        }),
    ...(linesOf(visitTypes).length === 0 && {
      visitTypes: "Enter at least one appointment type that is a video visit.",
    }),
    ...((linesOf(visitTypes).length > MOST_TYPES ||
      linesOf(visitTypes).some((line) => line.length > LONGEST_TYPE)) && {
      visitTypes: `Use ${String(MOST_TYPES)} types at most, of ${String(LONGEST_TYPE)} characters each.`,
    }),
    ...brokenFaults(typed),
    ...(typed.providerClientId.length > LONGEST_CLIENT_ID && { providerClientId: TOO_LONG }),
    ...(typed.systemClientId.length > LONGEST_CLIENT_ID && { systemClientId: TOO_LONG }),
  };
}

/**
 * Faults of characters that nobody sees, by the rule of stack files, into which a connection may move: what is copied into
 * addresses and messages is one line.
 */
const brokenFaults = (typed: Readonly<Record<Field, string>>): ConnectionFaults =>
  Object.fromEntries(
    (["name", "providerClientId", "systemClientId", "visitTypes"] as const).flatMap((field) => {
      const lines = field === "visitTypes" ? linesOf(typed[field]) : [typed[field]];
      const [fault] = lines.map(unseenFault).filter((each) => each !== undefined);
      return fault === undefined ? [] : [[field, fault]];
    }),
  );

function clientFaults(
  persona: Persona,
  typed: Sent["typed"],
  secrets: Sent["secrets"],
  kept: PortalClient | undefined,
): ConnectionFaults {
  const [clientId, method] = [typed[`${persona}ClientId`], typed[`${persona}Method`]];
  if (method !== "key" && method !== "secret")
    return { [`${persona}Method`]: "Choose the deployment’s key or a client secret." };
  if (clientId === "" && secrets[persona] !== "")
    return { [`${persona}ClientId`]: "Enter the client id that the secret belongs to." };
  const isKept = kept?.authentication.method === "client_secret_basic";
  if (clientId !== "" && method === "secret" && secrets[persona] === "" && !isKept)
    return { [`${persona}Secret`]: "Enter the client secret that Oracle issued." };
  return {};
}

function clientOf(
  { keyring }: Pick<Picks, "keyring">,
  of: {
    readonly id: string;
    readonly persona: Persona;
    readonly typed: Sent["typed"];
    readonly secrets: Sent["secrets"];
    readonly kept: PortalConnection | undefined;
  },
): PortalClient | undefined {
  const { id, persona, typed, secrets } = of;
  const clientId = typed[`${persona}ClientId`];
  if (clientId === "") return undefined;
  if (typed[`${persona}Method`] === "key") return { clientId, authentication: { method: "private_key_jwt" } };
  const kept = of.kept?.[persona]?.authentication;
  if (secrets[persona] === "" && kept?.method === "client_secret_basic")
    return { clientId, authentication: kept };
  const sealedSecret = keyring.seal(secretContext(id, persona), secrets[persona]);
  return { clientId, authentication: { method: "client_secret_basic", sealedSecret } };
}
