/** Combinations of keys that cannot or should not be deployed, each as a sentence that starts with the key to change. */
import { approverNames } from "./approvers.ts";
import type { StackSettings } from "./schema.ts";
import { hasEdge, sizesOf } from "./choices.ts";
import { asRegion, REGIONS } from "./regions.ts";

/** What is known beside the stack's own settings. */
export interface Surroundings {
  /** Of the stack, where it is known. */
  readonly name?: string | undefined;
  /** The environment of another stack by that stack's own file; undefined where there is none. */
  readonly environmentOf?: (stack: string) => string | undefined;
}

export function deploymentFaults(stack: StackSettings, surroundings: Surroundings = {}): string[] {
  if (stack.environment === "local") return [];
  return [
    ...missing(stack),
    ...registrationFaults(stack),
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

/** Host names of Azure. Nobody outside Microsoft can get a certificate for these, or create DNS records under them. */
const AZURES_HOST =
  /\.(azurewebsites\.net|azurefd\.net|azureedge\.net|trafficmanager\.net|azure\.com|windows\.net|onmicrosoft\.com|microsoft\.com)$/;

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
  if (stack.publicHost !== undefined && AZURES_HOST.test(stack.publicHost))
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

function productionFaults(stack: StackSettings, { name, environmentOf }: Surroundings): string[] {
  const faults: string[] = [];
  const fault = (key: string, words: string) => void faults.push(key + ": " + words);
  const { testStack } = stack;
  if (testStack === undefined)
    fault("testStack", "is missing; production follows a test deployment, so name its stack");
  // All stack files are in one folder, and some file systems do not distinguish upper from lower case.
  else if (testStack.stack.toLowerCase() === name?.toLowerCase())
    fault(
      "testStack.stack",
      name + " is this production stack itself; name the test stack whose packages it runs",
    );
  else if (environmentOf?.(testStack.stack) === "production")
    fault(
      "testStack.stack",
      testStack.stack +
        " is a production stack, as its own file says; name the test stack whose packages it runs",
    );
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

function testFaults(stack: StackSettings): string[] {
  return stack.testStack === undefined
    ? []
    : ["testStack: is for production, which follows a test deployment; leave it out here"];
}
