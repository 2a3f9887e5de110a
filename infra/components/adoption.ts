/**
 * Resources that outlive a deployment: the number, its Communication Services resource and their resource group stay when
 * everything else is destroyed, and the next `pulumi up` adopts them instead of creating new ones. The same holds for the
 * connections' keys.
 */
import * as communication from "@pulumi/azure-native/communication/index.js";
import * as keyvault from "@pulumi/azure-native/keyvault/index.js";
import * as resources from "@pulumi/azure-native/resources/index.js";
import * as pulumi from "@pulumi/pulumi";
import { keepsNumber } from "../../app/domain/defaults.ts";
import { vaultNames } from "../../app/domain/vaultNames.ts";
import type { DeployedStack } from "../deployedStack.ts";
import { named } from "./deploymentContext.ts";
import type { RecordedState } from "./recordedState.ts";
import { isStillVerified, isVerified } from "./mailDomain.ts";
import { guidOf } from "./guid.ts";

/**
 * Ids of resources that exist but are not in the stack's state, spelled exactly as Azure answers them. A resource without an
 * id here is either to be created, or has been in the stack's state since an earlier update.
 */
export interface Adopted {
  readonly groupId?: string;
  readonly serviceId?: string;
  readonly emailServiceId?: string;
  readonly domainId?: string;
  /** Id of the hospital's own mail domain. */
  readonly ownDomainId?: string;
  /**
   * Set when Azure has verified the DNS records of the hospital's own mail domain, whether or not this stack created the
   * domain.
   */
  readonly ownDomainIsVerified?: true;
  /** Ids of the vault's keys, by the name of the key. */
  readonly keyIds?: Readonly<Record<string, string>>;
}

/**
 * Options that adopt a resource as it is; the next update gives it the properties that the program asks for.
 * @param differing properties that may differ from the program's until that update.
 */
export const takenOver = (id: string | undefined, ...differing: string[]): pulumi.CustomResourceOptions =>
  id === undefined ? {} : { import: id, ignoreChanges: differing };

export interface NumberNames {
  readonly group: string;
  readonly service: string;
  readonly emailService: string;
  readonly domain: "AzureManagedDomain";
}

/**
 * A service's name is part of its host name, so it has to be unique in all of Azure, and yet the same at every deployment.
 */
export function numberNames(stack: DeployedStack): NumberNames {
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
 * Asks Azure which resources exist, also in a preview.
 * @throws pulumi.RunError when Azure does not say whether a resource exists: creating it a second time would separate the
 * number from its resource; and for what may hold a number that this stack would not protect.
 */
export async function existingResources(stack: DeployedStack, recorded: RecordedState): Promise<Adopted> {
  const [outlived, keyIds] = await Promise.all([outlivedDestroy(stack, recorded), keysOf(stack, recorded)]);
  return { ...outlived, ...(Object.keys(keyIds).length > 0 && { keyIds }) };
}

async function outlivedDestroy(stack: DeployedStack, recorded: RecordedState): Promise<Adopted> {
  const { group: resourceGroupName, service, emailService, domain } = numberNames(stack);
  const groupId = await idOf(resourceGroupName, resources.getResourceGroup({ resourceGroupName }));
  if (groupId === undefined) return {};

  const [acs, emailServiceId] = await Promise.all([
    found(
      service,
      communication.getCommunicationService({ resourceGroupName, communicationServiceName: service }),
    ),
    idOf(emailService, communication.getEmailService({ resourceGroupName, emailServiceName: emailService })),
  ]);
  const domainAt = async (domainName: string | undefined) =>
    emailServiceId === undefined || domainName === undefined
      ? undefined
      : found(
          domainName,
          communication.getDomain({ resourceGroupName, emailServiceName: emailService, domainName }),
        );
  const [azures, own] = await Promise.all([domainAt(domain), domainAt(stack.mail?.domain)]);
  const isLinked = acs?.linkedDomains?.some((id) => id.toLowerCase() === own?.id.toLowerCase()) === true;
  const isNew = (type: string, name: string) => !recorded.names("azure-native:" + type).includes(name);
  if (acs !== undefined && isNew("resources:ResourceGroup", resourceGroupName) && !keepsNumber(stack))
    throw wouldBeUnprotected(stack, acs.id);
  return {
    ...(isNew("resources:ResourceGroup", resourceGroupName) && { groupId }),
    ...(acs !== undefined && isNew("communication:CommunicationService", service) && { serviceId: acs.id }),
    ...(emailServiceId !== undefined &&
      isNew("communication:EmailService", emailService) && { emailServiceId }),
    ...(azures !== undefined && isNew("communication:Domain", domain) && { domainId: azures.id }),
    ...(own !== undefined &&
      isNew("communication:Domain", stack.mail?.domain ?? "") && { ownDomainId: own.id }),
    ...((isVerified(own?.verificationStates) || (isLinked && isStillVerified(own?.verificationStates))) && {
      ownDomainIsVerified: true,
    }),
  };
}

/**
 * A service in a group that no update of this stack has made may hold a number. Where the stack keeps none, nothing would
 * protect it, and a destroy would delete both.
 */
function wouldBeUnprotected(stack: DeployedStack, serviceId: string): pulumi.RunError {
  const { group } = numberNames(stack);
  return new pulumi.RunError(
    `number: the resource group ${group} is there already and holds ${serviceId}, which may have a phone number. This stack keeps no number, so nothing would protect it, and a pulumi destroy would delete it. ` +
      // Elsewhere neither key is allowed, because nobody sells such a number there.
      (stack.geography === "americas"
        ? 'Say "number", or "numbers: portal" where the portal got it, to keep it; or another "tenant" to leave it alone.'
        : 'Say another "tenant" to leave it alone.') +
      ` If nobody needs it: az group delete --name ${group} --subscription ${stack.azure.subscriptionId}`,
  );
}

/**
 * Ids of the connections' keys that are in the vault but not in the state. No update deletes a key, so a connection that was
 * removed and is added again finds its old key.
 */
async function keysOf(
  stack: DeployedStack,
  recorded: RecordedState,
): Promise<Readonly<Record<string, string>>> {
  const [vaultName] = recorded.names("azure-native:keyvault:Vault");
  if (vaultName === undefined) return {};
  const held = recorded.names("azure-native:keyvault:Key");
  const missing = vaultNames(stack.connections).keys.filter(({ name }) => !held.includes(name));
  const there = await Promise.all(
    missing.map(async ({ name: keyName }) => {
      const key = keyvault.getKey({ resourceGroupName: named("rg", stack), vaultName, keyName });
      return [keyName, await idOf(keyName, key)] as const;
    }),
  );
  return Object.fromEntries(there.flatMap(([name, id]) => (id === undefined ? [] : [[name, id]])));
}

const idOf = async (name: string, lookup: Promise<{ readonly id: string }>): Promise<string | undefined> =>
  (await found(name, lookup))?.id;

/** What Azure answers for a resource; undefined where the resource does not exist. */
async function found<T>(name: string, lookup: Promise<T>): Promise<T | undefined> {
  try {
    return await lookup;
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

const NOT_FOUND =
  /\bCode="?(ResourceGroupNotFound|KeyNotFound|ResourceNotFound|ParentResourceNotFound|NotFound)\b/;
