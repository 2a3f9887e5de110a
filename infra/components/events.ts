/**
 * Delivers delivery reports and replies from Communication Services to the connector, authenticated by a token of the
 * hospital's directory.
 */
import * as eventgrid from "@pulumi/azure-native/eventgrid/index.js";
import * as pulumi from "@pulumi/pulumi";
import { PATHS } from "../../app/domain/addresses.ts";
import { GLOBAL } from "../stack/regions.ts";
import { patiently } from "./patience.ts";
import { inSubscription, named, tags, type DeploymentContext } from "./deploymentContext.ts";

export interface EventsArguments {
  readonly context: DeploymentContext;
  /** The Communication Services resource, and the name of its resource group. */
  readonly serviceId: pulumi.Output<string>;
  readonly groupName: pulumi.Output<string>;
  /** The host that Event Grid calls. Azure gave it this name, which works before the hospital's DNS does. */
  readonly host: pulumi.Output<string>;
  readonly clientId: pulumi.Input<string>;
  /**
   * What must exist before the connector can answer Event Grid's handshake: the site, the network path to it, and the roles.
   */
  readonly after: pulumi.Input<pulumi.Resource>[];
}

export class Events extends pulumi.ComponentResource {
  readonly topicId: pulumi.Output<string>;

  constructor(name: string, args: EventsArguments, options?: pulumi.ComponentResourceOptions) {
    super("ehr:components:Events", name, {}, options);
    const { stack } = args.context;
    const known = stack.events.systemTopic;
    const topic = new eventgrid.SystemTopic(
      name + "-topic",
      {
        systemTopicName: known ?? named("events", stack),
        resourceGroupName: args.groupName,
        location: GLOBAL,
        source: args.serviceId,
        topicType: "Microsoft.Communication.CommunicationServices",
        tags: {
          ...tags(stack, "phi-transient"),
          ...(stack.events.accepted !== undefined && { globalEvents: "accepted" }),
        },
      },
      // A source can have only one system topic, so one that exists already is adopted as it is.
      {
        parent: this,
        ...(known !== undefined && {
          import: topicId(args.context, known),
          ignoreChanges: ["tags", "source"],
        }),
      },
    );
    new eventgrid.SystemTopicEventSubscription(
      name + "-connector",
      {
        eventSubscriptionName: "connector",
        systemTopicName: topic.name,
        resourceGroupName: args.groupName,
        eventDeliverySchema: "EventGridSchema",
        destination: {
          endpointType: "WebHook",
          endpointUrl: args.host.apply((host) => "https://" + host + PATHS.events),
          azureActiveDirectoryTenantId: stack.microsoft.tenantId,
          azureActiveDirectoryApplicationIdOrUri: args.clientId,
          minimumTlsVersionAllowed: "1.2",
          maxEventsPerBatch: 20,
          preferredBatchSizeInKilobytes: 64,
        },
        filter: {
          includedEventTypes: [
            "Microsoft.Communication.SMSDeliveryReportReceived",
            "Microsoft.Communication.SMSReceived",
            "Microsoft.Communication.EmailDeliveryReportReceived",
          ],
        },
        retryPolicy: { maxDeliveryAttempts: 30, eventTimeToLiveInMinutes: 1440 },
      },
      {
        parent: this,
        dependsOn: args.after,
        hooks: patiently(name + "-while-entra-replicates"),
      },
    );
    this.topicId = topic.id;
    this.registerOutputs({});
  }
}

const topicId = ({ stack }: DeploymentContext, topic: string): string =>
  [
    inSubscription(stack),
    "resourceGroups",
    named("rg", stack) + "-number",
    "providers/Microsoft.EventGrid/systemTopics",
    topic,
  ].join("/");
