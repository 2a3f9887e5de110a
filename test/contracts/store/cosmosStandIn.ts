/**
 * A strict stand-in of an Azure Cosmos account: https, the REST protocol that `@azure/cosmos` speaks, tokens checked.
 * It can do what the npm emulator gets wrong: atomic batches, time to live, a change feed, partition scope.
 * https://learn.microsoft.com/rest/api/cosmos-db/
 */
import https from "node:https";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import type { ContainerDefinition } from "../../../app/adapters/cosmos/containers.ts";
import { loopbackCertificate } from "./standIn/certificate.ts";
import { CosmosContainer } from "./standIn/container.ts";
import { Refused, Unspoken } from "./standIn/refused.ts";
import { answered, type Answer, type Database } from "./standIn/routes.ts";
import { directory, type Directory } from "./standIn/tokens.ts";

export interface CosmosStandIn {
  /** https, on 127.0.0.1 */
  readonly endpoint: string;
  readonly database: string;
  /** Trusts the stand-in's certificate. */
  readonly agent: https.Agent;
  readonly directory: Directory;
  /** What it was asked and does not speak. The SDK swallows some refusals, so a test has to look here. */
  readonly unspoken: readonly string[];
  /** The next request is answered with this instead, or never. */
  failNext(fault: Refused | "silence"): void;
  stop(): Promise<void>;
}

export interface CosmosAccount {
  readonly containers: readonly ContainerDefinition[];
  /** The service's own clock, by which it lets items go. */
  readonly clock: () => Date;
  readonly consistency?: "Strong" | "Session";
}

const DATABASE = "connector";

export async function startCosmosStandIn({
  containers,
  clock,
  consistency = "Strong",
}: CosmosAccount): Promise<CosmosStandIn> {
  const database: Database = {
    id: DATABASE,
    containers: new Map(
      containers.map(({ name, ttl }, at) => [name, new CosmosContainer(ridOf(at), ttl, clock)]),
    ),
  };
  const entra = await directory();
  const { key, cert, agent } = await loopbackCertificate();
  const unspoken: string[] = [];
  const faults: (Refused | "silence")[] = [];

  const handle = async (request: IncomingMessage): Promise<Answer> => {
    const url = new URL(request.url ?? "/", endpoint);
    if (request.headers["x-ms-version"] === undefined)
      throw new Unspoken(400, "a request without x-ms-version");
    await entra.check(request.headers.authorization, endpoint);
    const body = await text(request);
    const path = url.pathname.split("/").filter(Boolean).map(decodeURIComponent);
    if (path.length === 0 && request.method === "GET") return account(endpoint, consistency);
    return answered(
      {
        method: request.method ?? "",
        path,
        headers: request.headers,
        body: body === "" ? undefined : (JSON.parse(body) as unknown),
      },
      database,
    );
  };
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const fault = faults.shift();
    if (fault === "silence") return;
    try {
      if (fault !== undefined) throw fault;
      send(response, await handle(request));
    } catch (cause) {
      if (cause instanceof Unspoken) unspoken.push(cause.message);
      send(response, refusal(cause));
    }
  };

  const server = https.createServer({ key, cert }, (request, response) => void answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const endpoint = `https://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  return {
    endpoint,
    database: DATABASE,
    agent,
    directory: entra,
    unspoken,
    failNext: (fault) => void faults.push(fault),
    async stop() {
      agent.destroy();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function account(endpoint: string, defaultConsistencyLevel: string): Answer {
  const locations = [{ name: "West Europe", databaseAccountEndpoint: endpoint }];
  return {
    status: 200,
    body: {
      id: "stand-in",
      _rid: "stand-in.documents",
      writableLocations: locations,
      readableLocations: locations,
      enableMultipleWriteLocations: false,
      userConsistencyPolicy: { defaultConsistencyLevel },
    },
  };
}

function send(response: ServerResponse, { status, headers, body }: Answer): void {
  response.writeHead(status, { "content-type": "application/json", "x-ms-request-charge": "1", ...headers });
  response.end(body === undefined || status === 204 || status === 304 ? undefined : JSON.stringify(body));
}

function refusal(cause: unknown): Answer {
  if (!(cause instanceof Refused))
    return { status: 500, body: { code: "InternalServerError", message: String(cause) } };
  const substatus = cause.substatus === undefined ? {} : { "x-ms-substatus": String(cause.substatus) };
  return {
    status: cause.status,
    headers: { ...cause.headers, ...substatus },
    body: { code: String(cause.status), message: cause.message },
  };
}

/** Eight bytes, as the service's ids of containers are. */
const ridOf = (at: number) => Buffer.from([7, 7, 7, 7, 0, 0, 0, at]).toString("base64");
