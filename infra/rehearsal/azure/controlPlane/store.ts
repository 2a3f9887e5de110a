/** The resources that exist, by id, and the failures planned for the next operations. It knows no resource type. */
import { isBelow } from "./ids.ts";
import type { CloudResource, Failure } from "./model.ts";

export interface Store {
  find(id: string): CloudResource | undefined;
  all(token?: string): readonly CloudResource[];
  below(id: string): readonly CloudResource[];
  put(resource: CloudResource): void;
  drop(id: string): void;
  failNext(failure: Failure): void;
  /** Takes the failure that is planned for this operation; each happens once. */
  takeFailure(token: string, operation: Failure["operation"]): Failure | undefined;
  reserve(realm: string, name: string, until: Date): void;
  isReserved(realm: string, name: string): boolean;
}

export function emptyStore(now: () => Date): Store {
  const resources = new Map<string, CloudResource>();
  const reserved = new Map<string, Date>();
  const failures: Failure[] = [];
  // A budget's id comes without a leading slash.
  const key = (id: string) => id.toLowerCase().replace(/^\//u, "");
  const nameIn = (realm: string, name: string) => realm + "/" + name.toLowerCase();
  return {
    find: (id) => resources.get(key(id)),
    all: (token) =>
      [...resources.values()].filter((resource) => token === undefined || resource.token === token),
    below: (id) => [...resources.values()].filter((resource) => isBelow(resource.id, id)),
    put: (resource) => void resources.set(key(resource.id), resource),
    drop: (id) => void resources.delete(key(id)),
    failNext: (failure) => void failures.push(failure),
    takeFailure: (token, operation) => {
      const index = failures.findIndex((one) => one.token === token && one.operation === operation);
      return index === -1 ? undefined : failures.splice(index, 1)[0];
    },
    reserve: (realm, name, until) => void reserved.set(nameIn(realm, name), until),
    isReserved: (realm, name) => (reserved.get(nameIn(realm, name))?.getTime() ?? 0) > now().getTime(),
  };
}
