/**
 * What a rehearsal creates but does not try out, each with the reason: the rehearsal would pass without it. For everything
 * that is not in this list, the rehearsal names what is missing (test/infra/rehearsal/takeAway.slow.test.ts).
 */
import { clientsOf, type Connection } from "../../../app/domain/hospital.ts";
import { VAULT_KEYS } from "../../../app/domain/vaultKeyNames.ts";
import type { StackSettings } from "../../stack.ts";
import { words } from "../azure/controlPlane/json.ts";
import { ASSIGNMENT } from "../azure/entra/applications.ts";
import { MANAGED } from "../front/appService/managedRules.ts";
import { hasEdge, hasEvents } from "../../stack/choices.ts";
import { isListed, targetsOf, unvisited, type NotExercised } from "./targets.ts";

export interface Made {
  /** Pulumi's type token. */
  readonly type: string;
  /** The resource's name in the program. */
  readonly name: string;
}

interface Reason {
  readonly types: readonly string[];
  /** Restricts the types to some resources, by their name in the program. */
  readonly only?: (name: string, stack: StackSettings) => boolean;
  readonly why: string;
}

const azure = (module: string, types: string) => words(types).map((type) => `azure-native:${module}:${type}`);

/** Permissions that the program itself consents to where the stack file says so, and that no visit uses. */
const AFTER_A_VISIT = ["OnlineMeetingArtifact.Read.All", "CallRecords.Read.All"];

const REASONS: readonly Reason[] = [
  { types: azure("consumption", "Budget"), why: "nothing costs money in memory" },
  {
    types: azure("authorization", "ManagementLockByScope"),
    why: "nobody deletes anything during a rehearsal",
  },
  {
    types: azure("storage", "BlobServiceProperties"),
    why: "no package is overwritten or deleted and wanted back",
  },
  {
    types: azure("monitor", "MetricAlert"),
    only: (name) => !name.endsWith("-unreachable"),
    why: "Azure's own numbers do not exist in memory; of the alerts the availability test's alone is tried",
  },
  {
    types: azure("monitor", "ActivityLogAlert"),
    why: "Azure's activity log does not exist in memory",
  },
  {
    types: azure("monitor", "DiagnosticSetting ScheduledQueryRule"),
    why: "no log is collected in memory",
  },
  { types: azure("monitor", "AutoscaleSetting"), why: "one instance of each site runs, under no load" },
  {
    types: azure("web", "WebAppFtpAllowed WebAppScmAllowed WebAppFtpAllowedSlot WebAppScmAllowedSlot"),
    why: "App Service in memory has neither FTP nor the build service that these close",
  },
  { types: azure("web", "WebAppSlotConfigurationNames"), why: "no swap is rehearsed" },
  {
    types: azure("communication", "Domain"),
    only: (name, { mail }) => name === "mail" && mail !== undefined,
    why: "mails come from the hospital's own domain, which is verified in a rehearsal",
  },
  {
    types: azure("network", "Subnet NetworkSecurityGroup"),
    only: (name, { network }) => name === "endpoints" && network.mode !== "private",
    why: "kept for network.mode: private; nothing stands in it",
  },
  {
    types: azure("cosmosdb", "SqlResourceSqlContainer"),
    only: (name, stack) => targetsOf(stack).length === 0 && name === "staffAccounts",
    why: "no connection can be visited, so nobody links an account",
  },
  {
    types: azure("cosmosdb", "SqlResourceSqlContainer"),
    only: (name, stack) => name === "messages" && !hasEvents(stack) && targetsOf(stack).length === 0,
    why: "no connection can be visited, so no page says what was sent, and Event Grid reports nothing",
  },
  {
    types: azure("keyvault", "Key"),
    only: (name, stack) => isUnusedKey(name, stack),
    why: "nothing signs by it yet, or its connection cannot be visited",
  },
  {
    types: azure("authorization", "RoleAssignment"),
    only: (name, stack) => name.startsWith("use-") && isUnusedKey(name.slice("use-".length), stack),
    why: "it opens a key by which nothing signs during a rehearsal",
  },
  {
    types: [ASSIGNMENT],
    only: (name) => AFTER_A_VISIT.includes(name),
    why: "who attended and how good calls were is read after a visit's end, which no rehearsal waits for",
  },
  {
    types: [
      "azuread:index/servicePrincipalDelegatedPermissionGrant:ServicePrincipalDelegatedPermissionGrant",
    ],
    why: "Microsoft's sign-in in memory asks nobody for consent",
  },
  { types: ["ehr:index:Ready"], why: "it waits for the sites, and makes nothing" },
];

/** Whether no client authenticates by this connection's key during the visit. */
function isUnusedKey(keyName: string, stack: StackSettings): boolean {
  // Only a promotion signs with it, and a rehearsal does not promote.
  if (keyName === VAULT_KEYS.evidence) return true;
  // A launch signs by the provider's key, and the work without a person by the system's.
  const used = targetsOf(stack).flatMap(({ connection }) => keysOf(connection));
  const known = (stack.connections ?? []).flatMap(keysOf);
  // The portal's key is used, because every rehearsal launches from a connection of the portal.
  return known.includes(keyName) && !used.includes(keyName) && keyName !== VAULT_KEYS.portalConnections;
}

const keysOf = (connection: Connection): readonly string[] =>
  clientsOf(connection).flatMap(({ authentication }) =>
    authentication.method === "private_key_jwt" ? authentication.key : [],
  );

/** Why a resource is not tried out; undefined for one whose absence the rehearsal would notice. */
export const whyNotExercised = ({ type, name }: Made, stack: StackSettings): string | undefined =>
  REASONS.find(({ types, only }) => types.includes(type) && (only === undefined || only(name, stack)))?.why;

/** What Front Door's firewall looks for and the one in memory does not. */
const OTHER_RULES: NotExercised = {
  what: `managed rules of the firewall, except ${MANAGED.map(({ id }) => id).join(", ")}`,
  why: "Microsoft does not publish what most of them look for; those are applied to cookies, queries and forms",
};

const ORACLES_ADDRESSES: NotExercised = {
  what: "Oracle Health reading the connector's keys",
  why: "only addresses under network.allow reach this site, and nobody but Oracle knows whether its own are among them",
};

/** Where no address is listed, the machine that deploys stands in a network that the first `pulumi up` makes. */
const FROM_INSIDE: NotExercised = {
  what: "the first pulumi up without deployFrom, which Azure stops at the package",
  why: "only the subnet runners is let in, and that up makes it; here the machine stands in it from the start",
};

/** Kinds of which each resource is named, because others of the same kind are tried. */
const NAMED: readonly string[] = ["Key", "RoleAssignment"];

export function notExercised(resources: readonly Made[], stack: StackSettings): readonly NotExercised[] {
  const listed = resources.flatMap((made) => {
    const why = whyNotExercised(made, stack);
    return why === undefined ? [] : [{ made, why }];
  });
  const byReason = [...Map.groupBy(listed, ({ why }) => why)].map(([why, all]) => ({
    what: [...Map.groupBy(all, ({ made }) => made.type.split(":").at(-1) ?? "")]
      .map(([kind, same]) =>
        same.length === 1 || NAMED.includes(kind)
          ? same.map(({ made }) => `${kind} ${made.name}`).join(", ")
          : `${String(same.length)} ${kind}`,
      )
      .join(", "),
    why,
  }));
  return [
    ...unvisited(stack),
    ...byReason,
    ...((stack.deployFrom ?? []).length === 0 ? [FROM_INSIDE] : []),
    ...(hasEdge(stack) ? [OTHER_RULES] : []),
    ...(isListed(stack) && targetsOf(stack).length > 0 ? [ORACLES_ADDRESSES] : []),
  ];
}
