/** Checks for what would stand in the way: names that are already taken, and the hospital's own policies. */
import { z } from "zod";
import { named, registrationName } from "../../app/domain/resourceNames.ts";
import type { Check, DeployedSettings, Finding } from "./finding.ts";

const namedBy = ({ tenant, environment }: DeployedSettings) => ({
  tenant,
  environment: environment === "test" ? ("test" as const) : ("production" as const),
});

export const groupName: Check = async ({ stack, azure }) => {
  const group = named("rg", namedBy(stack));
  const about = "Resource group " + group;
  const path = `/subscriptions/${stack.azure.subscriptionId}/resourceGroups/${group}?api-version=2022-09-01`;
  try {
    await azure(path);
  } catch (error) {
    if (error instanceof Error && "status" in error && error.status === 404)
      return [{ mark: "pass", about, why: "the name is free" }];
    throw error;
  }
  return [
    {
      mark: "warn",
      about,
      why: "it is there already: this stack's own after a first pulumi up, or somebody else's",
      next: "if no pulumi up of this stack has made it, import it (infra/README.md, Taking over what exists)",
    },
  ];
};

export const registration: Check = async ({ stack, graph }) => {
  if (stack.microsoft.registration !== undefined) return [];
  const name = registrationName(namedBy(stack));
  const about = `App registration "${name}"`;
  const filter = encodeURIComponent(`displayName eq '${name}'`);
  const { value } = z
    .looseObject({ value: z.array(z.unknown()) })
    .parse(await graph(`/v1.0/applications?$filter=${filter}&$select=id`));
  return value.length === 0
    ? [{ mark: "pass", about, why: "the name is free" }]
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
  const { value } = z
    .looseObject({ value: z.array(assignment) })
    .parse(
      await azure(
        `/subscriptions/${stack.azure.subscriptionId}/providers/Microsoft.Authorization/policyAssignments?api-version=2023-04-01`,
      ),
    );
  const enforced = value.filter(({ properties }) => properties.enforcementMode !== "DoNotEnforce");
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
