/**
 * What outlives a deployment: the number, its Communication Services resource and their resource group stay when everything
 * else is destroyed, and the next `pulumi up` takes them over instead of making them anew.
 */
import * as communication from "@pulumi/azure-native/communication/index.js";
import * as resources from "@pulumi/azure-native/resources/index.js";
import * as pulumi from "@pulumi/pulumi";
import type { DeployedStack } from "../deployedStack.ts";
import { named } from "./ground.ts";
import { guidOf } from "./roles.ts";

/** Ids of what is there already, letter by letter as Azure answers them, as the state has them; what has none is to be made. */
export interface Adopted {
  readonly groupId?: string;
  readonly serviceId?: string;
  readonly emailServiceId?: string;
  readonly domainId?: string;
}

export interface NumberPlace {
  readonly group: string;
  readonly service: string;
  readonly emailService: string;
  readonly domain: "AzureManagedDomain";
}

/** A service's name is part of its host name, so it is unique in the world, and yet the same at every deployment. */
export function numberPlace(stack: DeployedStack): NumberPlace {
  const suffix =
    "-" + guidOf([stack.azure.subscriptionId, stack.tenant, stack.environment].join("/")).slice(0, 8);
  return {
    group: named("rg", stack) + "-number",
    service: named("acs", stack) + suffix,
    emailService: named("mail", stack) + suffix,
    domain: "AzureManagedDomain",
  };
}

/**
 * Asks Azure, also in a preview. An id that the stack's state holds already changes nothing.
 * @throws pulumi.RunError when Azure does not say whether it is there: making it twice would split the number from it.
 */
export async function whatIsThere(stack: DeployedStack): Promise<Adopted> {
  const { group: resourceGroupName, service, emailService, domain } = numberPlace(stack);
  const groupId = await idOf(resourceGroupName, resources.getResourceGroup({ resourceGroupName }));
  if (groupId === undefined) return {};

  const [serviceId, emailServiceId] = await Promise.all([
    idOf(
      service,
      communication.getCommunicationService({ resourceGroupName, communicationServiceName: service }),
    ),
    idOf(emailService, communication.getEmailService({ resourceGroupName, emailServiceName: emailService })),
  ]);
  const domainId =
    emailServiceId === undefined
      ? undefined
      : await idOf(
          domain,
          communication.getDomain({
            resourceGroupName,
            emailServiceName: emailService,
            domainName: domain,
          }),
        );
  return {
    groupId,
    ...(serviceId !== undefined && { serviceId }),
    ...(emailServiceId !== undefined && { emailServiceId }),
    ...(domainId !== undefined && { domainId }),
  };
}

async function idOf(name: string, lookup: Promise<{ readonly id: string }>): Promise<string | undefined> {
  try {
    return (await lookup).id;
  } catch (error) {
    const words = error instanceof Error ? error.message : String(error);
    if (NOT_FOUND.test(words)) return undefined;
    throw new pulumi.RunError(
      "Azure does not say whether " +
        name +
        " is there already, so nothing is made. Check azure.subscriptionId, and that whoever runs pulumi up may read it. Azure's answer: " +
        words,
    );
  }
}

const NOT_FOUND = /\bCode="?(ResourceGroupNotFound|ResourceNotFound|ParentResourceNotFound|NotFound)\b/;
