/** Operations that go on after Azure Resource Manager's first answer, until somebody has asked after them. */
import { isSameId } from "../../infra/rehearsal/azure/controlPlane/ids.ts";
import type { CloudResource } from "../../infra/rehearsal/azure/controlPlane/model.ts";

/** Until a client has been told once that an operation is in progress. */
const ASKED_IN_VAIN = 1;

interface Operation {
  readonly resource: CloudResource;
  readonly deletes: boolean;
  asked: number;
}

export interface Operations {
  /**
   * @param resource as a write has made it, or as it was before its deletion
   * @returns the operation's id, for the addresses at which clients ask
   */
  begin(resource: CloudResource, deletes?: boolean): string;
  /** Undefined for an id that nobody has begun. */
  find(operationId: string): Pick<Operation, "resource" | "deletes"> | undefined;
  /** Whether the latest operation on a resource is done, by the question itself. */
  isDone(resourceId: string): boolean;
  /** The resources whose deletion goes on. */
  leaving(): readonly CloudResource[];
}

/** @param newId makes an id that no other operation has */
export function openOperations(newId: () => string): Operations {
  const all = new Map<string, Operation>();
  const latest = (resourceId: string) =>
    [...all.values()].findLast(({ resource }) => isSameId(resource.id, resourceId));
  return {
    begin: (resource, deletes = false) => {
      const id = newId();
      all.set(id, { resource, deletes, asked: 0 });
      return id;
    },
    find: (operationId) => all.get(operationId),
    isDone: (resourceId) => {
      const one = latest(resourceId);
      return one === undefined || one.asked++ >= ASKED_IN_VAIN;
    },
    leaving: () =>
      [...all.values()]
        .filter(
          ({ resource, deletes, asked }) => deletes && asked <= ASKED_IN_VAIN && latest(resource.id)?.deletes,
        )
        .map(({ resource }) => resource),
  };
}
