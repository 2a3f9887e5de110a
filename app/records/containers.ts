/** Every kind of thing that the connector keeps, and the containers they lie in, which infra makes in Azure. */
import type { ContainerName } from "../ports/store.ts";
import { jobs } from "./jobs.ts";
import { keys } from "./keys.ts";
import type { RecordKind } from "./record.ts";
import { sessions } from "./sessions.ts";
import { signInAddresses } from "./signInAddresses.ts";
import { signIns } from "./signIns.ts";
import { staffAccounts } from "./staffAccounts.ts";
import { ticks } from "./ticks.ts";
import { visitLinks } from "./visitLinks.ts";
import { visits } from "./visitRow.ts";

/** In the order in which people read about them. */
export const kinds: readonly RecordKind[] = [
  visits,
  visitLinks,
  staffAccounts,
  sessions,
  signIns,
  signInAddresses,
  jobs,
  ticks,
  keys,
];

export interface ContainerDefinition {
  readonly name: ContainerName;
  readonly partitionKey: "/partition";
  /** Whether single items expire (`defaultTtl: -1`). */
  readonly ttl: boolean;
}

export const containers: readonly ContainerDefinition[] = kinds
  .filter(({ part }) => part === undefined)
  .map(({ container, expires }) => ({ name: container, partitionKey: "/partition", ttl: expires }));
