/**
 * How a local stack and the sandbox find each other: ports at fixed offsets from PORT, and the registrations that a hospital
 * would make.
 */
import type { Client } from "../../app/domain/hospital.ts";
import { integrationRecord } from "../../app/domain/integration.ts";
import { scopesToAsk, systemScopes } from "../../app/domain/scopes.ts";
import type { ChartRegistration, SandboxPorts } from "../../app/sandbox/sandbox.ts";
import type { StackSettings } from "../../infra/stack.ts";
import { ExplainedError } from "./stackFile.ts";

const DEFAULT_PORT = 3000;
const OFFSETS = {
  startPage: 1,
  oracle: { pages: 2, backChannel: 3 },
  microsoft: { pages: 4, backChannel: 5 },
  communication: { pages: 6, backChannel: 7 },
};

export interface LocalPorts {
  readonly connector: number;
  readonly connectorUrl: string;
  readonly startPage: number;
  readonly sandbox: SandboxPorts;
  /** Origin of the sandbox's chart system. */
  readonly charts: string;
}

/** The vendors are at `localhost` and the connector is at `127.0.0.1`, so that they are two sites to a browser. */
export function portsFrom(text: string | undefined): LocalPorts {
  const port = text === undefined || text === "" ? DEFAULT_PORT : Number(text);
  if ((text !== undefined && /\D/.test(text)) || port < 1024 || port > 65_500)
    throw new ExplainedError(
      "PORT must be a number from 1024 to 65500; the sandbox takes the seven ports after it.",
    );
  const at = (pair: { pages: number; backChannel: number }) => ({
    pages: port + pair.pages,
    backChannel: port + pair.backChannel,
  });
  return {
    connector: port,
    connectorUrl: "http://127.0.0.1:" + String(port),
    startPage: port + OFFSETS.startPage,
    sandbox: {
      oracle: at(OFFSETS.oracle),
      microsoft: at(OFFSETS.microsoft),
      communication: at(OFFSETS.communication),
    },
    charts: origin(port + OFFSETS.oracle.backChannel),
  };
}

/** The stack with its addresses moved to these ports; stack files name the sandbox at the default PORT. */
export function withPorts(stack: StackSettings, ports: LocalPorts): StackSettings {
  const written = origin(DEFAULT_PORT + OFFSETS.oracle.backChannel) + "/";
  const connections = stack.connections?.map((connection) =>
    connection.fhirBaseUrl.startsWith(written)
      ? { ...connection, fhirBaseUrl: ports.charts + "/" + connection.fhirBaseUrl.slice(written.length) }
      : connection,
  );
  return {
    ...stack,
    ...(connections && { connections: connections }),
  };
}

/** The registrations at the sandbox of the connections whose chart system is the sandbox's. */
export function chartsAtSandbox(stack: StackSettings, ports: LocalPorts): ChartRegistration[] {
  return (stack.connections ?? []).flatMap((connection): ChartRegistration[] => {
    const oracleTenant = oracleTenantAt(ports.charts, connection.fhirBaseUrl);
    if (oracleTenant === undefined) return [];
    const { environment, provider, system } = connection;
    const { redirectUrl, launchUrl, jwksUrl } = integrationRecord(
      stack.environment,
      connection,
      ports.connectorUrl,
    );
    const at = ({ clientId, authentication: way }: Client) => ({
      tenant: oracleTenant,
      environment,
      clientId,
      authentication: way.method === "client_secret_basic" ? { secretName: way.secret } : { jwksUrl },
    });
    const launches = provider && {
      ...at(provider),
      persona: "provider" as const,
      scopes: scopesToAsk(connection),
      redirectUrl,
      launchUrl,
    };
    const alone = system && {
      ...at(system),
      persona: "system" as const,
      scopes: systemScopes(stack.environment, connection),
    };
    return [launches, alone].filter((registration) => registration !== undefined);
  });
}

function oracleTenantAt(charts: string, fhirBaseUrl: string): string | undefined {
  const prefix = charts + "/r4/";
  return fhirBaseUrl.startsWith(prefix) ? fhirBaseUrl.slice(prefix.length).replace(/\/$/, "") : undefined;
}

const origin = (port: number) => "https://localhost:" + String(port);
