/**
 * The containers, defined once: infra creates them in Azure, the adapters and the documentation read them here.
 * All are partitioned by `/partition`; `ttl: true` lets single items expire (`defaultTtl: -1`).
 */
import type { ContainerName } from "../ports/store.ts";

export interface ContainerDefinition {
  readonly name: ContainerName;
  readonly partitionKey: "/partition";
  readonly ttl: boolean;
  /** What an item holds, in the words of the privacy table. */
  readonly holds: string;
  readonly kept: string;
}

export const containers: readonly ContainerDefinition[] = [
  {
    name: "keys",
    partitionKey: "/partition",
    ttl: false,
    holds: "the connector's own keys, wrapped by the vault",
    kept: "for good",
  },
  {
    name: "launches",
    partitionKey: "/partition",
    ttl: true,
    holds: "hashed state of a launch, sealed verifier",
    kept: "10 minutes",
  },
  {
    name: "sessions",
    partitionKey: "/partition",
    ttl: true,
    holds: "hashed session id, sealed tokens",
    kept: "8 hours",
  },
  {
    name: "staffLinks",
    partitionKey: "/partition",
    ttl: false,
    holds: "EHR user's unique id and Entra object id",
    kept: "until unlinked",
  },
  {
    name: "visits",
    partitionKey: "/partition",
    ttl: true,
    holds:
      "keyed hash of connection and appointment; start, end, department, organizer, meeting id, join URL, link generations",
    kept: "end + 7 days",
  },
  {
    name: "connections",
    partitionKey: "/partition",
    ttl: false,
    holds: "sign-in addresses found at the first probe",
    kept: "until deleted",
  },
];
