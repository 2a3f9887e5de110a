/**
 * Handles requests to the vendors: each is refused, or carried out and reported to its hook. A hook that throws undoes it.
 */
import { createHash, randomBytes } from "node:crypto";
import { uuidOf } from "../../../../app/domain/uuid.ts";
import type { PackageSchema } from "../schema/shape.ts";
import { answerOf } from "./answer.ts";
import { made } from "./make.ts";
import type { Cloud, CloudResource, Draft, HookEvent, Hooks, Kind } from "./model.ts";
import { idOf, lastSegment } from "./ids.ts";
import { merged, type Properties } from "./json.ts";
import { refuseDelete, refuseWrite } from "./rules.ts";
import { emptyStore } from "./store.ts";

export interface CloudOptions extends Pick<Cloud, "subscriptionId" | "tenantId" | "deployer" | "now"> {
  /** Left out: the machine's random bytes. */
  readonly random?: (bytes: number) => Uint8Array;
  readonly hooks?: Hooks;
}

/** The vendors' interface, which the providers call. */
export interface Vendors {
  readonly cloud: Cloud;
  kind(token: string): Kind | undefined;
  create(kind: Kind, inputs: Properties): Promise<CloudResource>;
  update(kind: Kind, id: string, inputs: Properties): Promise<CloudResource>;
  /** Deletes a resource; one that does not exist is no error. */
  delete(id: string): Promise<void>;
}

export function openCloud(
  options: CloudOptions,
  kinds: readonly Kind[],
  schemas: readonly PackageSchema[],
): Vendors {
  const { subscriptionId, tenantId, deployer, now } = options;
  const store = emptyStore(now);
  const byToken = new Map(kinds.map((kind) => [kind.token, kind]));
  const random = options.random ?? randomBytes;
  const hex = (characters: number) =>
    Buffer.from(random(Math.ceil(characters / 2)))
      .toString("hex")
      .slice(0, characters);
  const outputsOf = (token: string) => schemas.map((one) => one.resources[token]).find(Boolean);

  const tell = async (event: HookEvent, undo: () => void) => {
    try {
      await options.hooks?.[event.resource.token]?.(event, cloud);
    } catch (error) {
      undo();
      throw error;
    }
  };

  const cloud: Cloud = {
    ...store,
    ...{ subscriptionId, tenantId, deployer, now },
    hex,
    uuid: () => uuidOf(hex(32), 4),
    answer: (resource) => answerOf(resource, byToken.get(resource.token), outputsOf(resource.token), cloud),
    change: async (id, change) => {
      const before = there(id);
      const properties =
        typeof change === "function" ? change(before.properties) : merged(before.properties, change);
      const resource = { ...before, properties };
      store.put(resource);
      await tell({ operation: "update", resource, before }, () => store.put(before));
      return resource;
    },
    remove: async (id) => {
      for (const resource of [...store.below(id).toReversed(), there(id)]) await removeOne(resource);
    },
  };

  function there(id: string): CloudResource {
    const found = store.find(id);
    if (found === undefined) throw new Error(`The cloud holds no ${id}`);
    return found;
  }

  async function removeOne(resource: CloudResource): Promise<void> {
    store.drop(resource.id);
    await tell({ operation: "delete", resource }, () => store.put(resource));
    byToken.get(resource.token)?.afterDelete?.(resource, cloud);
  }

  async function write(kind: Kind, draft: Draft): Promise<CloudResource> {
    const operation = draft.before === undefined ? "create" : "update";
    refuseWrite(kind, draft, cloud);
    const resource = made(kind, draft, cloud);
    store.put(resource);
    await tell({ operation, resource, ...(draft.before && { before: draft.before }) }, () =>
      draft.before === undefined ? store.drop(draft.id) : store.put(draft.before),
    );
    kind.afterWrite?.(resource, cloud);
    return store.find(resource.id) ?? resource;
  }

  return {
    cloud,
    kind: (token) => byToken.get(token),
    create: async (kind, inputs) => {
      const asked = idOf(kind, inputs, cloud);
      const id = kind.answersId?.(asked) ?? asked;
      const before = store.find(id);
      const draft = { id, token: kind.token, name: lastSegment(id), inputs };
      if (before === undefined || kind.singleton === true) return write(kind, draft);
      if (kind.adopts?.(inputs) === true) return write(kind, { ...draft, before });
      // The Entra provider reports by itself that an existing resource has to be imported, whereas azure-native first asks
      // whether it exists.
      if (kind.token.startsWith("azuread:")) refuseWrite(kind, draft, cloud);
      throw new Error(`cannot create already existing resource '${before.id}'`);
    },
    update: (kind, id, inputs) => {
      const before = there(id);
      return write(kind, { id: before.id, token: kind.token, name: before.name, inputs, before });
    },
    delete: async (id) => {
      const resource = store.find(id);
      if (resource === undefined) return;
      const kind = byToken.get(resource.token);
      if (kind?.adopts?.(resource.properties) === true) return;
      refuseDelete(kind, resource, cloud);
      await cloud.remove(resource.id);
    },
  };
}

/** A UUID derived from a text, for values that a vendor would keep stable. */
export const uuidFor = (text: string): string => uuidOf(createHash("sha256").update(text).digest("hex"), 4);
