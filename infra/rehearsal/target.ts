/** The environment that a stack file is written for, before its first deployment: subscription, directory, people. */
import { randomUUID } from "node:crypto";
import { Netmask } from "netmask";
import { organizersOf } from "../../app/domain/hospital.ts";
import { defaultPeople, type SandboxPerson } from "../../app/sandbox/microsoft/people.ts";
import type { StackSettings } from "../stack.ts";
import { SOMEBODY, type Caller } from "./front/hosts/caller.ts";
import type { AzureOptions } from "./startInMemoryAzure.ts";
import { isListed } from "./visit/targets.ts";

const KINDS = { user: "User", group: "Group", servicePrincipal: "ServicePrincipal" } as const;

/** What is known about a stack's environment; people may be added to it at any time. */
export interface TargetEnvironment extends Omit<AzureOptions, "now"> {
  readonly cast: SandboxPerson[];
  readonly organizers: string[];
}

/** @throws Error for a stack of one laptop */
export function targetOf(stack: StackSettings): TargetEnvironment {
  const { azure, deployers, microsoft, deployFrom } = stack;
  const [first] = deployers ?? [];
  if (azure === undefined || first === undefined)
    throw new Error(
      "environment: is local, which npm start runs on this machine; a rehearsal is of a deployment",
    );
  const [from] = deployFrom ?? [];
  const target: TargetEnvironment = {
    subscriptionId: azure.subscriptionId,
    tenantId: microsoft.tenantId,
    deployer: { objectId: first.objectId, clientId: randomUUID() },
    principals: (deployers ?? []).map(({ objectId, kind }) => ({ objectId, type: KINDS[kind] })),
    deployFrom: from === undefined ? { subnetId: runnersOf(stack) } : { address: addressIn(from) },
    cast: [...defaultPeople(microsoft.tenantId)],
    organizers: [],
  };
  addOrganizers(target, stack);
  return target;
}

/** Adds the departments' accounts to the directory, and to the access policy, which covers no other accounts. */
export function addOrganizers({ cast, organizers }: TargetEnvironment, stack: StackSettings): void {
  for (const department of stack.departments ?? [])
    for (const oid of organizersOf(department)) {
      if (!organizers.includes(oid)) organizers.push(oid);
      if (cast.some((person) => person.oid === oid)) continue;
      const userName = `organizer-${oid.slice(-4)}@${stack.tenant}.example`;
      const { tenantId: tid } = stack.microsoft;
      const displayName = department.name;
      cast.push({ oid, tid, displayName, userName, kind: "department", roles: [], wids: [] });
    }
}

/**
 * Where people, patients and chart systems call from: anywhere when there is an edge, else an address that the stack lets
 * in.
 */
export const outsideOf = (stack: StackSettings): Caller => {
  const [allowed] = stack.network.allow ?? [];
  return isListed(stack) && allowed !== undefined ? { address: addressIn(allowed) } : SOMEBODY;
};

/** One address in a range: the first one that is not the network's own. */
function addressIn(range: string): string {
  const [address = "", bits = "32"] = range.split("/");
  return Number(bits) > 30 ? address : new Netmask(range).first;
}

/** Id of the subnet for runners, which exists after the first deployment; `notExercised.ts` says that nobody waits for it. */
export function runnersOf({ azure, tenant, environment }: StackSettings): string {
  const prefix = [tenant, environment].join("-");
  return `/subscriptions/${azure?.subscriptionId ?? ""}/resourceGroups/rg-${prefix}/providers/Microsoft.Network/virtualNetworks/vnet-${prefix}/subnets/runners`;
}
