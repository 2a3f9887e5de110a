/**
 * A strict stand-in of an Azure Cosmos account: https, the REST protocol that `@azure/cosmos` speaks, tokens checked.
 * It can do what the npm emulator gets wrong: atomic batches, time to live, a change feed, partition scope.
 * https://learn.microsoft.com/rest/api/cosmos-db/
 */
import https from "node:https";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { ContainerDefinition } from "../../../app/records/containers.ts";
import type { Answer, CosmosAccount } from "../../../infra/rehearsal/planes/cosmos/asked.ts";
import { CosmosContainer } from "../../../infra/rehearsal/planes/cosmos/container.ts";
import { Unspoken, type Refused } from "../../../infra/rehearsal/planes/cosmos/refused.ts";
import { answered } from "../../../infra/rehearsal/planes/cosmos/routes.ts";
import { askedBy, refusal, send } from "../../../infra/rehearsal/planes/cosmos/serve.ts";
import { loopbackCertificate } from "./standIn/certificate.ts";
import { directory, type Directory } from "./standIn/tokens.ts";

export interface CosmosStandIn {
  /** The address, by https on 127.0.0.1. */
  readonly endpoint: string;
  readonly database: string;
  /** An agent that trusts the stand-in's certificate. */
  readonly agent: https.Agent;
  readonly directory: Directory;
  /** The requests that it does not implement. The SDK swallows some refusals, so a test has to look here. */
  readonly unspoken: readonly string[];
  /** Answers the next request with this refusal, or never. */
  failNext(fault: Refused | "silence"): void;
  stop(): Promise<void>;
}

export interface StandInOptions {
  readonly containers: readonly ContainerDefinition[];
  /** The service's own clock, by which items expire. */
  readonly clock: () => Date;
  readonly consistency?: "Strong" | "Session";
}

const DATABASE = "connector";
/** Items on a page: fewer than any test lists, so that the SDK has to ask for further pages. */
const PAGE = 3;

export async function startCosmosStandIn({
  containers,
  clock,
  consistency = "Strong",
}: StandInOptions): Promise<CosmosStandIn> {
  const there = new Map<string, CosmosContainer>(
    containers.map(({ name, partitionKey, ttl }, at) => {
      const settings = { partitionKey, ...(ttl && { defaultTtl: -1 }) };
      return [name, new CosmosContainer(ridOf(at), () => settings, clock)];
    }),
  );
  const entra = await directory();
  const { key, cert, agent } = await loopbackCertificate();
  const unspoken: string[] = [];
  const faults: (Refused | "silence")[] = [];

  const handle = async (request: IncomingMessage): Promise<Answer> => {
    await entra.check(request.headers.authorization, endpoint);
    const account: CosmosAccount = {
      description: described(endpoint, consistency),
      pageSize: PAGE,
      permit: () => undefined,
      database: (id) => (id === DATABASE ? { container: (name) => there.get(name) } : undefined),
    };
    return answered(await askedBy(request), account);
  };
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    response.setHeader("date", clock().toUTCString());
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

function described(endpoint: string, defaultConsistencyLevel: string): unknown {
  const locations = [{ name: "West Europe", databaseAccountEndpoint: endpoint }];
  return {
    id: "stand-in",
    _rid: "stand-in.documents",
    writableLocations: locations,
    readableLocations: locations,
    enableMultipleWriteLocations: false,
    userConsistencyPolicy: { defaultConsistencyLevel },
  };
}

/** The service's id of a container, which has eight bytes. */
const ridOf = (at: number) => Buffer.from([7, 7, 7, 7, 0, 0, 0, at]).toString("base64");
