/** Texts and mails: Communication Services, the sender's domain, and the number, in a resource group that outlives the rest. */
import * as communication from "@pulumi/azure-native/communication/index.js";
import * as resources from "@pulumi/azure-native/resources/index.js";
import * as pulumi from "@pulumi/pulumi";
import { PhoneNumber } from "../dataplane/resources.ts";
import type { DeployedStack } from "../deployedStack.ts";
import { DATA_LOCATIONS, GLOBAL } from "../stack/places.ts";
import { numberPlace, takenOver, type Adopted } from "./adoption.ts";
import { isProtected, tags, type Ground } from "./ground.ts";
import type { Identity } from "./identity.ts";
import { DIRECTORY_KINDS, grant } from "./roles.ts";

export interface MessagingArgs {
  readonly ground: Ground;
  readonly identity: Identity;
  /** Of {@link whatIsThere}. */
  readonly adopted: Adopted;
}

export class Messaging extends pulumi.ComponentResource {
  /** Origin, as the connector's settings take it. */
  readonly endpoint: pulumi.Output<string>;
  readonly serviceId: pulumi.Output<string>;
  readonly serviceName: pulumi.Output<string>;
  readonly emailServiceId: pulumi.Output<string>;
  /** The resource group of all this. */
  readonly groupName: pulumi.Output<string>;
  readonly groupId: pulumi.Output<string>;
  /** Where mails come from: a domain of Azure's, without the sender's name. */
  readonly senderDomain: pulumi.Output<string>;
  /** Only where this stack gets the number. */
  readonly number: pulumi.Output<string> | undefined;

  constructor(name: string, args: MessagingArgs, options?: pulumi.ComponentResourceOptions) {
    super("ehr:components:Messaging", name, {}, options);
    const { ground, identity, adopted } = args;
    const { stack } = ground;

    const group = this.#group(ground, adopted);
    const emailService = this.#emailService(stack, group, adopted);
    const domain = this.#domain(stack, group, emailService, adopted);
    const service = this.#service(stack, group, domain, adopted);
    grant(
      "messaging",
      {
        stack,
        // Communication Services honours no role of one's own, and has no smaller one.
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
    this.senderDomain = domain.fromSenderDomain;
    this.number = stack.number === undefined ? undefined : this.#number(stack, service);
    this.registerOutputs({ serviceId: this.serviceId, senderDomain: this.senderDomain });
  }

  #group({ stack, location }: Ground, { groupId }: Adopted): resources.ResourceGroup {
    return new resources.ResourceGroup(
      "number",
      {
        resourceGroupName: numberPlace(stack).group,
        location,
        tags: tags(stack, "phi-transient"),
      },
      // Only where Azure keeps the group's name; it cannot be moved, and what is in it has a place of its own.
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
        emailServiceName: numberPlace(stack).emailService,
        location: GLOBAL,
        dataLocation: DATA_LOCATIONS[stack.geography],
        tags: tags(stack, "phi-transient"),
      },
      this.#kept(stack, emailServiceId),
    );
  }

  #domain(
    stack: DeployedStack,
    group: resources.ResourceGroup,
    emailService: communication.EmailService,
    { domainId }: Adopted,
  ): communication.Domain {
    return new communication.Domain(
      "mail",
      {
        resourceGroupName: group.name,
        emailServiceName: emailService.name,
        domainName: numberPlace(stack).domain,
        location: GLOBAL,
        domainManagement: "AzureManaged",
        // It would rewrite every link of a mail and tell who opened it.
        userEngagementTracking: "Disabled",
        tags: tags(stack, "phi-transient"),
      },
      this.#kept(stack, domainId),
    );
  }

  #service(
    stack: DeployedStack,
    group: resources.ResourceGroup,
    domain: communication.Domain,
    { serviceId }: Adopted,
  ): communication.CommunicationService {
    return new communication.CommunicationService(
      "service",
      {
        resourceGroupName: group.name,
        communicationServiceName: numberPlace(stack).service,
        location: GLOBAL,
        dataLocation: DATA_LOCATIONS[stack.geography],
        disableLocalAuth: true,
        // It has no private endpoints; the connector's identity is what opens it.
        publicNetworkAccess: "Enabled",
        identity: { type: "SystemAssigned" },
        linkedDomains: [domain.id],
        tags: tags(stack, "phi-transient"),
      },
      this.#kept(stack, serviceId),
    );
  }

  #number(stack: DeployedStack, service: communication.CommunicationService): pulumi.Output<string> {
    // Whoever runs `pulumi up` buys it.
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
        // Inbound, or nobody could answer STOP.
        sms: "inbound+outbound",
        calling: "none",
        tag: stack.tenant,
      },
      { parent: this, protect: true, retainOnDelete: true, dependsOn: buyers },
    );
    return number.phoneNumber;
  }

  /** A number cannot be bought back: where there is one, nothing that it hangs on is ever deleted. */
  #kept(stack: DeployedStack, existing: string | undefined): pulumi.CustomResourceOptions {
    const isKept = isProtected(stack) || stack.number !== undefined;
    return {
      parent: this,
      protect: isKept,
      retainOnDelete: isKept,
      ...takenOver(existing, "tags"),
    };
  }
}
