/** Rules about what is logged, where, for how long, and who is alerted. */
import { all, atLeast, inProduction, is, isAbsent, isAtMost, isProtected, isThere } from "../checks.ts";
import { CONTROLS } from "../controls.ts";
import { locationViolations } from "../locations.ts";
import { at, items, said, UNKNOWN } from "../reading.ts";
import {
  rule,
  ruleInTwoHalves,
  stackRule,
  type Check,
  type Finding,
  type Related,
  type Stack,
} from "../rule.ts";
import { ALLOWED_ANYWHERE, LOGGED } from "./logCategories.ts";

const DIAGNOSTICS = "azure-native:monitor:DiagnosticSetting";
const WORKSPACE = "azure-native:operationalinsights:Workspace";
const INSIGHTS = "azure-native:applicationinsights:Component";

export const loggingRules = [
  ruleInTwoHalves(
    "EHR-LOG-01",
    {
      says: "Every store, site and edge writes its log to the workspace, and none writes down who a patient is or what link they hold",
      severity: "high",
      control: CONTROLS.audit,
      remedy:
        "Give the resource a DiagnosticSetting with workspaceId and the categories listed for its type in infra/policy/rules/logCategories.ts, each enabled by name; no category groups, no other destination.",
    },
    [DIAGNOSTICS],
    all(
      isThere("workspaceId"),
      isAbsent("storageAccountId"),
      isAbsent("eventHubAuthorizationRuleId"),
      isAbsent("eventHubName"),
      isAbsent("marketplacePartnerId"),
      isAbsent("serviceBusRuleId"),
      categories,
    ),
    everythingIsLogged,
  ),
  rule(
    "EHR-LOG-02",
    {
      says: "Logs are kept a year, in the geography, and nobody writes or reads them with a key",
      severity: "high",
      control: CONTROLS.retention,
      remedy:
        "Set retentionInDays: 365 or more, features.disableLocalAuth: true and a region of the geography.",
    },
    [WORKSPACE],
    all(
      atLeast("retentionInDays", 365),
      is("features.disableLocalAuth", true),
      isAtMost("features.immediatePurgeDataOn30Days", false),
      isAtMost("features.enableDataExport", false),
      ({ props, said: { geography } }) => locationViolations("location", at(props, "location"), geography),
    ),
  ),
  ruleInTwoHalves(
    "EHR-LOG-03",
    {
      says: "Telemetry goes to the workspace, without keys and without client addresses",
      severity: "high",
      control: CONTROLS.minimumNecessary,
      remedy: "Set workspaceResourceId, disableLocalAuth: true, and leave disableIpMasking out or false.",
    },
    [INSIGHTS],
    all(
      isThere("workspaceResourceId"),
      is("disableLocalAuth", true),
      isAtMost("disableIpMasking", false),
      isAtMost("ingestionMode", "LogAnalytics"),
    ),
    (stack) =>
      stack
        .of(INSIGHTS)
        .filter((one) => !one.fedBy("workspaceResourceId").some(({ type }) => type === WORKSPACE))
        .map((about) => ({ about, says: "workspaceResourceId is not the stack's workspace" })),
  ),
  rule(
    "EHR-LOG-07",
    {
      says: "Production's log cannot be deleted by mistake",
      severity: "high",
      control: CONTROLS.retention,
      remedy: "Give the workspace the resource option protect: true.",
    },
    [WORKSPACE],
    inProduction(isProtected),
  ),
  stackRule(
    "EHR-LOG-09",
    {
      says: "A deployment keeps its logs",
      severity: "high",
      control: CONTROLS.audit,
      remedy: "Make a Log Analytics workspace and an Application Insights component in the stack.",
    },
    (stack) =>
      stack.of("azure-native:web:WebApp").length === 0
        ? []
        : [WORKSPACE, INSIGHTS]
            .filter((type) => stack.of(type).length === 0)
            .map((type) => ({ says: "there is no " + type })),
  ),
];

function categories({ props }: Parameters<Check>[0]): readonly string[] {
  const logs = items(props, "logs");
  if (logs === UNKNOWN) return ["logs " + said(UNKNOWN)];
  return logs.flatMap((log, index) => {
    const where = "logs[" + String(index) + "]";
    if (at(log, "categoryGroup") !== undefined)
      return [where + ".categoryGroup takes in what nobody has judged; name categories"];
    const category = at(log, "category");
    return at(log, "enabled") === false ||
      (typeof category === "string" && ALLOWED_ANYWHERE.includes(category))
      ? []
      : [where + ".category " + said(category) + "; it may carry addresses, links or recipients"];
  });
}

function everythingIsLogged(stack: Stack): readonly Finding[] {
  const settings = stack.of(DIAGNOSTICS);
  const stray = settings
    .filter((one) => !one.fedBy("workspaceId").some(({ type }) => type === WORKSPACE))
    .map((about) => ({ about, says: "workspaceId is not the stack's workspace" }));
  const silent = [...LOGGED].flatMap(([type, { required, allowed }]) =>
    stack.of(type).flatMap((about) => {
      const ofThis = settings.filter((one) => one.fedBy("resourceUri").includes(about));
      if (ofThis.length === 0) return [{ about, says: "has no diagnostic setting" }];
      const written = ofThis.flatMap(enabledCategories);
      return [
        ...required.filter((one) => !written.includes(one)).map((one) => "does not log " + one),
        ...written
          .filter((one) => !required.includes(one) && !allowed.includes(one))
          .map((one) => "must not log " + one),
      ].map((says) => ({ about, says }));
    }),
  );
  return [...stray, ...silent];
}

function enabledCategories({ props }: Related): readonly string[] {
  const logs = items(props, "logs");
  if (logs === UNKNOWN) return [];
  return logs.flatMap((log) => {
    const category = at(log, "category");
    return typeof category === "string" && at(log, "enabled") === true ? [category] : [];
  });
}
