/** Every rule of the pack. Importing this file starts nothing; the engine runs pack.ts. */
import { readDeployed } from "../deployedStack.ts";
import { asPolicy, type Policy } from "./asPolicies.ts";
import type { Rule } from "./rule.ts";
import { alertRules } from "./rules/alerts.ts";
import { askedRules } from "./rules/asked.ts";
import { communicationRules } from "./rules/communication.ts";
import { cosmosAccountRules } from "./rules/cosmosAccount.ts";
import { cosmosDataRules } from "./rules/cosmosData.ts";
import { edgeRules } from "./rules/edge.ts";
import { eventRules } from "./rules/events.ts";
import { firewallRules } from "./rules/firewall.ts";
import { generalRules } from "./rules/general.ts";
import { keyvaultRules } from "./rules/keyvault.ts";
import { loggingRules } from "./rules/logging.ts";
import { networkRules } from "./rules/network.ts";
import { registrationRules } from "./rules/registration.ts";
import { roleRules } from "./rules/roles.ts";
import { siteRules } from "./rules/site.ts";
import { siteAccessRules } from "./rules/siteAccess.ts";
import { siteRunRules } from "./rules/siteRuns.ts";
import { siteSettingRules } from "./rules/siteSettings.ts";
import { storageRules } from "./rules/storage.ts";
import { refusing } from "./unread.ts";

export const RULES: readonly Rule[] = [
  ...siteRules,
  ...siteRunRules,
  ...siteAccessRules,
  ...siteSettingRules,
  ...cosmosAccountRules,
  ...cosmosDataRules,
  ...keyvaultRules,
  ...storageRules,
  ...communicationRules,
  ...eventRules,
  ...loggingRules,
  ...alertRules,
  ...networkRules,
  ...firewallRules,
  ...edgeRules,
  ...registrationRules,
  ...roleRules,
  ...generalRules,
  ...askedRules,
];

/**
 * The pack's policies for a stack.
 * @param settings what stands in its file under the one key; undefined where the engine passed nothing on.
 */
export function policiesFor(settings: unknown): readonly Policy[] {
  const read = readDeployed(settings);
  return read.ok ? RULES.map((rule) => asPolicy(rule, read.stack)) : refusing(RULES, read.faults);
}
