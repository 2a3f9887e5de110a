/**
 * Values that Azure accepts but that break the connector: a running production deployment gets one, and its visit must name
 * it.
 */
import { expect, test } from "vitest";
import { graphPermissions } from "../../../app/domain/graphPermissions.ts";
import { azure } from "../../../infra/rehearsal/azure/resourceTypes/require.ts";
import {
  at,
  listAt,
  type Properties,
  textAt,
  withAt,
} from "../../../infra/rehearsal/azure/controlPlane/json.ts";
import { APPLICATION } from "../../../infra/rehearsal/azure/entra/applications.ts";
import { sampleStack } from "../sampleStacks.ts";
import { orderedByCommit } from "../../engine/byCommit.ts";
import { rehearsed, type Standing } from "./inProcess.ts";
import { missingAny, visited, whileChanged } from "./takeAway.ts";

/** The properties with a list that lacks what has that name. */
const without = (all: Properties, list: string, name: string): Properties =>
  withAt(
    all,
    list,
    listAt(all, list).filter((one) => textAt(one, "name") !== name),
  );

/** The changes: a type, perhaps with a resource's name, what is changed, and the words that must name it. */
const CHANGES: readonly (readonly [
  what: string,
  token: string,
  name: RegExp,
  change: (properties: Properties) => Properties,
  says: RegExp,
])[] = [
  [
    "a redirect address that is not the connector's",
    APPLICATION,
    /./u,
    (all) => withAt(all, "web.redirectUris", ["https://visits.lamna.example/signin/cb"]),
    /Nobody can sign in at Microsoft: AADSTS50011/u,
  ],
  [
    "no rule that lets the site call vendors",
    azure("network:NetworkSecurityGroup"),
    /^nsg-app-/u,
    (all) => without(all, "securityRules", "vendors"),
    /security group nsg-app-\S+ lets nobody call \S+ by https/u,
  ],
  [
    "the hospital's own name as the origin's",
    azure("cdn:AFDOrigin"),
    /./u,
    (all) => withAt(all, "originHostHeader", "visits.lamna.example"),
    /Front Door does not reach the site: it calls its origin site by the name visits\.lamna\.example, .*originHostHeader .*edgeRoute\.ts; visits\.lamna\.example answered 404/u,
  ],
  [
    "a probe of a page that is not there",
    azure("cdn:AFDOriginGroup"),
    /./u,
    (all) => withAt(all, "healthProbeSettings.probePath", "/nothing"),
    /Front Door takes the origin site for ill: its probe of \/nothing was answered 404/u,
  ],
  [
    "an origin at another port",
    azure("cdn:AFDOrigin"),
    /./u,
    (all) => withAt(all, "httpsPort", 8443),
    /Front Door does not reach the site: it asks its origin site at port 8443, .*httpsPort .*edgeRoute\.ts; \S+ answered 503/u,
  ],
  [
    "a route that forwards by http",
    azure("cdn:Route"),
    /./u,
    (all) => withAt(all, "forwardingProtocol", "HttpOnly"),
    /Front Door does not reach the site: its route \S+ forwards by http, .*forwardingProtocol .*edgeRoute\.ts; \S+ answered 503/u,
  ],
  [
    "an origin of another name",
    azure("cdn:AFDOrigin"),
    /./u,
    (all) => withAt(all, "hostName", "elsewhere.azurewebsites.net"),
    /Front Door does not reach the site: its origin site is elsewhere\.azurewebsites\.net, .*hostName .*answered 503/u,
  ],
  [
    "an origin that is off",
    azure("cdn:AFDOrigin"),
    /./u,
    (all) => withAt(all, "enabledState", "Disabled"),
    /Front Door does not reach the site: its route \S+ leads to no origin .*enabledState .*answered 503/u,
  ],
  [
    "a route that is off",
    azure("cdn:Route"),
    /./u,
    (all) => withAt(all, "enabledState", "Disabled"),
    /Front Door does not reach the site: none of its routes is for visits\.lamna\.example and enabled: .*answered 421/u,
  ],
  [
    "a route for launches alone",
    azure("cdn:Route"),
    /./u,
    (all) => withAt(all, "patternsToMatch", ["/launch/*"]),
    /Front Door does not reach the site: none of its routes is for \/readyz: patternsToMatch .*answered 404/u,
  ],
  [
    "a subscription to mails' reports alone",
    azure("eventgrid:SystemTopicEventSubscription"),
    /./u,
    (all) =>
      withAt(all, "filter.includedEventTypes", ["Microsoft.Communication.EmailDeliveryReportReceived"]),
    /Event Grid brings no \S+SMSDeliveryReportReceived and no \S+SMSReceived: .*events\.ts/u,
  ],
  [
    "events of another service",
    azure("eventgrid:SystemTopic"),
    /./u,
    (all) =>
      withAt(
        all,
        "source",
        "/subscriptions/x/resourceGroups/y/providers/Microsoft.Communication/communicationServices/z",
      ),
    /Event Grid brings the events of another service than acs-/u,
  ],
  [
    "an availability test that is off",
    azure("applicationinsights:WebTest"),
    /./u,
    (all) => withAt(all, "enabled", false),
    /Nobody asks from outside whether \S+ is there: .*turns on the availability test/u,
  ],
  [
    "its alert turned off",
    azure("monitor:MetricAlert"),
    /^unreachable/u,
    (all) => withAt(all, "enabled", false),
    /Nobody is told when the availability test fails/u,
  ],
  [
    "the owners' action group turned off",
    azure("monitor:ActionGroup"),
    /./u,
    (all) => withAt(all, "enabled", false),
    /Nobody is told when the availability test fails/u,
  ],
  [
    "a health check of a page that is not there",
    azure("web:WebApp"),
    /./u,
    (all) => withAt(all, "siteConfig.healthCheckPath", "/health"),
    /App Service takes \S+ for ill: its health check was answered 404/u,
  ],
  [
    "a firewall that stops whatever names another server, such as every launch",
    azure("frontdoor:Policy"),
    /./u,
    (all) =>
      withAt(
        all,
        "managedRules.managedRuleSets",
        listAt(all, "managedRules.managedRuleSets")
          .map((set) => withAt({ set }, "set.ruleGroupOverrides", []))
          .map((wrapped) => at(wrapped, "set") ?? null),
      ),
    /Front Door's firewall stopped it \(infra\/components\/firewall\.ts\)\. \S+\/portal\/new-connection answered 403/u,
  ],
  [
    "a firewall that takes what Graph tells for an attack",
    azure("frontdoor:Policy"),
    /./u,
    (all) => without(all, "customRules.rules", "presence"),
    /Graph does not get in with what it tells: \S+ answered 403 \(the rule presence/u,
  ],
  [
    "a firewall that takes what Event Grid brings for an attack",
    azure("frontdoor:Policy"),
    /./u,
    (all) => without(all, "customRules.rules", "events"),
    /Event Grid does not get in with what it brings: \S+ answered 403 \(the rule events/u,
  ],
  [
    "access tokens of version 1",
    APPLICATION,
    /./u,
    (all) => withAt(all, "api.requestedAccessTokenVersion", 1),
    /may not ask how the connector stands: 401 .*requestedAccessTokenVersion must be 2.*application\.ts/u,
  ],
  [
    "a registration that lists no directory roles",
    APPLICATION,
    /./u,
    (all) => withAt(all, "groupMembershipClaims", []),
    /^Nobody can administer the connector: .*groupMembershipClaims/u,
  ],
  [
    "no rule that lets a runner call Azure",
    azure("network:NetworkSecurityGroup"),
    /^nsg-runners-/u,
    (all) => without(all, "securityRules", "vendors"),
    /security group nsg-runners-\S+ lets nobody call \S+ by https/u,
  ],
  [
    "no rule that lets a runner call its stores",
    azure("network:NetworkSecurityGroup"),
    /^nsg-runners-/u,
    (all) => without(all, "securityRules", "stores"),
    /security group nsg-runners-\S+ lets nobody call kv\S+\.vault\.azure\.net by https/u,
  ],
  [
    "no rule that lets a runner in at the stores",
    azure("network:NetworkSecurityGroup"),
    /^nsg-endpoints-/u,
    (all) => without(all, "securityRules", "runners"),
    /security group nsg-endpoints-\S+ lets nobody call kv\S+\.vault\.azure\.net by https/u,
  ],
  [
    "a site that lets no runner in",
    azure("web:WebApp"),
    /./u,
    (all) => without(all, "siteConfig.ipSecurityRestrictions", "deploy from inside"),
    /does not let in a runner in the subnet runners, .*accessRestrictions\.ts/u,
  ],
  [
    "a runner whom no site knows",
    azure("network:Subnet"),
    /^runners$/u,
    (all) => withAt(all, "serviceEndpoints", []),
    /does not let in a runner in the subnet runners, .*service endpoints are in network\.ts/u,
  ],
  [
    "no domain that mails could come from",
    azure("communication:CommunicationService"),
    /./u,
    (all) => withAt(all, "linkedDomains", []),
    /Communication Services send no mail from DoNotReply@\S+, .*linkedDomains .*messaging\.ts/u,
  ],
];

const ASSIGNMENT = "azuread:index/appRoleAssignment:AppRoleAssignment";
const STAFF_NAMES = graphPermissions({ staffNames: true, attendance: false, callQuality: false }).find(
  ({ value }) => value === "User.ReadBasic.All",
);

/** The registration's properties, without a permission among those that it asks for. */
const withoutPermission = (all: Properties, id: string): Properties => ({
  ...all,
  requiredResourceAccesses: listAt(all, "requiredResourceAccesses").map((access) => ({
    resourceAppId: textAt(access, "resourceAppId") ?? "",
    resourceAccesses: listAt(access, "resourceAccesses").filter((one) => textAt(one, "id") !== id),
  })),
});

/** Parts that are removed here, because only the telling of who waits depends on them. */
const TAKEN: readonly (readonly [
  what: string,
  made: readonly (readonly [string, string])[],
  says: RegExp,
])[] = [
  [
    "the key, and what is granted on it",
    [
      [azure("keyvault:Key"), "graph-notifications"],
      [azure("authorization:RoleAssignment"), "use-graph-notifications"],
    ],
    /does not say who waits in Teams\. The vault has no key graph-notifications, which infra\/components\/secrets\.ts makes/u,
  ],
  [
    "the right to use the key",
    [[azure("authorization:RoleAssignment"), "use-graph-notifications"]],
    /does not say who waits in Teams\. The site's identity may not use the vault: .*(?:GET|POST) \/keys\/graph-notifications/u,
  ],
  [
    "the right to text and to mail",
    [[azure("authorization:RoleAssignment"), "messaging"]],
    /The site's identity may not use Communication Services: \S+ answered 403; .*infra\/components\/messaging\.ts/u,
  ],
];

interface Case {
  readonly what: string;
  readonly says: RegExp;
  /** Changes the deployment, and returns what its visit says meanwhile. */
  readonly told: (standing: Standing) => Promise<string | undefined>;
}

const CASES: readonly Case[] = [
  ...CHANGES.map(([what, token, name, change, says]): Case => ({
    what,
    says,
    told: (standing) => whileChanged(standing, token, name, change),
  })),
  ...TAKEN.map(([what, named, says]): Case => ({
    what,
    says,
    told: (standing) => {
      const taken = named.flatMap(([type, name]) =>
        standing.made.filter((one) => one.type === type && one.name === name),
      );
      expect(taken, what).toHaveLength(named.length);
      return missingAny(standing, taken);
    },
  })),
  {
    what: "a site that is not told to write links into the chart",
    says: /The chart has no links of the visit, which the connector finds and writes by itself/u,
    told: async (standing) => {
      const { oracle } = standing.rehearsal.standing() ?? {};
      // The links of the visit before are in its appointment, so this visit is about another one.
      for (const { oracleTenant } of oracle?.systems ?? []) {
        const clinic = oracle?.clinic(oracleTenant);
        const there = await clinic?.visit("inProgress").catch(() => undefined);
        if (there !== undefined) await clinic?.remove(there.id);
      }
      const connections = "properties.CONNECTOR_CONNECTIONS";
      return whileChanged(standing, azure("web:WebAppApplicationSettings"), /./u, (all) =>
        withAt(
          all,
          connections,
          (textAt(all, connections) ?? "").replaceAll('"links":true', '"links":false'),
        ),
      );
    },
  },
  {
    what: "no permission to read names, asked for or given",
    says: /does not say which account the clinician joins as\. Graph does not let the registration read names: it does not ask for User\.ReadBasic\.All, which infra\/components\/application\.ts does/u,
    told: async (standing) => {
      const { cloud } = standing.rehearsal.azure;
      const id = STAFF_NAMES?.id ?? "";
      const given = cloud.all(ASSIGNMENT).filter(({ properties }) => textAt(properties, "appRoleId") === id);
      expect(given).toHaveLength(1);
      for (const one of given) cloud.drop(one.id);
      try {
        return await whileChanged(standing, APPLICATION, /./u, (all) => withoutPermission(all, id));
      } finally {
        for (const one of given) cloud.put(one);
      }
    },
  },
];

const { TAKE_AWAY, TAKE_AWAY_MINUTES } = process.env;
/** How many changes a run without TAKE_AWAY and TAKE_AWAY_MINUTES tries. */
const SOME = 2;

/**
 * With TAKE_AWAY=share or all, all changes are tried, and with other words those that are named with them; without it only
 * two, which the commit decides. TAKE_AWAY_MINUTES=10 tries
 * them in the commit's order for that long, and at least one.
 */
test("what Azure takes and nobody can use is found by the visit, and named", async () => {
  const until = performance.now() + Number(TAKE_AWAY_MINUTES ?? Infinity) * 60_000;
  const standing = await rehearsed(await sampleStack("lamna-production"));
  expect(standing.result.fault).toBeUndefined();
  const isNamed = ({ what }: Case) =>
    TAKE_AWAY === undefined || ["share", "all"].includes(TAKE_AWAY) || what.includes(TAKE_AWAY);
  const ordered = orderedByCommit(CASES.filter(isNamed), ({ what }) => what);
  const isSome = TAKE_AWAY === undefined && TAKE_AWAY_MINUTES === undefined;
  for (const [index, { what, says, told }] of (isSome ? ordered.slice(0, SOME) : ordered).entries()) {
    if (index > 0 && performance.now() > until) break;
    const began = performance.now();
    expect.soft(await told(standing), what).toMatch(says);
    if (TAKE_AWAY !== undefined)
      process.stdout.write(`${what}: ${String(Math.round((performance.now() - began) / 1000))} s\n`);
  }
  if (TAKE_AWAY !== undefined) expect(await visited(standing)).toBeUndefined();
}, 900_000);
