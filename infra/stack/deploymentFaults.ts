/** Combinations of keys that cannot or should not be deployed, each as a sentence that starts with the key to change. */
import { isMicrosoftsName } from "../../app/domain/hostName.ts";
import { approverNames } from "./approvers.ts";
import type { StackSettings } from "./schema.ts";
import { hasEdge, sizesOf } from "./choices.ts";
import { asRegion, REGIONS } from "./regions.ts";

/** What a stack file says of its stack. */
export interface Sibling {
  readonly environment: string;
  readonly tenant: string;
}

/** What is known beside the stack's own settings. */
export interface Surroundings {
  /** Of the stack, where it is known. */
  readonly name?: string | undefined;
  /** What another stack's own file says of it; undefined where there is none. */
  readonly siblingOf?: (stack: string) => Sibling | undefined;
}

export function deploymentFaults(stack: StackSettings, surroundings: Surroundings = {}): string[] {
  if (stack.environment === "local") return [];
  return [
    ...missing(stack),
    ...registrationFaults(stack),
    ...directoryFaults(stack),
    ...regionFaults(stack),
    ...accessFaults(stack),
    ...repeatedFaults(stack),
    ...sizeFaults(stack),
    ...(stack.environment === "production" ? productionFaults(stack, surroundings) : testFaults(stack)),
  ];
}

function missing(stack: StackSettings): string[] {
  const needed = {
    owners: "say the team that answers for the deployment and its mail address",
    azure: "say the subscription that everything is made in",
    deployers: "list who runs pulumi up, by object id",
  } as const;
  return Object.entries(needed).flatMap(([key, words]) =>
    stack[key as keyof typeof needed] === undefined ? [key + ": is missing; " + words] : [],
  );
}

/** The Entra admin center shows three ids of a registration on two pages, and the wrong one is easily copied twice. */
function registrationFaults({ microsoft }: StackSettings): string[] {
  const { clientId, objectId, servicePrincipalId } = microsoft.registration ?? {};
  const fault = (key: string, other: string, where: string) =>
    `microsoft.registration.${key}: is the same as ${other}, and Entra gives each an id of its own; take it from ${where}`;
  return [
    ...(objectId !== undefined && objectId === clientId
      ? [fault("objectId", "clientId", "App registrations, Overview, Object ID")]
      : []),
    ...(servicePrincipalId !== undefined && [clientId, objectId].includes(servicePrincipalId)
      ? [
          fault(
            "servicePrincipalId",
            servicePrincipalId === clientId ? "clientId" : "objectId",
            "Enterprise applications, Overview, Object ID",
          ),
        ]
      : []),
  ];
}

/** Azure shows both ids on pages that look alike. */
function directoryFaults({ azure, microsoft }: StackSettings): string[] {
  return azure?.subscriptionId === microsoft.tenantId
    ? [
        "microsoft.tenantId: is the same as azure.subscriptionId, and each has an id of its own; take it from the Entra admin center, Overview, Tenant ID",
      ]
    : [];
}

function regionFaults({ azure, geography }: StackSettings): string[] {
  const allowed = REGIONS[geography];
  const said = azure?.location;
  if (said === undefined || allowed.includes(said)) return [];
  // As Azure's portal shows it, at times with its continent, such as (Europe) Germany West Central.
  const name = asRegion(said.replace(/^\([^)]*\)\s*/, ""));
  return allowed.includes(name)
    ? [`azure.location: write ${name} in place of ${said}`]
    : [`azure.location: ${said} is not in the geography ${geography}; it has ${allowed.join(", ")}`];
}

function accessFaults(stack: StackSettings): string[] {
  const faults: string[] = [];
  const { allow } = stack.network;
  if (hasEdge(stack)) {
    if (stack.publicHost === undefined)
      faults.push(
        "publicHost: is missing; behind Front Door the connector needs a host name of its own, such as visits.lamna.example",
      );
    if (allow !== undefined)
      faults.push(
        "network.allow: has no effect behind Front Door, which lets everybody in and the firewall decides; leave " +
          (stack.environment === "production" ? "it out" : "one of edge and network.allow out"),
      );
  } else if (allow === undefined && stack.environment === "test")
    faults.push(
      "network.allow: is missing; without an edge the site takes only the addresses listed here, such as the hospital's",
    );
  if (stack.publicHost !== undefined && isMicrosoftsName(stack.publicHost))
    faults.push(
      "publicHost: is a name of Azure's; it must be one of the hospital's own, such as visits.lamna.example" +
        (hasEdge(stack) ? "" : ", or leave it out to use the site's"),
    );
  else if (stack.publicHost !== undefined && !hasEdge(stack))
    faults.push(
      "publicHost: needs edge: frontDoor, which holds the name's certificate; add it or leave publicHost out",
    );
  return faults;
}

/** Each listed entry gets a resource or a rule of its own, which is named by the entry, so none may be repeated. */
function repeatedFaults({ deployers, deployFrom, network }: StackSettings): string[] {
  const repeated = (key: string, values: readonly string[]) =>
    values.flatMap((value, index) =>
      values.indexOf(value) < index
        ? [key + "[" + String(index) + "]: " + value + " is listed already; take one out"]
        : [],
    );
  return [
    ...repeated("deployers", deployers?.map(({ objectId }) => objectId) ?? []),
    ...repeated("deployFrom", deployFrom?.map(bare) ?? []),
    ...repeated("network.allow", network.allow?.map(bare) ?? []),
  ];
}

/** The address without `/32`, so that two spellings of the same address compare as equal. */
const bare = (range: string): string => range.replace(/\/32$/, "");

function sizeFaults(stack: StackSettings): string[] {
  const { instances, instancesAtMost } = sizesOf(stack);
  return instances > instancesAtMost
    ? [
        `sizes.instances: must not be more than sizes.instancesAtMost, which is ${String(instancesAtMost)}; raise that, or lower this`,
      ]
    : [];
}

function productionFaults(stack: StackSettings, { name, siblingOf }: Surroundings): string[] {
  const faults: string[] = [];
  const fault = (key: string, words: string) => void faults.push(key + ": " + words);
  const { testStack } = stack;
  if (testStack === undefined)
    fault("testStack", "is missing; production follows a test deployment, so name its stack");
  else faults.push(...testStackFaults(testStack.stack, stack.tenant, name, siblingOf?.(testStack.stack)));
  if (stack.release.site === undefined)
    fault("release.site", "is missing; production runs a package that test has run, so say its digest");
  const { approvers = [], approvals = 1 } = stack.release;
  if (stack.release.approvals !== undefined && approvals > approverNames(approvers).length)
    fault(
      "release.approvals",
      `asks for ${String(approvals)}, and release.approvers names ${String(approverNames(approvers).length)}; name who approves, or leave it out`,
    );
  if (!hasEdge(stack)) fault("edge", "must be frontDoor in production; its firewall stands before the site");
  if (stack.publicHost === undefined && !hasEdge(stack))
    fault("publicHost", "is missing; Oracle's registration and every text carry production's own host name");
  if (stack.network.mode !== "private")
    fault("network.mode", "must be private in production; stores have no public address there");
  if (stack.budget === undefined)
    fault("budget", "is missing; say what a month may cost, so that somebody is warned");
  if (sizesOf(stack).instances < 2)
    fault("sizes.instances", "must be at least 2 in production, so that one can fail");
  if (sizesOf(stack).plan === "P0v3")
    fault("sizes.plan", "must be P1v3 or larger in production; P0v3 is for test");
  return faults;
}

/** A sentence where another stack than a test stack of this hospital was named. */
function testStackFaults(
  testStack: string,
  tenant: string,
  name: string | undefined,
  sibling: Sibling | undefined,
): string[] {
  const remedy = "name the test stack whose packages it runs";
  // All stack files are in one folder, and some file systems do not distinguish upper from lower case.
  if (testStack.toLowerCase() === name?.toLowerCase())
    return [`testStack.stack: ${name} is this production stack itself; ${remedy}`];
  if (sibling === undefined) return [];
  const { environment } = sibling;
  if (environment === "production")
    return [`testStack.stack: ${testStack} is a production stack, as its own file says; ${remedy}`];
  if (environment !== "test")
    return [`testStack.stack: ${testStack} is environment: ${environment}, as its own file says; ${remedy}`];
  return sibling.tenant === tenant
    ? []
    : [
        `testStack.stack: ${testStack} is another hospital's, as its own file says (tenant: ${sibling.tenant}); ${remedy}`,
      ];
}

function testFaults(stack: StackSettings): string[] {
  return stack.testStack === undefined
    ? []
    : ["testStack: is for production, which follows a test deployment; leave it out here"];
}
