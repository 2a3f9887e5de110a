/**
 * One tenant's chart, kept by Medplum's FHIR router and repository. Every resource is validated, and every version is written as Oracle
 * writes it.
 */
import { allOk, isResource, OperationOutcomeError, validateResource, type WithId } from "@medplum/core";
import { FhirRouter, makeSimpleRequest, MemoryRepository } from "@medplum/fhir-router";
import type { Resource } from "@medplum/fhirtypes";
import { loadDefinitions } from "./definitions.ts";

export interface ChartRepository {
  read<T extends Resource["resourceType"]>(type: T, id: string): Promise<WithId<Kind<T>> | undefined>;
  /** All resources that match, whatever Medplum's own page size. `query` is a FHIR query string. */
  search<T extends Resource["resourceType"]>(type: T, query: string): Promise<WithId<Kind<T>>[]>;
  /** Creates or replaces a resource. @throws OperationOutcomeError where FHIR's own rules are broken */
  write(resource: WithId<Resource>): Promise<WithId<Resource>>;
  /** Removes a resource; from then on it is as though it had never existed. */
  remove(type: Resource["resourceType"], id: string): Promise<void>;
  /** Restores a resource that an earlier run wrote, with its version. @throws where it is not FHIR */
  restore(kept: unknown): Promise<void>;
}

type Kind<T extends Resource["resourceType"]> = Extract<Resource, { resourceType: T }>;

export async function makeChartRepository(now: () => Date): Promise<ChartRepository> {
  await loadDefinitions();
  const router = new FhirRouter();
  const repository = new VersionedRepository(now);
  const ask = async (method: "GET" | "PUT", path: string, body?: Resource): Promise<Resource | undefined> => {
    const [outcome, resource] = await router.handleRequest(makeSimpleRequest(method, path, body), repository);
    if (outcome.id === "not-found") return undefined;
    if (resource === undefined || (outcome.id !== allOk.id && outcome.id !== "created"))
      throw new OperationOutcomeError(outcome);
    return resource;
  };
  return {
    read: async (type, id) => {
      const found = await ask("GET", `${type}/${encodeURIComponent(id)}`);
      return found === undefined ? undefined : ofKind(type, found);
    },
    search: async (type, query) => {
      const found = await ask("GET", `${type}?${query}&_count=1000`);
      const entries = found?.resourceType === "Bundle" ? (found.entry ?? []) : [];
      return entries.flatMap(({ resource }) => (resource === undefined ? [] : [ofKind(type, resource)]));
    },
    write: async (resource) => {
      validateResource(resource);
      await ask("PUT", `${resource.resourceType}/${resource.id}`, resource);
      return repository.readResource(resource.resourceType, resource.id);
    },
    remove: async (type, id) => {
      await repository.deleteResource(type, id);
    },
    restore: async (kept) => {
      if (!isResource(kept) || kept.id === undefined) throw new Error("What was kept is not a FHIR resource");
      validateResource(kept);
      await repository.restore({ ...kept, id: kept.id });
    },
  };
}

/**
 * Gives versions Millennium's form. Medplum uses UUIDs as versions; Millennium counts, and an appointment's version has a
 * second part that never changes.
 */
class VersionedRepository extends MemoryRepository {
  readonly #now: () => Date;

  constructor(now: () => Date) {
    super();
    this.#now = now;
  }

  override async createResource<T extends Resource>(
    resource: T,
    options?: Parameters<MemoryRepository["createResource"]>[1],
    update = false,
  ): Promise<WithId<T>> {
    const current = await this.readResource(resource.resourceType, resource.id ?? "").catch(() => undefined);
    const count = Number.parseInt(current?.meta?.versionId ?? "0", 10) + 1;
    const versionId = String(count) + (resource.resourceType === "Appointment" ? "-1" : "");
    const meta = { ...resource.meta, versionId, lastUpdated: this.#now().toISOString() };
    return this.withSeeding(() => super.createResource({ ...resource, meta }, options, update));
  }

  async restore(resource: WithId<Resource>): Promise<void> {
    await this.withSeeding(() => super.createResource(resource, undefined, true));
  }
}

function ofKind<T extends Resource["resourceType"]>(type: T, resource: Resource): WithId<Kind<T>> {
  if (resource.resourceType !== type || resource.id === undefined)
    throw new Error(`Medplum answered ${resource.resourceType} where ${type} was asked`);
  // The check above ensures what the compiler cannot infer: resourceType decides the type.
  return resource as WithId<Kind<T>>;
}
