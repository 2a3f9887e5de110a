/** Operations that go on after Azure Resource Manager's first answer, until somebody has asked after them. */
import { isSameId } from "./ids.ts";

/** Until a client has been told once that an operation is in progress. */
const ASKED_IN_VAIN = 1;

interface Operation {
  readonly resourceId: string;
  asked: number;
}

export interface Operations {
  /** @returns the operation's id, for the addresses at which clients ask */
  begin(resourceId: string): string;
  /** The resource that an operation is about; undefined for an id that nobody has begun. */
  resourceOf(operationId: string): string | undefined;
  /** Whether what a resource's latest write began is done, by the question itself. */
  isDone(resourceId: string): boolean;
}

/** @param newId makes an id that no other operation has */
export function openOperations(newId: () => string): Operations {
  const all = new Map<string, Operation>();
  return {
    begin: (resourceId) => {
      const id = newId();
      all.set(id, { resourceId, asked: 0 });
      return id;
    },
    resourceOf: (operationId) => all.get(operationId)?.resourceId,
    isDone: (resourceId) => {
      const latest = [...all.values()].findLast((one) => isSameId(one.resourceId, resourceId));
      return latest === undefined || latest.asked++ >= ASKED_IN_VAIN;
    },
  };
}
