/** The model that the tables in resourceTypes/ and entra/ use: resources by id, and the behavior of each type. */
import type { Properties } from "./json.ts";

export interface CloudResource {
  /** ARM id, or the path of a directory object. */
  readonly id: string;
  /** Pulumi's type token, such as `azure-native:web:WebApp`. */
  readonly token: string;
  /** The last segment of the id. */
  readonly name: string;
  /** All properties in the SDK's shape, including those that no answer carries. */
  readonly properties: Properties;
}

/** A request that has been checked against the type's shape. */
export interface Draft {
  readonly id: string;
  readonly token: string;
  readonly name: string;
  readonly inputs: Properties;
  /** The resource that exists under this id already. */
  readonly before?: CloudResource;
}

export interface Kind {
  readonly token: string;
  /** Template of the id with a placeholder for each input that is part of it; `{group}` is the resource group's id. */
  readonly id: string;
  /** The id as the vendor writes it in its answers, where that differs from the requested form. */
  readonly answersId?: (id: string) => string;
  /** ARM type, where it is not the one in the id. */
  readonly type?: string;
  /** The id of a new resource, where the vendor chooses it; the template then serves only to read ids. */
  readonly newId?: (inputs: Properties, cloud: Cloud) => string;
  /** Whether a request adopts a resource that exists already, and leaves it in place when the stack is destroyed. */
  readonly adopts?: (inputs: Properties) => boolean;
  /** How a name that is left out is made. Left out: the name in the program with eight random characters. */
  readonly naming?: "uuid";
  /** Inputs, besides those in the id, whose change replaces the resource: `a.b`, and `a[].b` in lists. */
  readonly replacedBy?: readonly string[];
  /** Dotted paths that separate resources may also set: a request that does not name them leaves them unchanged. */
  readonly shared?: readonly string[];
  /** Whether it exists as long as its parent: creating it sets it, and deleting it resets it. */
  readonly singleton?: boolean;
  /** Whether the vendor accepts a change without making it. */
  readonly ignoresUpdates?: boolean;
  /** Defaults for what a request leaves out. */
  readonly silent?: (draft: Draft, cloud: Cloud) => Properties;
  /** Values that the cloud decides, whatever the request says. */
  readonly decided?: (draft: Draft, cloud: Cloud) => Properties;
  /** Values that are computed each time somebody asks. */
  readonly answered?: (resource: CloudResource, cloud: Cloud) => Properties;
  /** Dotted paths that no answer carries. */
  readonly hidden?: readonly string[];
  /** For some groups of properties, the only ones of them that an answer carries. */
  readonly answersOnly?: Readonly<Record<string, readonly string[]>>;
  /** @throws Refusal for what the vendor refuses when the resource is created or changed */
  readonly refuse?: (draft: Draft, cloud: Cloud) => void;
  /** @throws Refusal while something depends on the resource */
  readonly refuseDelete?: (resource: CloudResource, cloud: Cloud) => void;
  readonly afterWrite?: (resource: CloudResource, cloud: Cloud) => void;
  readonly afterDelete?: (resource: CloudResource, cloud: Cloud) => void;
}

export interface HookEvent {
  readonly operation: "create" | "update" | "delete";
  /** The resource after the operation; for a delete, before it. */
  readonly resource: CloudResource;
  readonly before?: CloudResource;
}

/**
 * Called after the cloud has carried out an operation. If it throws, the operation fails with that message, and the cloud
 * undoes it.
 */
export type Hook = (event: HookEvent, cloud: Cloud) => void | Promise<void>;

/** Hooks by type token. */
export type Hooks = Readonly<Record<string, Hook>>;

export interface Cloud {
  readonly subscriptionId: string;
  readonly tenantId: string;
  readonly deployer: { readonly objectId: string; readonly clientId: string };
  now(): Date;
  uuid(): string;
  hex(characters: number): string;
  /** Finds a resource by its id; upper and lower case are the same in an id. */
  find(id: string): CloudResource | undefined;
  /** All resources in the order in which they were created; those of one type when its token is given. */
  all(token?: string): readonly CloudResource[];
  /** The resources below an id, without the one that has the id. */
  below(id: string): readonly CloudResource[];
  /** What the vendor's interface would answer about a resource. */
  answer(resource: CloudResource): Properties;
  /** Adds a resource without any check; for what a vendor creates by itself, and for tests. */
  put(resource: CloudResource): void;
  /** Removes a resource without any check and without calling hooks; the resources below it stay. For tests. */
  drop(id: string): void;
  /** Changes a resource without the engine: either the given properties, or all of them by a function. Hooks are called. */
  change(id: string, change: Properties | ((properties: Properties) => Properties)): Promise<CloudResource>;
  /** Removes a resource and those below it without the engine. Hooks are called. */
  remove(id: string): Promise<void>;
  /** Keeps a name from being used again until a given time. */
  reserve(realm: string, name: string, until: Date): void;
  isReserved(realm: string, name: string): boolean;
}
