/**
 * Cosmos DB's data plane over the accounts, databases and containers that the cloud holds
 * (https://learn.microsoft.com/rest/api/cosmos-db/). Items are kept as long as their container exists.
 */
import type { IncomingMessage } from "node:http";
import { azure } from "../../azure/resourceTypes/require.ts";
import { at, isGroup, listAt, textAt, textsAt } from "../../azure/controlPlane/json.ts";
import type { Cloud, CloudResource, Hooks } from "../../azure/controlPlane/model.ts";
import type { Caller } from "../../front/hosts/caller.ts";
import type { Backend } from "../../front/hosts/front.ts";
import { principalOf, refuseFromOutside, refuseUngranted } from "./access.ts";
import type { Answer, CosmosAccount } from "./asked.ts";
import { CosmosContainer, type ContainerSettings } from "./container.ts";
import { Unspoken } from "./refused.ts";
import { answered } from "./routes.ts";
import { askedBy, refusal, send } from "./serve.ts";
import type { Parts } from "../parts.ts";

const CONTAINER = azure("cosmosdb:SqlResourceSqlContainer");
const PAGE_ITEMS = 100;

export interface CosmosPlane {
  /**
   * For the front: finds what answers as an account's host, which may be the account's own or that of one of its regions.
   */
  readonly resolve: (host: string) => Backend | undefined;
  /** For the cloud: a container's items are deleted with it. */
  readonly hooks: Hooks;
  /**
   * Requests that are not implemented here, although the service may know them. If there were any, the rehearsal has proved
   * less than it reports.
   */
  readonly unspoken: readonly string[];
}

export function cosmosPlane({ cloud, tokens }: Pick<Parts, "cloud" | "tokens">): CosmosPlane {
  const kept = new Map<string, CosmosContainer>();
  const unspoken: string[] = [];
  let made = 0;

  function containerAt(id: string): CosmosContainer | undefined {
    const resource = cloud().find(id);
    if (resource === undefined) return undefined;
    const key = resource.id.toLowerCase();
    const container =
      kept.get(key) ??
      new CosmosContainer(
        ridOf(++made),
        () => settingsOf(cloud().find(id)),
        () => cloud().now(),
      );
    kept.set(key, container);
    return container;
  }

  async function handle(request: IncomingMessage, host: string, caller: Caller): Promise<Answer> {
    const account = accountAt(cloud(), host);
    if (account === undefined) throw new Error(`The account ${host} is gone.`);
    refuseFromOutside(cloud(), account, caller);
    const principalId = await principalOf(request.headers.authorization, cloud(), account, tokens);
    return answered(await askedBy(request), met(account, principalId));
  }

  function met(account: CloudResource, principalId: string): CosmosAccount {
    const databases = account.id + "/sqlDatabases/";
    return {
      description: describe(account),
      pageSize: PAGE_ITEMS,
      permit: (action, resource) => refuseUngranted(cloud(), account, principalId, action, resource),
      database: (id) =>
        cloud().find(databases + id) === undefined
          ? undefined
          : { container: (name) => containerAt(`${databases}${id}/containers/${name}`) },
    };
  }

  return {
    unspoken,
    resolve: (host) =>
      accountAt(cloud(), host) === undefined
        ? undefined
        : (request, response, caller) => {
            handle(request, host, caller).then(
              (answer) => send(response, answer),
              (cause: unknown) => {
                if (cause instanceof Unspoken) unspoken.push(cause.message);
                send(response, refusal(cause));
              },
            );
          },
    hooks: {
      [CONTAINER]: ({ operation, resource }) => {
        if (operation === "delete") kept.delete(resource.id.toLowerCase());
      },
    },
  };
}

/** The account that has this host name, itself or for one of its regions. */
function accountAt(cloud: Cloud, host: string): CloudResource | undefined {
  const isHost = (endpoint: string | undefined) =>
    endpoint !== undefined && new URL(endpoint).hostname === host.toLowerCase();
  return cloud
    .all(azure("cosmosdb:DatabaseAccount"))
    .find(({ properties }) =>
      [properties, ...listAt(properties, "readLocations")].some((location) =>
        isHost(textAt(location, "documentEndpoint")),
      ),
    );
}

function describe({ name, properties }: CloudResource): unknown {
  const locations = (list: string) =>
    listAt(properties, list)
      .filter(isGroup)
      .map((location) => ({
        name: textAt(location, "locationName"),
        databaseAccountEndpoint: textAt(location, "documentEndpoint"),
      }));
  return {
    id: name,
    _rid: `${name}.documents.azure.com`,
    _self: "",
    media: "//media/",
    addresses: "//addresses/",
    _dbs: "//dbs/",
    writableLocations: locations("writeLocations"),
    readableLocations: locations("readLocations"),
    enableMultipleWriteLocations: at(properties, "enableMultipleWriteLocations") === true,
    userConsistencyPolicy: {
      defaultConsistencyLevel: textAt(properties, "consistencyPolicy.defaultConsistencyLevel"),
    },
  };
}

function settingsOf(container: CloudResource | undefined): ContainerSettings {
  const properties = container?.properties;
  const [partitionKey = ""] = textsAt(properties, "resource.partitionKey.paths");
  const defaultTtl = at(properties, "resource.defaultTtl");
  return { partitionKey, ...(typeof defaultTtl === "number" && { defaultTtl }) };
}

/** An id of eight bytes, like the service's ids of containers. */
function ridOf(number: number): string {
  const bytes = Buffer.alloc(8, 7);
  bytes.writeUInt32BE(number, 4);
  return bytes.toString("base64");
}
