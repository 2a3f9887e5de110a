/** Rules about Azure roles: what the connector's identity and whoever deploys may do. */
import { matchesOnceKnown } from "../checks.ts";
import { CONTROLS } from "../controls.ts";
import { at, said } from "../reading.ts";
import { ruleInTwoHalves, type Check, type Finding, type Related, type Stack } from "../rule.ts";

const ASSIGNMENT = "azure-native:authorization:RoleAssignment";
const DEFINITION = "azure-native:authorization:RoleDefinition";
const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/**
 * Built-in roles that give access to one service's data and nothing else. Wider roles, such as Owner, are not in the list.
 */
const NARROW: ReadonlyMap<string, string> = new Map([
  ["12338af0-0e69-4776-bea7-57ae8d297424", "Key Vault Crypto User"],
  ["4633458b-17de-408a-b874-0445c86b69e6", "Key Vault Secrets User"],
  ["e147488a-f6f5-4113-8e2d-b22465e65bf6", "Key Vault Crypto Service Encryption User"],
  ["2a2b9908-6ea1-4ae2-8e65-a410df84e7d1", "Storage Blob Data Reader"],
  ["ba92f5b4-2d11-453d-a403-e96b0029c9fe", "Storage Blob Data Contributor"],
  ["974c5e8b-45b9-4653-ba55-5f855dd0fb88", "Storage Queue Data Contributor"],
  ["09976791-48a7-449e-bb21-39d1a415f350", "Communication and Email Service Owner"],
]);

export const roleRules = [
  ruleInTwoHalves(
    "EHR-GEN-03",
    {
      says: "An identity gets a narrow role on a single resource",
      severity: "critical",
      control: CONTROLS.leastPrivilege,
      remedy:
        "Set principalType, take a role listed in infra/policy/rules/roles.ts (or a role definition of the stack) and the resource's own id as scope; never Owner, Contributor or the right to give rights, never a subscription.",
    },
    [ASSIGNMENT],
    (resource) => [
      ...roleAssignment(resource),
      ...matchesOnceKnown("principalId", GUID, "somebody's object id")(resource),
    ],
    roleRelations,
  ),
];

function roleAssignment({ props }: Parameters<Check>[0]): readonly string[] {
  const [kind, role, scope] = [at(props, "principalType"), at(props, "roleDefinitionId"), at(props, "scope")];
  const violations: string[] = [];
  if (!["ServicePrincipal", "User", "Group"].includes(String(typeof kind === "string" ? kind : undefined)))
    violations.push("principalType " + said(kind));
  if (role === undefined) violations.push("roleDefinitionId is not set");
  if (
    scope === undefined ||
    (typeof scope === "string" &&
      !/^\/subscriptions\/[^/]+\/resourceGroups\/[^/]+\/providers\/.+/i.test(scope))
  )
    violations.push("scope " + said(scope) + "; it must be a single resource");
  return violations;
}

function roleRelations(stack: Stack): readonly Finding[] {
  return stack.of(ASSIGNMENT).flatMap((about) => {
    const violations: string[] = [];
    if (!about.fedBy("scope").some(({ type }) => isResource(type)))
      violations.push("scope does not come from a resource of this stack");
    if (!isNarrow(about))
      violations.push("the role is neither a narrow one that is listed nor defined by this stack");
    return violations.map((says) => ({ about, says }));
  });
}

function isNarrow(assignment: Related): boolean {
  if (assignment.fedBy("roleDefinitionId").some(({ type }) => type === DEFINITION)) return true;
  const role = at(assignment.props, "roleDefinitionId");
  return typeof role === "string" && NARROW.has(role.slice(-36).toLowerCase());
}

const isResource = (type: string): boolean =>
  type.startsWith("azure-native:") && type !== "azure-native:resources:ResourceGroup";
