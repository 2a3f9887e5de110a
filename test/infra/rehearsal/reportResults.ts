/** Invented results of rehearsals, from which reports are made without running any. */
import { byHand } from "../../../app/domain/byHand.ts";
import { deploymentOf } from "../../../infra/stack/byHand.ts";
import { parseStack, type StackSettings, type StackSettingsInput } from "../../../infra/stack.ts";
import { monthlyCost } from "../../../infra/rehearsal/costs.ts";
import type { RehearsalResult } from "../../../infra/rehearsal/report/result.ts";
import { notExercised } from "../../../infra/rehearsal/visit/notExercised.ts";
import { lamnaConnection, lamnaProduction, lamnaTest } from "../stacks.ts";

export function stackOf(said: unknown): StackSettings {
  const verdict = parseStack(said);
  if (!verdict.ok) throw new Error(verdict.faults.join("\n"));
  return verdict.stack;
}

export const tasksOf = (name: string, said: StackSettingsInput): RehearsalResult["byHand"] =>
  byHand(deploymentOf(name, stackOf(said)));

const made = (type: string, name: string, inputs = {}) => ({ type, name, inputs });

const RESOURCES = [
  made("azure-native:resources:ResourceGroup", "group"),
  made("azure-native:web:AppServicePlan", "plan", { sku: { name: "P1v3", capacity: 2 } }),
  made("azure-native:web:WebApp", "site"),
  made("azure-native:network:PrivateEndpoint", "vault-private"),
  made("azure-native:network:PrivateEndpoint", "store-private"),
  made("azure-native:network:VirtualNetwork", "network"),
  made("azure-native:keyvault:Vault", "vault"),
  made("azuread:index/application:Application", "connector"),
  made("ehr:index:Ready", "ready"),
];

const value = (name: string, its: string) => ({ name, value: its });
const SITE = [
  value("CONNECTOR_TENANT", "lamna"),
  value("CONNECTOR_DEPARTMENTS", JSON.stringify(lamnaTest.departments)),
  value("VAULT_WRAPPING_KEY", "connector-wrapping"),
];

const step = (name: string, milliseconds: number, more = {}) => ({ name, ok: true, milliseconds, ...more });

/** Production with a second connection that no department names. */
const withSouth = stackOf({
  ...lamnaProduction,
  connections: [
    lamnaConnection,
    {
      id: "lamna-south",
      name: "Lamna South",
      fhirBaseUrl: "https://fhir-ehr-code.cerner.com/r4/0b8a0111-e8e6-4c26-a91c-5069cbc6b1cb",
      environment: "test",
    },
  ],
});

/** Production came up and was visited. */
export const passed: RehearsalResult = {
  stack: "lamna-production",
  environment: "production",
  passed: true,
  startedAt: "2026-11-25T16:32:05.120Z",
  seconds: 44,
  resources: RESOURCES,
  policies: [
    { name: "EHR-WEB-01", says: "A site answers over HTTPS only", ran: 9, violations: [] },
    { name: "EHR-EG-01", says: "Events stay in the geography", ran: 0, violations: [] },
  ],
  settings: [
    { app: "site", values: SITE },
    { app: "staging", values: [value("CONNECTOR_WORKER", "off"), ...SITE] },
  ],
  steps: [
    step("pulumi up, by the real engine and the policies", 42_700, { told: "9 resources" }),
    step("Oracle Health says where to sign in", 3, { told: "authorization.cerner.com" }),
    step("A clinician opens the visit from the chart", 23),
    step("The patient's link leads to Teams", 140),
  ],
  notExercised: notExercised([...RESOURCES, made("azure-native:consumption:Budget", "budget")], withSouth),
  refusedHosts: [],
  byHand: tasksOf("lamna-production", lamnaProduction),
  costs: monthlyCost(RESOURCES),
};

/** A policy refused it before anything was visited. */
export const failedInUp: RehearsalResult = {
  ...passed,
  passed: false,
  resources: [],
  settings: [],
  policies: [
    {
      name: "EHR-WEB-23",
      says: "Production runs on two instances at least",
      remedy: "Set sizes.instances to 2 or more.",
      ran: 1,
      violations: [{ resource: "plan", message: "sku.capacity is 1", level: "mandatory" }],
    },
  ],
  steps: [
    {
      name: "pulumi up, by the real engine and the policies",
      ok: false,
      milliseconds: 6_100,
      told: "EHR-WEB-23 refuses plan: sku.capacity is 1",
      stackKey: "sizes.instances",
    },
  ],
  costs: monthlyCost([]),
  fault: { told: "EHR-WEB-23 refuses plan: sku.capacity is 1", stackKey: "sizes.instances" },
};

const UNKNOWN_ORGANIZER =
  "Graph does not know the organizer (graph.microsoft.com answered 404 to POST /v1.0/users/7d0c5a1e-0000-4000-8000-00000000a001/onlineMeetings/createOrGet).";

/** It came up, and the visit did not succeed. */
export const failedInVisit: RehearsalResult = {
  ...passed,
  passed: false,
  steps: [
    ...passed.steps.slice(0, 3),
    {
      name: "The chart is read, the Teams meeting is opened",
      ok: false,
      milliseconds: 90,
      told: UNKNOWN_ORGANIZER,
      stackKey: "departments[].organizer",
    },
  ],
  refusedHosts: ["telemetry.lamna.example"],
  fault: {
    told: UNKNOWN_ORGANIZER,
    stackKey: "departments[].organizer",
    log: Array.from({ length: 60 }, (_, line) => `line ${String(line + 1)} of the log`).join("\n"),
  },
};

const { connections: _none, departments: _neither, ...bare } = lamnaTest;

/** A test stack whose connections and departments are set up in the portal. */
export const unconnected: RehearsalResult = {
  ...passed,
  stack: "lamna-test",
  environment: "test",
  byHand: tasksOf("lamna-test", bare),
};
