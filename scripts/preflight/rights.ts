/** What whoever is signed in may do at the subscription and in the directory. */
import * as z from "zod";
import { azureRolesOf, AZURE_ROLES, ENTRA_RIGHTS, GROUP_NEEDS } from "../../app/domain/byHand/needs.ts";
import { keepsNumber, numbersOf, verificationOf } from "../../app/domain/defaults.ts";
import { allOf } from "./allOf.ts";
import type { Check, DeployedSettings, Finding, Patient } from "./finding.ts";

/** Azure's built-in roles by id (https://learn.microsoft.com/azure/role-based-access-control/built-in-roles). */
const ROLE_IDS: Readonly<Record<string, string>> = {
  "8e3af657-a8ff-443c-a75c-2fe8c4bcb635": AZURE_ROLES.everything,
  "b24988ac-6180-42a0-ab88-20f7382dd24c": AZURE_ROLES.makes,
  "18d7d88d-d35e-4fb5-a5c3-7773c20a72d9": AZURE_ROLES.grantsAndLocks,
  "f58310d9-a9f6-439a-9e8d-f62e7b41a168": AZURE_ROLES.grants,
};

/** For each required role, the roles that include it. */
const COVERED: Readonly<Record<string, readonly string[]>> = {
  [AZURE_ROLES.makes]: [AZURE_ROLES.makes, AZURE_ROLES.everything],
  [AZURE_ROLES.grants]: [AZURE_ROLES.grants, AZURE_ROLES.grantsAndLocks, AZURE_ROLES.everything],
  [AZURE_ROLES.grantsAndLocks]: [AZURE_ROLES.grantsAndLocks, AZURE_ROLES.everything],
};

/** The kind of an object of the directory, in Graph's words, such as `servicePrincipal`; undefined where Graph does not say. */
async function kindOf({ graph }: Patient, objectId: string): Promise<string | undefined> {
  const known = z.looseObject({ id: z.string(), "@odata.type": z.string().optional() });
  const { "@odata.type": type } = known.parse(await graph(`/v1.0/directoryObjects/${objectId}`));
  return type?.replace("#microsoft.graph.", "");
}

/** Each listed deployer is checked separately, because the one who is signed in may be another. */
export const azureRights: Check = async (patient) => {
  const { stack } = patient;
  const wanted = azureRolesOf({ environment: deployedAs(stack), wantedNumber: numberOf(stack) });
  const scope = "/subscriptions/" + stack.azure.subscriptionId;
  return Promise.all(
    (stack.deployers ?? []).map(async ({ objectId }): Promise<Finding> => {
      const about = `Azure roles of the deployer ${objectId}`;
      const assigned = await allOf(
        patient.azure,
        `${scope}/providers/Microsoft.Authorization/roleAssignments?$filter=assignedTo('${objectId}')&api-version=2022-04-01`,
        z.looseObject({ properties: z.looseObject({ roleDefinitionId: z.string(), scope: z.string() }) }),
      );
      const ids = new Set(
        assigned
          .filter(({ properties }) => isAbove(properties.scope, scope))
          .map(({ properties }) => lastOf(properties.roleDefinitionId)),
      );
      const held = [...ids].flatMap((id) => ROLE_IDS[id] ?? []);
      const lacking = wanted.filter((role) => !(COVERED[role] ?? []).some((other) => held.includes(other)));
      if (lacking.length === 0)
        return { mark: "pass", about, why: "it holds " + wanted.join(" and ") + ", or more" };
      const why = "at the subscription it lacks " + lacking.join(" and ");
      const own = await ownRoles(
        patient,
        [...ids].filter((id) => ROLE_IDS[id] === undefined),
      );
      if (own.length > 0)
        return {
          mark: "cannot be checked",
          about,
          why: `${why}, unless a role of the hospital's own has what that has: ${own.join(", ")}`,
          next: `compare them: az role definition list --name "${own[0] ?? ""}" and the same of "${lacking[0] ?? ""}"`,
        };
      return {
        mark: "fail",
        about,
        why,
        next: lacking
          .map((role) => `az role assignment create --scope ${scope} --role "${role}" --assignee ${objectId}`)
          .join("; "),
      };
    }),
  );
};

/** Names of those roles that somebody defined for the hospital, and Microsoft did not. */
async function ownRoles({ azure, stack }: Patient, ids: readonly string[]): Promise<readonly string[]> {
  const roles = await Promise.all(
    ids.map(async (id) =>
      z
        .looseObject({ properties: z.looseObject({ roleName: z.string(), type: z.string() }) })
        .parse(
          await azure(
            `/subscriptions/${stack.azure.subscriptionId}/providers/Microsoft.Authorization/roleDefinitions/${id}?api-version=2022-04-01`,
          ),
        ),
    ),
  );
  return roles.flatMap(({ properties }) => (properties.type === "CustomRole" ? [properties.roleName] : []));
}

export const deployersKnown: Check = async (patient) =>
  Promise.all(
    (patient.stack.deployers ?? []).map(async ({ objectId, kind }, index): Promise<Finding> => {
      const about = `deployers[${String(index)}] in the directory`;
      try {
        const known = await kindOf(patient, objectId);
        if (known === undefined || known === kind)
          return { mark: "pass", about, why: "the directory knows " + objectId };
        // Azure refuses the role assignments of another kind (UnmatchedPrincipalType).
        const isKind = known === "user" || known === "group" || known === "servicePrincipal";
        return {
          mark: "fail",
          about,
          why: `${objectId} is of the kind ${known}, and the stack file says ${kind}`,
          next: isKind
            ? `say kind: ${known}, or take another objectId`
            : "take the object id of the person, the group or the enterprise application, not an application's or a client id",
        };
      } catch (error) {
        if (!(error instanceof Error && "status" in error && error.status === 404)) throw error;
        return {
          mark: "fail",
          about,
          why: `the directory knows no object ${objectId}`,
          next: "take the object id of the person, the group or the enterprise application, not an application's or a client id",
        };
      }
    }),
  );

/**
 * Roles and permissions in Entra may come by groups and be active for hours only, so they cannot be checked, and none is
 * reported as a fault.
 */
export const entraRights: Check = ({ stack }) => {
  const { role, permissions } = ENTRA_RIGHTS[stack.microsoft.consent];
  return Promise.resolve([
    {
      mark: "cannot be checked",
      about: "Entra rights of the deployers",
      why: "they may come by groups and be active for hours only",
      next: `see that a person holds ${role}, or a pipeline ${permissions.join(", ")}`,
    },
  ]);
};

const P1 = "AAD_PREMIUM";

export const groupLicense: Check = async ({ stack, graph }) => {
  if (stack.deployers?.every(({ kind }) => kind !== "group") !== false) return [];
  const licenses = await allOf(
    graph,
    "/v1.0/subscribedSkus",
    z.looseObject({
      capabilityStatus: z.string(),
      servicePlans: z.array(z.looseObject({ servicePlanName: z.string() })),
    }),
  );
  const has = licenses.some(
    ({ capabilityStatus, servicePlans }) =>
      capabilityStatus === "Enabled" &&
      servicePlans.some(({ servicePlanName }) => servicePlanName.startsWith(P1)),
  );
  const about = "Entra ID P1, for a group among the deployers";
  return has
    ? [{ mark: "pass", about, why: "the directory has it" }]
    : [
        {
          mark: "fail",
          about,
          why: "the directory has no such license. " + GROUP_NEEDS,
          next: "list persons or a service principal under deployers",
        },
      ];
};

const lastOf = (id: string): string => id.slice(id.lastIndexOf("/") + 1).toLowerCase();

/**
 * Whether an assignment applies to the subscription: one at the root, at a management group or at the subscription itself
 * does.
 */
const isAbove = (scope: string, subscription: string): boolean =>
  scope === "/" ||
  scope.toLowerCase().startsWith("/providers/microsoft.management/") ||
  scope.toLowerCase() === subscription.toLowerCase();

const deployedAs = ({ environment }: DeployedSettings) => (environment === "test" ? "test" : "production");

const numberOf = (stack: DeployedSettings) =>
  keepsNumber(stack)
    ? {
        from: numbersOf(stack),
        verification: verificationOf(stack.environment, stack.number?.verification),
      }
    : undefined;
