/** Makes from a stack file the description of a deployment that the texts about manual steps need. */
import type { Deployment } from "../../app/domain/byHand/deployment.ts";
import { numbersOf, verificationOf } from "../../app/domain/defaults.ts";
import { featuresOf, hasEdge } from "./choices.ts";
import type { StackSettings } from "./schema.ts";

/**
 * @param name of the stack, such as `lamna-test`
 * @throws Error for a stack of one laptop, which is never deployed
 */
export function deploymentOf(name: string, stack: StackSettings): Deployment {
  const { environment, azure, owners, connections = [], departments = [], deployers = [] } = stack;
  if (environment === "local" || azure === undefined)
    throw new Error("environment: is local, which npm start runs on this machine; nobody deploys it by hand");
  const { tenant, organization, publicHost, microsoft } = stack;
  return {
    ...{ name, tenant, environment, organization, publicHost, microsoft, features: featuresOf(stack) },
    wantedNumber: wantedNumber(stack),
    ownersMail: owners?.email,
    mailDomain: stack.mail?.domain,
    behindEdge: hasEdge(stack),
    subscriptionId: azure.subscriptionId,
    deploysFromInside: (stack.deployFrom ?? []).length === 0,
    deployers,
    connections,
    departments,
  };
}

/**
 * The number that the deployment wants; undefined for a stack that says nothing of numbers or texts, because it may never
 * want one.
 */
export function wantedNumber(stack: StackSettings): Deployment["wantedNumber"] {
  const { environment, number, numbers, sms } = stack;
  const isNobodys = number === undefined && numbersOf(stack) === "stack";
  if (isNobodys || (number === undefined && numbers === undefined && sms === undefined)) return undefined;
  return { from: numbersOf(stack), verification: verificationOf(environment, number?.verification) };
}
