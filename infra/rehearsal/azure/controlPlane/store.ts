/** The resources that exist, by id, and the names that are kept. It knows no resource type. */
import { isBelow } from "./ids.ts";
import type { Cloud, CloudResource } from "./model.ts";

type Store = Pick<Cloud, "find" | "all" | "below" | "put" | "drop" | "reserve" | "isReserved">;

export function emptyStore(now: () => Date): Store {
  const resources = new Map<string, CloudResource>();
  const reserved = new Map<string, Date>();
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
    reserve: (realm, name, until) => void reserved.set(nameIn(realm, name), until),
    isReserved: (realm, name) => (reserved.get(nameIn(realm, name))?.getTime() ?? 0) > now().getTime(),
  };
}
