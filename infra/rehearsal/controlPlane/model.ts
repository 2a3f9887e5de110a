/** The cloud as the tables of azure/ and entra/ see it: resources by id, and what each type of them is like. */
import type { Properties } from "./json.ts";

export interface CloudResource {
  /** ARM id, or the path of a directory object. */
  readonly id: string;
  /** Pulumi's type token, such as `azure-native:web:WebApp`. */
  readonly token: string;
  /** Last segment of the id. */
  readonly name: string;
  /** All that the cloud holds, in the SDK's shape; what no answer carries is here, too. */
  readonly properties: Properties;
}

/** A request whose shape has been checked. */
export interface Draft {
  readonly id: string;
  readonly token: string;
  readonly name: string;
  readonly inputs: Properties;
  /** What stands there already. */
  readonly before?: CloudResource;
}

export interface Kind {
  readonly token: string;
  /** Template with a place for each input that is part of the id; `{group}` is the resource group's id. */
  readonly id: string;
  /** The id as the vendor writes it in its answers, which need not be how it was asked for. */
  readonly answersId?: (id: string) => string;
  /** ARM type, where it is not what the id says. */
  readonly type?: string;
  /** The id of a new one, where the vendor chooses it; the template then only reads ids. */
  readonly newId?: (inputs: Properties, cloud: Cloud) => string;
  /** Whether a request takes over what is there already, and leaves it there in the end. */
  readonly adopts?: (inputs: Properties) => boolean;
  /** How a name that is left out is made. Left out: the resource's own and eight random characters. */
  readonly naming?: "random" | "uuid" | "copy";
  /** Inputs whose change needs another resource, beside the names: `a.b`, and `a[].b` in lists. */
  readonly replacedBy?: readonly string[];
  /** Parts that resources of their own may hold: left alone by a request that does not name them. */
  readonly shared?: readonly string[];
  /** There as long as its parent: creating sets it, deleting sets it back. */
  readonly singleton?: boolean;
  /** The vendor takes a change and does not make it. */
  readonly ignoresUpdates?: boolean;
  /** Azure's answer to a PUT that makes one. Left out: 200. */
  readonly created?: 200 | 201 | 202;
  /** What a request that says nothing gets; the request's own values go over it. */
  readonly silent?: (draft: Draft, cloud: Cloud) => Properties;
  /** What the cloud decides, over everything else. */
  readonly decided?: (draft: Draft, cloud: Cloud) => Properties;
  /** What is worked out whenever somebody asks. */
  readonly answered?: (resource: CloudResource, cloud: Cloud) => Properties;
  /** Dotted paths that no answer carries. */
  readonly hidden?: readonly string[];
  /** @throws Refusal for what the vendor refuses when it is made or changed */
  readonly refuse?: (draft: Draft, cloud: Cloud) => void;
  /** @throws Refusal while something stands on it */
  readonly refuseDelete?: (resource: CloudResource, cloud: Cloud) => void;
  readonly afterWrite?: (resource: CloudResource, cloud: Cloud) => void;
  readonly afterDelete?: (resource: CloudResource, cloud: Cloud) => void;
}

export interface HookEvent {
  readonly operation: "create" | "update" | "delete";
  /** As it is after the operation; for a delete, as it was. */
  readonly resource: CloudResource;
  readonly before?: CloudResource;
}

/** Called once the cloud has done it. What it throws fails the operation with that message, and the cloud undoes it. */
export type Hook = (event: HookEvent, cloud: Cloud) => void | Promise<void>;

/** By type token. */
export type Hooks = Readonly<Record<string, Hook>>;

export interface Failure {
  /** Type token. */
  readonly token: string;
  readonly operation: "create" | "update" | "delete";
  readonly message: string;
  /**
   * What the failure leaves: `nothing` was done; `reported` is half done and the engine is told so; `unreported` is done
   * and the answer is lost, as when a process dies.
   */
  readonly leaves: "nothing" | "reported" | "unreported";
}

export interface Cloud {
  readonly subscriptionId: string;
  readonly tenantId: string;
  readonly deployer: { readonly objectId: string; readonly clientId: string };
  now(): Date;
  uuid(): string;
  hex(characters: number): string;
  /** Upper and lower case are the same in an id. */
  find(id: string): CloudResource | undefined;
  /** In the order they were made; of one type when its token is given. */
  all(token?: string): readonly CloudResource[];
  /** What lies below an id, itself not included. */
  below(id: string): readonly CloudResource[];
  /** What a caller of the vendor's interface would be answered. */
  answer(resource: CloudResource): Properties;
  /** Puts a resource there without any check; for what a vendor makes by itself, and for tests. */
  put(resource: CloudResource): void;
  /** Takes one away without any check, and without telling anybody; what lies below it stays. For tests. */
  drop(id: string): void;
  /** Changes properties behind the engine's back: those that are named, or all by a function; hooks are told. */
  change(id: string, change: Properties | ((properties: Properties) => Properties)): Promise<CloudResource>;
  /** Removes a resource and what lies below it behind the engine's back; hooks are told. */
  remove(id: string): Promise<void>;
  /** The next operation of that type fails. */
  failNext(failure: Failure): void;
  /** Keeps a name from being used again before a moment. */
  reserve(realm: string, name: string, until: Date): void;
  isReserved(realm: string, name: string): boolean;
}
