/** Other values for a value: the insecure one if there is one, and in any case a different one. */
import { kindOf, type Recorded } from "../components/recorded.ts";

export interface Other {
  readonly how:
    | "turned"
    | "smaller"
    | "larger"
    | "other"
    | "plain http"
    | "everybody"
    | "another of the stack"
    | "another of Azure's"
    | "a stranger's"
    | "elsewhere";
  readonly value: unknown;
  /** The resources whose outputs the property then uses, if that changes. */
  readonly fedBy?: readonly string[];
}

/** Separates the steps of a path, because names of tags have dots and slashes. */
export const SEPARATOR = "\u0000";

const ELSEWHERE = "/subscriptions/ffffffff-0000-4000-8000-00000000ffff";
const ANOTHER_ID = "ffffffff-0000-4000-8000-00000000ffff";
const GUID = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
/** The beginning of a host name that somebody else may have at the same service of Azure's. */
const AZURES_HOST =
  /^https:\/\/[a-z0-9-]+(?=\.(?:(?:blob|queue)\.core\.windows\.net|vault\.azure\.net|documents\.azure\.com|[a-z]+\.communication\.azure\.com|azurewebsites\.net|z\d+\.azurefd\.net))/;
const ADDRESS = /^\d+\.\d+\.\d+\.\d+(\/\d+)?$/;

/** Words, each with one that has the opposite effect. */
const OPPOSITES: Readonly<Record<string, string>> = {
  Allow: "Deny",
  Deny: "Allow",
  Enabled: "Disabled",
  Disabled: "Enabled",
  Inbound: "Outbound",
  Outbound: "Inbound",
  None: "AzureServices",
  "1.2": "1.0",
  TLS1_2: "TLS1_0",
  TLS12: "TLS10",
  Tls12: "Tls",
  Https: "Http",
  HttpsOnly: "MatchRequest",
  Prevention: "Detection",
  Block: "Allow",
  Equals: "EqualsAny",
  StartsWith: "Contains",
  AnomalyScoring: "Log",
  Strong: "Session",
  Continuous: "Periodic",
  UserAssigned: "SystemAssigned",
  Premium_AzureFrontDoor: "Standard_AzureFrontDoor",
  AzureADMyOrg: "AzureADMultipleOrgs",
  CanNotDelete: "NotSpecified",
  "443": "*",
  Tcp: "*",
  Microsoft_DefaultRuleSet: "DefaultRuleSet",
};

/** Roles of Azure that no stack assigns. */
const OWNER = "8e3af657-a8ff-443c-a75c-2fe8c4bcb635";

/** Members that nobody should find on a list of this name. */
export const INTRUDERS: Readonly<Record<string, readonly unknown[]>> = {
  securityRules: ["Inbound", "Outbound"].map((direction) => ({
    name: "everybody",
    access: "Allow",
    direction,
    priority: 4000,
    protocol: "*",
    sourceAddressPrefix: "*",
    sourcePortRange: "*",
    destinationAddressPrefix: "*",
    destinationPortRange: "*",
  })),
  ipSecurityRestrictions: [
    { action: "Allow", ipAddress: "0.0.0.0/0", name: "everybody", priority: 900 },
    { action: "Allow", ipAddress: "192.0.2.7/32", name: "a stranger", priority: 900 },
  ],
  ipRules: [
    { action: "Allow", iPAddressOrRange: "0.0.0.0/0", value: "0.0.0.0/0", ipAddressOrRange: "0.0.0.0/0" },
    { action: "Allow", iPAddressOrRange: "192.0.2.7", value: "192.0.2.7/32", ipAddressOrRange: "192.0.2.7" },
  ],
  virtualNetworkRules: [
    { action: "Allow", id: ELSEWHERE + "/subnets/x", virtualNetworkResourceId: ELSEWHERE + "/subnets/x" },
  ],
  redirectUris: ["https://elsewhere.example/signin/callback", "http://visits.lamna.example/signin/callback"],
  resourceAccesses: [{ id: "e2a3a72e-5f79-4c64-b1b1-878b674786c9", type: "Role" }],
  requiredResourceAccesses: [
    {
      resourceAppId: "00000002-0000-0ff1-ce00-000000000000",
      resourceAccesses: [{ id: "dc890d15-9560-4a4c-9b7f-a736ec74ec40", type: "Role" }],
    },
  ],
  dataActions: ["Microsoft.DocumentDB/databaseAccounts/sqlDatabases/containers/*", "other"],
  assignableScopes: [ELSEWHERE],
  keyOps: ["export", "decrypt"],
  allowedMemberTypes: ["User", "Application"],
  appRoles: [
    {
      id: ANOTHER_ID,
      value: "Other",
      displayName: "Other",
      description: "Other",
      enabled: true,
      allowedMemberTypes: ["Application"],
    },
  ],
  userAssignedIdentities: [ELSEWHERE + "/userAssignedIdentities/x"],
  logs: [
    { category: "AppServiceHTTPLogs", enabled: true },
    { categoryGroup: "allLogs", enabled: true },
  ],
  patternsToMatch: ["/portal/*"],
  emailReceivers: [{ name: "other", emailAddress: "other@elsewhere.example", useCommonAlertSchema: true }],
  locations: [{ locationName: "westeurope", failoverPriority: 1, isZoneRedundant: true }],
  ruleGroupOverrides: [
    {
      ruleGroupName: "SQLI",
      rules: [{ ruleId: "942100", enabledState: "Disabled", action: "AnomalyScoring" }],
    },
  ],
  rules: [
    {
      name: "everybody",
      action: "Allow",
      enabledState: "Enabled",
      priority: 1,
      ruleType: "MatchRule",
      matchConditions: [],
      ruleId: "931100",
    },
  ],
  exclusions: [
    { matchVariable: "RequestBodyPostArgNames", selectorMatchOperator: "Equals", selector: "reason" },
  ],
  domains: [],
  customDomains: [{ id: ELSEWHERE + "/customDomains/x" }],
};

export function otherValues(
  path: string,
  value: unknown,
  resource: Recorded,
  all: readonly Recorded[],
): readonly Other[] {
  if (typeof value === "boolean") return [{ how: "turned", value: !value }];
  if (typeof value === "number")
    return [
      { how: "smaller", value: value > 1 ? Math.floor(value / 4) : value - 1 },
      { how: "larger", value: value > 0 ? value * 4 : value + 1 },
      { how: "other", value: value + 1 },
    ];
  if (typeof value !== "string") return [];
  if (value.startsWith("/subscriptions/")) return otherIds(path, value, resource, all);
  if (GUID.test(value)) return otherGuids(path, value, resource, all);
  if (value.startsWith("https://"))
    return [
      { how: "plain http", value: value.replace("https:", "http:") },
      { how: "elsewhere", value: value.replace(/^https:\/\/[^/]+/, "https://elsewhere.example") },
      ...(AZURES_HOST.test(value)
        ? [{ how: "another of Azure's" as const, value: value.replace(AZURES_HOST, "https://other") }]
        : []),
    ];
  if (ADDRESS.test(value))
    return [
      { how: "everybody", value: "0.0.0.0/0" },
      { how: "other", value: "192.0.2.0/25" },
      { how: "elsewhere", value: value.includes("/") ? "198.51.100.128/25" : "198.51.100.129" },
    ];
  const opposite = OPPOSITES[value];
  const another = wellFormed(value);
  return [
    ...(opposite === undefined ? [] : [{ how: "turned" as const, value: opposite }]),
    ...(another === undefined ? [] : [{ how: "elsewhere" as const, value: another }]),
    { how: "other", value: value.startsWith("/") ? "/other" : "other" },
  ];
}

/** For values of a form, another value of the same form, as a person might write it. */
const FORMS: readonly (readonly [RegExp, (value: string) => string])[] = [
  [/^[^@\s]+@[^@\s]+$/, () => "other@elsewhere.example"],
  [/^[0-9a-f]{64}$/, (digest) => digest.replace(/./g, (digit) => (digit === "0" ? "1" : "0"))],
  [/^\+1\d{10}$/, () => "+18335550199"],
  [/^PT?\d+[MHDY]$/, (period) => period.replace(/\d+/, (count) => String(Number(count) + 1))],
  [/^\d{4}-\d{2}-\d{2}T/, (date) => "2031-07-01" + date.slice(10)],
  [
    /^[[{]/,
    (json) =>
      json
        .replace(/"(?=[,}\]]*$)/, ' "')
        .replace(/:(true|false)/, (_all, word) => (word === "true" ? ":false" : ":true")),
  ],
  [/^\d+(\.\d+)?$/, (count) => String(Number(count) + 1)],
  [/^[a-z0-9]+(-[a-z0-9]+)+$/, (name) => name + "-2"],
  [/^[a-z0-9-]+(\.[a-z0-9-]+)+$/, (host) => "other." + host],
  [/^\/[a-z*]/, (path) => path + "/more"],
  [/^[A-Z][A-Za-z]+(\.[A-Za-z]+)*\/[A-Za-z/]+$/, (type) => type + "/other"],
];
function wellFormed(value: string): string | undefined {
  const [, change] = FORMS.find(([form]) => form.test(value)) ?? [];
  const other = change?.(value);
  return other === value ? undefined : other;
}

/** The id of another resource of the same type, if the stack has one, and of one that belongs to somebody else. */
function otherIds(path: string, id: string, resource: Recorded, all: readonly Recorded[]): readonly Other[] {
  const role = /roleDefinitions\/[^/]+$/.test(id);
  if (role) {
    const given = all.flatMap(({ inputs }) =>
      typeof inputs["roleDefinitionId"] === "string" ? [inputs["roleDefinitionId"]] : [],
    );
    const others = [...new Set(given)].filter((one) => one !== id && one.includes("/roleDefinitions/"));
    return [
      { how: "elsewhere", value: id.replace(GUID, OWNER) },
      ...others.map((value) => ({ how: "another of the stack" as const, value })),
    ];
  }
  const [property = ""] = path.split(SEPARATOR);
  const feeders = resource.propertyDependencies[property] ?? [];
  const byFeeder = all.filter(({ urn }) => feeders.includes(urn));
  const sibling = byFeeder.flatMap((feeder) =>
    all
      .filter((one) => one.type === feeder.type && !feeders.includes(one.urn))
      .slice(0, 1)
      .map((one) => ({ feeder, one })),
  );
  return [
    {
      how: "elsewhere",
      value: id.replace(/^\/subscriptions\/[^/]+/, ELSEWHERE),
      fedBy: feeders.filter((urn) => !isOf(id, urn, byFeeder)),
    },
    ...(feeders.length > 0
      ? [{ how: "a stranger's" as const, value: id.replace(/[^/]+$/, "$&-2"), fedBy: feeders }]
      : []),
    ...sibling.slice(0, 1).map(({ feeder, one }) => ({
      how: "another of the stack" as const,
      value: id.split("/").slice(0, -1).join("/") + "/" + one.name,
      fedBy: feeders.map((urn) => (urn === feeder.urn ? one.urn : urn)),
    })),
  ];
}

/**
 * Whether an id is that of the resource whose output the property uses. With another id, the property no longer uses it.
 */
const isOf = (id: string, urn: string, feeders: readonly Recorded[]): boolean =>
  feeders.some((feeder) => feeder.urn === urn && id.includes("/" + kindOf(feeder).replace(":", "/") + "/"));

function otherGuids(
  path: string,
  value: string,
  { propertyDependencies }: Recorded,
  all: readonly Recorded[],
): readonly Other[] {
  const feeders = propertyDependencies[path.split(SEPARATOR)[0] ?? ""] ?? [];
  const used = all.flatMap(({ inputs }) =>
    path === "principalId" && typeof inputs["principalId"] === "string" ? [inputs["principalId"]] : [],
  );
  return [
    { how: "elsewhere", value: value.replace(GUID, ANOTHER_ID), fedBy: [] },
    ...(feeders.length > 0
      ? [
          {
            how: "a stranger's" as const,
            value: value.replace(GUID, ANOTHER_ID.replaceAll("f", "e")),
            fedBy: feeders,
          },
        ]
      : []),
    ...[...new Set(used)]
      .filter((one) => one !== value)
      .map((one) => ({ how: "another of the stack" as const, value: one })),
  ];
}
