/** Checks for what would stand in the way: names that are already taken, and the hospital's own policies. */
import * as z from "zod";
import { named, registrationName } from "../../app/domain/resourceNames.ts";
import { keepsNumber } from "../../app/domain/defaults.ts";
import { allOf } from "./allOf.ts";
import type { Ask, Check, DeployedSettings, Finding } from "./finding.ts";

/** The stack as the names of its resources say it. */
export const namedBy = ({ tenant, environment }: DeployedSettings) => ({
  tenant,
  environment: environment === "test" ? ("test" as const) : ("production" as const),
});

const groupPath = (subscriptionId: string, group: string): string =>
  `/subscriptions/${subscriptionId}/resourceGroups/${group}?api-version=2022-09-01`;

/** Whether a path answers; any other refusal than "not found" is thrown. */
async function isThere(azure: Ask, path: string): Promise<boolean> {
  try {
    await azure(path);
    return true;
  } catch (error) {
    if (error instanceof Error && "status" in error && error.status === 404) return false;
    throw error;
  }
}

const free = (about: string): readonly Finding[] => [{ mark: "pass", about, why: "the name is free" }];

export const groupName: Check = async ({ stack, azure }) => {
  const group = named("rg", namedBy(stack));
  const about = "Resource group " + group;
  if (!(await isThere(azure, groupPath(stack.azure.subscriptionId, group)))) return free(about);
  return [
    {
      mark: "warn",
      about,
      why: "it is there already: this stack's own after a first pulumi up, or somebody else's",
      next: "if no pulumi up of this stack has made it, import it (infra/README.md, Taking over what exists)",
    },
  ];
};

/** What is in this group is taken over by its name, whichever stack made it. */
export const numberGroup: Check = async ({ stack, azure }) => {
  const group = named("rg", namedBy(stack)) + "-number";
  const about = "Resource group " + group;
  if (!(await isThere(azure, groupPath(stack.azure.subscriptionId, group)))) return free(about);
  if (keepsNumber(stack))
    return [{ mark: "pass", about, why: "it is there already, and pulumi up takes over what is in it" }];
  return [
    {
      mark: "warn",
      about,
      why: "it is there already: this stack's own after a first pulumi up, or another's. This stack keeps no number, so nothing would protect another's: pulumi up refuses to take over a Communication Services resource, which may have one",
      next: `if no pulumi up of this stack has made it, say "number" or "numbers: portal" (in the geography americas), or another "tenant"; if nobody needs it, az group delete --name ${group} --subscription ${stack.azure.subscriptionId}`,
    },
  ];
};

/** https://learn.microsoft.com/azure/azure-monitor/platform/diagnostic-settings#considerations-and-limitations */
const SETTINGS_AT_MOST = 5;

export const activitySetting: Check = async ({ stack, azure }) => {
  const { subscriptionId } = stack.azure;
  const name = named("activity", namedBy(stack));
  const about = "The subscription's diagnostic setting " + name;
  const settings = await allOf(
    azure,
    `/subscriptions/${subscriptionId}/providers/Microsoft.Insights/diagnosticSettings?api-version=2021-05-01-preview`,
    z.looseObject({ name: z.string() }),
  );
  if (settings.some((one) => one.name.toLowerCase() === name.toLowerCase()))
    return [
      {
        mark: "warn",
        about,
        why: "it is there already: this stack's own after a first pulumi up, or left over",
        next: `if it is left over, az monitor diagnostic-settings subscription delete --name ${name} --subscription ${subscriptionId}`,
      },
    ];
  return settings.length < SETTINGS_AT_MOST
    ? free(about)
    : [
        {
          mark: "fail",
          about,
          why: `the subscription has ${String(settings.length)} others, and Azure allows ${String(SETTINGS_AT_MOST)}`,
          next: "take one away that nobody reads: az monitor diagnostic-settings subscription list",
        },
      ];
};

export const registration: Check = async ({ stack, graph }) => {
  if (stack.microsoft.registration !== undefined) return [];
  const name = registrationName(namedBy(stack));
  const about = `App registration "${name}"`;
  const filter = encodeURIComponent(`displayName eq '${name}'`);
  const found = await allOf(graph, `/v1.0/applications?$filter=${filter}&$select=id`, z.unknown());
  return found.length === 0
    ? free(about)
    : [
        {
          mark: "warn",
          about,
          why: "there is one of that name: this stack's own after a first pulumi up, or one that was left over",
          next: "if it is left over, delete it, or name its three ids under microsoft.registration",
        },
      ];
};

const assignment = z.looseObject({
  properties: z.looseObject({
    displayName: z.string().nullish(),
    policyDefinitionId: z.string(),
    enforcementMode: z.string().optional(),
  }),
});

/** Words in the names of policies that may refuse what pulumi up creates, or may change it afterwards. */
const CLOSES = /public (network )?access|private (link|endpoint)|network access|firewall/i;
const REFUSES = /allowed (locations|resource types)|not allowed|required? tag|tag .*required|naming/i;

/**
 * An assignment's name says what it is about, but only its definition says what it refuses, so none is reported as a fault.
 */
export const policies: Check = async ({ stack, azure }) => {
  const assignments = await allOf(
    azure,
    `/subscriptions/${stack.azure.subscriptionId}/providers/Microsoft.Authorization/policyAssignments?api-version=2023-04-01`,
    assignment,
  );
  const enforced = assignments.filter(({ properties }) => properties.enforcementMode !== "DoNotEnforce");
  const nameOf = ({ properties }: z.output<typeof assignment>) => properties.displayName ?? "without a name";
  const about = "Azure Policy";
  const found = enforced.flatMap((one): readonly Finding[] => {
    const name = nameOf(one);
    if (CLOSES.test(name))
      return [
        {
          mark: "warn",
          about,
          why: `"${name}" may turn public access off, and then nobody under deployFrom uploads a package`,
          next: "ask whoever assigns policies for an exemption of the storage account, or run pulumi up in the subnet runners",
        },
      ];
    if (REFUSES.test(name))
      return [
        {
          mark: "warn",
          about,
          why: `"${name}" may refuse what pulumi up makes`,
          next: "compare it with the stack's region and with infra/README.md, What it makes",
        },
      ];
    return [];
  });
  return found.length > 0
    ? found
    : [
        {
          mark: "pass",
          about,
          why: `none of ${String(enforced.length)} assignments is called so as to refuse it`,
        },
      ];
};
