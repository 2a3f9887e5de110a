/**
 * Azure's first answer to a write or a deletion, and which of them go on after it: at which addresses a client asks how far they are
 * (https://learn.microsoft.com/azure/azure-resource-manager/management/async-operations), and what the first answer says.
 * The writes were recorded; where the deletions are known from is in `known.ts`.
 */
import { azure } from "../../infra/rehearsal/azure/resourceTypes/require.ts";

type Address = "azure-asyncoperation" | "location";

interface OfOne {
  /** Headers that name the addresses. */
  readonly at: readonly Address[];
  /** Value of the header Retry-After; left out where Azure sends none. */
  readonly retryAfterSeconds?: number;
}

/** The first answer is the resource, in a state of its own. */
interface Begun extends OfOne {
  /** Its `provisioningState` until it is done. */
  readonly begins: "Accepted" | "Creating" | "Updating";
}

/** The first answer to what is new is no resource. */
interface Enqueued extends OfOne {
  /** Undefined: the answer has no body. */
  readonly body: Readonly<Record<string, string>> | undefined;
}

export type Settling = Begun | Enqueued;

const ASYNC: readonly Address[] = ["azure-asyncoperation"];
const BOTH: readonly Address[] = ["azure-asyncoperation", "location"];

const EDGE: Settling = { begins: "Creating", at: ASYNC, retryAfterSeconds: 10 };
const SQL: Settling = { body: { status: "Enqueued" }, at: BOTH };
const MAIL: Settling = { begins: "Accepted", at: ASYNC };
const DNS: Settling = { body: {}, at: BOTH, retryAfterSeconds: 30 };
const network = (retryAfterSeconds: number): Settling => ({
  begins: "Updating",
  at: ASYNC,
  retryAfterSeconds,
});

const RECORDED: readonly (readonly [type: string, Settling])[] = [
  ["cdn:AFDCustomDomain", EDGE],
  ["cdn:AFDEndpoint", EDGE],
  ["cdn:AFDOrigin", EDGE],
  ["cdn:Profile", EDGE],
  ["cdn:Route", EDGE],
  ["cdn:SecurityPolicy", EDGE],
  ["communication:CommunicationService", MAIL],
  ["communication:Domain", MAIL],
  ["communication:EmailService", MAIL],
  ["cosmosdb:DatabaseAccount", { begins: "Creating", at: BOTH }],
  ["cosmosdb:SqlResourceSqlContainer", SQL],
  ["cosmosdb:SqlResourceSqlDatabase", SQL],
  ["cosmosdb:SqlResourceSqlRoleAssignment", SQL],
  ["eventgrid:SystemTopicEventSubscription", { begins: "Creating", at: ASYNC }],
  ["network:NetworkSecurityGroup", network(1)],
  ["network:PrivateDnsZoneGroup", network(10)],
  ["network:PrivateEndpoint", network(10)],
  ["network:Subnet", network(3)],
  ["network:VirtualNetwork", network(3)],
  ["operationalinsights:Workspace", { begins: "Creating", at: BOTH, retryAfterSeconds: 20 }],
  ["privatedns:PrivateZone", DNS],
  ["privatedns:VirtualNetworkLink", DNS],
  ["storage:StorageAccount", { body: undefined, at: ["location"], retryAfterSeconds: 17 }],
];

/** Types of which Azure answers a PUT that makes one with this status; the others, with 200. */
const MADE = {
  201: [
    "authorization:ManagementLockByScope",
    "authorization:RoleAssignment",
    "cdn:AFDCustomDomain",
    "cdn:AFDEndpoint",
    "cdn:AFDOrigin",
    "cdn:AFDOriginGroup",
    "cdn:Profile",
    "cdn:Route",
    "cdn:SecurityPolicy",
    "communication:CommunicationService",
    "communication:Domain",
    "communication:EmailService",
    "consumption:Budget",
    "eventgrid:SystemTopicEventSubscription",
    "frontdoor:Policy",
    "managedidentity:UserAssignedIdentity",
    "monitor:ActionGroup",
    "monitor:ActivityLogAlert",
    "monitor:ScheduledQueryRule",
    "network:NetworkSecurityGroup",
    "network:PrivateDnsZoneGroup",
    "network:PrivateEndpoint",
    "network:Subnet",
    "network:VirtualNetwork",
    "operationalinsights:Workspace",
    "resources:ResourceGroup",
    "storage:BlobContainer",
  ],
  202: [
    "cosmosdb:SqlResourceSqlContainer",
    "cosmosdb:SqlResourceSqlDatabase",
    "cosmosdb:SqlResourceSqlRoleAssignment",
    "privatedns:PrivateZone",
    "privatedns:VirtualNetworkLink",
    "storage:StorageAccount",
  ],
} as const;

/** By type, as it was recorded. */
export const CREATED: ReadonlyMap<string, number> = new Map(
  Object.entries(MADE).flatMap(([status, types]) =>
    types.map((type) => [azure(type), Number(status)] as const),
  ),
);

/** By type; every other write is done with its first answer. */
export const SETTLING: ReadonlyMap<string, Settling> = new Map(
  RECORDED.map(([type, settling]) => [azure(type), settling] as const),
);

/** The first answer to a deletion is 202. */
export type Deletion = OfOne & Partial<Pick<Enqueued, "body">>;

const LOCATED: Deletion = { at: ["location"] };
const LEAVING: readonly (readonly [type: string, Deletion])[] = [
  ["cdn:AFDCustomDomain", LOCATED],
  ["cdn:AFDEndpoint", LOCATED],
  ["cdn:AFDOrigin", LOCATED],
  ["cdn:AFDOriginGroup", LOCATED],
  ["cdn:Profile", { at: BOTH, retryAfterSeconds: 10 }],
  ["cdn:Route", LOCATED],
  ["cdn:SecurityPolicy", LOCATED],
  ["communication:CommunicationService", LOCATED],
  ["communication:Domain", LOCATED],
  ["communication:EmailService", LOCATED],
  ["cosmosdb:DatabaseAccount", { at: BOTH, body: { status: "Enqueued" } }],
  ["eventgrid:SystemTopic", LOCATED],
  ["eventgrid:SystemTopicEventSubscription", LOCATED],
  ["network:NetworkSecurityGroup", LOCATED],
  ["network:PrivateEndpoint", LOCATED],
  ["network:Subnet", LOCATED],
  ["network:VirtualNetwork", LOCATED],
  ["resources:ResourceGroup", LOCATED],
];

/** By type; what has any other type, such as a vault or a site, is gone with the first answer. */
export const DELETING: ReadonlyMap<string, Deletion> = new Map(
  LEAVING.map(([type, deletion]) => [azure(type), deletion] as const),
);
