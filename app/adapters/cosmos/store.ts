/** The store in Azure Cosmos DB. The containers must exist: `infra` makes them, because a data-plane token cannot. */
import type { CosmosClient } from "@azure/cosmos";
import { refuseUnfitBatch, refuseUnstorable, type ContainerName, type Store } from "../../ports/store.ts";
import { connect, containerOf, withinDeadline, type CosmosOptions } from "./account.ts";
import { writeAll } from "./batch.ts";
import { changes, list, read } from "./reading.ts";
import { serviceTime } from "./serviceTime.ts";
import { create, remove, replace } from "./writing.ts";

export function openCosmosStore(options: CosmosOptions): Store {
  const client = connect(options);
  const { now, heard } = serviceTime(options.now, options.tell ?? (() => undefined));
  let regions: readonly string[] = [];
  const at = (name: ContainerName) => containerOf(client, options.database, name, heard);
  return {
    location: `the database ${options.database} at ${options.endpoint}`,
    regions: () => regions,
    async read(container, partition, id) {
      refuseUnstorable({ partition, id });
      return await read(at(container), partition, id, now());
    },
    async create(container, item) {
      refuseUnstorable(item);
      return await create(at(container), item, now());
    },
    async replace(container, item, etag) {
      refuseUnstorable(item);
      return await replace(at(container), item, etag, now());
    },
    async remove(container, partition, id, etag) {
      refuseUnstorable({ partition, id });
      await remove(at(container), partition, id, etag, now());
    },
    async batch(container, partition, writes) {
      refuseUnfitBatch(partition, writes);
      await writeAll(at(container), partition, writes, now());
    },
    list: (container, partition, query) => list(at(container), partition, query, now()),
    changes: (container, limit, since) => changes(at(container), limit, since, now()),
    async ready() {
      await read(at("keys"), "ready", "ready", now());
      regions = await regionsOf(client);
    },
    close() {
      client.dispose();
      return Promise.resolve();
    },
  };
}

/**
 * The regions that the account's copies are in.
 * @throws where its consistency is weaker than bounded staleness: an instance would not yet see what another has just
 *   written, so a launch would be unknown at its callback
 */
async function regionsOf(client: CosmosClient): Promise<readonly string[]> {
  const { resource } = await withinDeadline("tell its consistency", () => client.getDatabaseAccount());
  const consistency = String(resource?.consistencyPolicy);
  if (!["Strong", "BoundedStaleness"].includes(consistency))
    throw new Error(
      `The Cosmos account's default consistency is ${consistency}; set it to Strong, so that every instance reads what another wrote`,
    );
  const copies = [...(resource?.writableLocations ?? []), ...(resource?.readableLocations ?? [])];
  return [...new Set(copies.map(({ name }) => name))];
}
