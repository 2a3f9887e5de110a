/**
 * Texts and mails: Communication Services, the sender's domain, and the number, in a resource group that outlives the rest
 * of the deployment.
 */
import * as communication from "@pulumi/azure-native/communication/index.js";
import * as resources from "@pulumi/azure-native/resources/index.js";
import * as pulumi from "@pulumi/pulumi";
import { keepsNumber } from "../../app/domain/defaults.ts";
import { PhoneNumber } from "../dataplane/resources.ts";
import type { DeployedStack } from "../deployedStack.ts";
import { DATA_LOCATIONS, GLOBAL } from "../stack/regions.ts";
import { whileItsDomainIsNew } from "./patience.ts";
import { numberNames, takenOver, type Adopted } from "./adoption.ts";
import { tags, type DeploymentContext } from "./deploymentContext.ts";
import type { Identity } from "./identity.ts";
import { recordsOf, senderAt, type DnsRecord } from "./mailDomain.ts";
import { DIRECTORY_KINDS, grant } from "./roles.ts";

export interface MessagingArgs {
  readonly context: DeploymentContext;
  readonly identity: Identity;
  /** Resources that exist already, found by {@link existingResources}. */
  readonly adopted: Adopted;
}

interface Placed {
  readonly resourceGroupName: pulumi.Output<string>;
  readonly emailServiceName: pulumi.Output<string>;
}

const aboutMail = (stack: DeployedStack) => ({
  location: GLOBAL,
  // Tracking would rewrite every link of a mail and record who opened it.
  userEngagementTracking: "Disabled",
  tags: tags(stack, "phi-transient"),
});

export class Messaging extends pulumi.ComponentResource {
  /** Origin, in the form that the connector's settings take. */
  readonly endpoint: pulumi.Output<string>;
  readonly serviceId: pulumi.Output<string>;
  readonly serviceName: pulumi.Output<string>;
  readonly emailServiceId: pulumi.Output<string>;
  /** The resource group of everything in this component. */
  readonly groupName: pulumi.Output<string>;
  readonly groupId: pulumi.Output<string>;
  /**
   * Address that mails come from: it is at the hospital's own domain once Azure has verified that domain, and at Azure's
   * domain until then.
   */
  readonly mailSender: pulumi.Output<string>;
  /** DNS records of the hospital's own mail domain. */
  readonly mailRecords: pulumi.Output<readonly DnsRecord[]>;
  /** Present only where this stack gets the number. */
  readonly number: pulumi.Output<string> | undefined;

  constructor(name: string, args: MessagingArgs, options?: pulumi.ComponentResourceOptions) {
    super("ehr:components:Messaging", name, {}, options);
    const { context, identity, adopted } = args;
    const { stack } = context;

    const group = this.#group(context, adopted);
    const emailService = this.#emailService(stack, group, adopted);
    const placed = { resourceGroupName: group.name, emailServiceName: emailService.name };
    const azures = this.#azuresDomain(stack, placed, adopted);
    const own = stack.mail && this.#ownDomain(stack, placed, stack.mail.domain, adopted);
    const isOwn = adopted.ownDomainIsVerified === true;
    const from = <T>(of: (domain: communication.Domain) => pulumi.Output<T>): pulumi.Output<T> =>
      own === undefined
        ? of(azures)
        : pulumi.all([of(azures), of(own)]).apply(([ofAzures, ofOwn]) => (isOwn ? ofOwn : ofAzures) as T);
    const service = this.#service(
      stack,
      group,
      from(({ id }) => id),
      adopted,
    );
    grant(
      "messaging",
      {
        stack,
        // Communication Services ignores custom roles, and this is its smallest built-in role.
        role: "communicationAndEmailServiceOwner",
        scope: service.id,
        principalId: identity.principalId,
        principalType: "ServicePrincipal",
      },
      { parent: this },
    );

    this.endpoint = pulumi.interpolate`https://${service.hostName}`;
    this.serviceId = service.id;
    this.serviceName = service.name;
    this.emailServiceId = emailService.id;
    this.groupName = group.name;
    this.groupId = group.id;
    this.mailSender = from(senderAt);
    this.mailRecords =
      own === undefined
        ? pulumi.output<DnsRecord[]>([])
        : pulumi
            .all([own.name, own.verificationRecords])
            .apply(([name, records]) => recordsOf(name, records));
    this.number = stack.number === undefined ? undefined : this.#number(stack, service);
    this.registerOutputs({ serviceId: this.serviceId, mailSender: this.mailSender });
  }

  #group({ stack, location }: DeploymentContext, { groupId }: Adopted): resources.ResourceGroup {
    return new resources.ResourceGroup(
      "number",
      {
        resourceGroupName: numberNames(stack).group,
        location,
        tags: tags(stack, "phi-transient"),
      },
      // Azure may answer the group's location in another spelling, and a group cannot be moved; its resources have a
      // location of their own.
      pulumi.mergeOptions({ ignoreChanges: ["location"] }, this.#kept(stack, groupId)),
    );
  }

  #emailService(
    stack: DeployedStack,
    group: resources.ResourceGroup,
    { emailServiceId }: Adopted,
  ): communication.EmailService {
    return new communication.EmailService(
      "mail",
      {
        resourceGroupName: group.name,
        emailServiceName: numberNames(stack).emailService,
        location: GLOBAL,
        dataLocation: DATA_LOCATIONS[stack.geography],
        tags: tags(stack, "phi-transient"),
      },
      this.#kept(stack, emailServiceId),
    );
  }

  #azuresDomain(stack: DeployedStack, placed: Placed, { domainId }: Adopted): communication.Domain {
    return new communication.Domain(
      "mail",
      {
        ...placed,
        ...aboutMail(stack),
        domainName: numberNames(stack).domain,
        domainManagement: "AzureManaged",
      },
      this.#kept(stack, domainId),
    );
  }

  #ownDomain(
    stack: DeployedStack,
    placed: Placed,
    domainName: string,
    { ownDomainId }: Adopted,
  ): communication.Domain {
    return new communication.Domain(
      "own-mail",
      { ...placed, ...aboutMail(stack), domainName, domainManagement: "CustomerManaged" },
      this.#kept(stack, ownDomainId),
    );
  }

  #service(
    stack: DeployedStack,
    group: resources.ResourceGroup,
    domainId: pulumi.Output<string>,
    { serviceId }: Adopted,
  ): communication.CommunicationService {
    return new communication.CommunicationService(
      "service",
      {
        resourceGroupName: group.name,
        communicationServiceName: numberNames(stack).service,
        location: GLOBAL,
        dataLocation: DATA_LOCATIONS[stack.geography],
        disableLocalAuth: true,
        // Communication Services has no private endpoints. Access is by the connector's identity alone.
        publicNetworkAccess: "Enabled",
        identity: { type: "SystemAssigned" },
        linkedDomains: [domainId],
        tags: tags(stack, "phi-transient"),
      },
      { ...this.#kept(stack, serviceId), hooks: whileItsDomainIsNew("service") },
    );
  }

  #number(stack: DeployedStack, service: communication.CommunicationService): pulumi.Output<string> {
    // The number is bought with the sign-in of whoever runs `pulumi up`.
    const buyers = stack.deployers.map(({ objectId, kind }) =>
      grant(
        "number-" + objectId,
        {
          stack,
          role: "communicationAndEmailServiceOwner",
          scope: service.id,
          principalId: objectId,
          principalType: DIRECTORY_KINDS[kind],
        },
        { parent: this },
      ),
    );
    const number = new PhoneNumber(
      "number",
      {
        endpoint: this.endpoint,
        countryCode: "US",
        phoneNumberType: "tollFree",
        ...(stack.number?.areaCode !== undefined && { areaCode: stack.number.areaCode }),
        // Inbound texts are needed, so that people can answer STOP.
        sms: "inbound+outbound",
        calling: "none",
        tag: stack.tenant,
      },
      { parent: this, protect: true, retainOnDelete: true, dependsOn: buyers },
    );
    return number.phoneNumber;
  }

  /** A number that was given up cannot be bought back, so nothing that it depends on is ever deleted. */
  #kept(stack: DeployedStack, existing: string | undefined): pulumi.CustomResourceOptions {
    const isKept = keepsNumber(stack);
    return {
      parent: this,
      protect: isKept,
      retainOnDelete: isKept,
      ...takenOver(existing, "tags"),
    };
  }
}
