/** Rules about Event Grid, whose delivery reports and replies carry patients' phone numbers. */
import { PATHS, pathPattern } from "../../../app/domain/addresses.ts";
import { all, atLeast, each, is, isAbsent, matches, matchesOnceKnown } from "../checks.ts";
import { CONTROLS } from "../controls.ts";
import { at, said } from "../reading.ts";
import { ruleInTwoHalves, rule } from "../rule.ts";

const TOPIC = "azure-native:eventgrid:SystemTopic";
const SERVICE = "azure-native:communication:CommunicationService";
const SUBSCRIPTION = "azure-native:eventgrid:SystemTopicEventSubscription";
const GUID = /^(api:\/\/)?[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

const KINDS = [
  "Microsoft.Communication.SMSDeliveryReportReceived",
  "Microsoft.Communication.SMSReceived",
  "Microsoft.Communication.EmailDeliveryReportReceived",
];
const RETRY_MINUTES = 24 * 60;
const ENDPOINT = new RegExp("^https://[^/?#@]+" + pathPattern(PATHS.events) + "$");
const ENDPOINT_IN_WORDS = "https://<public host>" + PATHS.events;

export const eventRules = [
  ruleInTwoHalves(
    "EHR-EG-01",
    {
      says: "Outside the Americas events leave the geography only where a person accepted it",
      severity: "high",
      control: CONTROLS.minimumNecessary,
      remedy:
        'Communication Services\' topics are global, and Event Grid may keep events in any Microsoft data center. Write events.accepted in the stack, which gives the topic the tag globalEvents: "accepted"; or do without delivery reports.',
    },
    [TOPIC],
    // An adopted topic keeps the tags that it has; the stack's other resources say where it belongs.
    (resource) =>
      resource.said.geography === "americas" || resource.ignoreChanges.includes("tags")
        ? []
        : is("tags.globalEvents", "accepted")(resource),
    (stack) =>
      stack.said.geography === "americas"
        ? []
        : stack
            .of(TOPIC)
            .flatMap((about) => is("tags.globalEvents", "accepted")(about).map((says) => ({ about, says }))),
  ),
  ruleInTwoHalves(
    "EHR-EG-02",
    {
      says: "Events go to the connector alone, over TLS 1.2, with a token of the hospital's directory, and are tried for 24 hours",
      severity: "critical",
      control: CONTROLS.authentication,
      remedy: `Set destination to a WebHook at ${ENDPOINT_IN_WORDS} with azureActiveDirectoryTenantId, azureActiveDirectoryApplicationIdOrUri and minimumTlsVersionAllowed: "1.2"; retryPolicy: { eventTimeToLiveInMinutes: 1440, maxDeliveryAttempts: 30 }.`,
    },
    [SUBSCRIPTION],
    all(
      is("destination.endpointType", "WebHook"),
      matchesOnceKnown("destination.endpointUrl", ENDPOINT, ENDPOINT_IN_WORDS),
      matches("destination.azureActiveDirectoryTenantId", GUID, "the directory's tenant id"),
      matchesOnceKnown(
        "destination.azureActiveDirectoryApplicationIdOrUri",
        GUID,
        "the app registration's client id",
      ),
      is("destination.minimumTlsVersionAllowed", "1.2"),
      is("retryPolicy.eventTimeToLiveInMinutes", RETRY_MINUTES),
      atLeast("retryPolicy.maxDeliveryAttempts", 30),
    ),
    (stack) =>
      stack
        .of(SUBSCRIPTION)
        .filter(
          (one) =>
            stack.of("azuread:index/application:Application").length > 0 &&
            !one.fedBy("destination").some(({ type }) => type === "azuread:index/application:Application"),
        )
        .map((about) => ({
          about,
          says: "destination does not ask for a token of the stack's app registration",
        })),
  ),
  rule(
    "EHR-EG-03",
    {
      says: "Only delivery reports and replies are subscribed to, and copies of them are kept nowhere",
      severity: "high",
      control: CONTROLS.minimumNecessary,
      remedy:
        "List filter.includedEventTypes one by one, and leave dead letters out: they hold phone numbers.",
    },
    [SUBSCRIPTION],
    all(
      atLeast("filter.includedEventTypes.length", 1),
      each("filter.includedEventTypes", (kind, where) =>
        typeof kind === "string" && KINDS.includes(kind) ? [] : [where + " " + said(kind)],
      ),
      isAbsent("deadLetterDestination"),
      isAbsent("deadLetterWithResourceIdentity"),
    ),
  ),
  ruleInTwoHalves(
    "EHR-EG-04",
    {
      says: "The topic carries Communication Services' events and nothing else",
      severity: "medium",
      control: CONTROLS.riskManagement,
      remedy:
        'Set topicType: "Microsoft.Communication.CommunicationServices" and source to the service of this stack.',
    },
    [TOPIC],
    ({ props }) =>
      String(at(props, "topicType")).toLowerCase() === "microsoft.communication.communicationservices"
        ? []
        : ["topicType " + said(at(props, "topicType"))],
    (stack) =>
      stack
        .of(TOPIC)
        .filter((topic) => !topic.fedBy("source").some(({ type }) => type === SERVICE))
        .map((about) => ({ about, says: "source is not the stack's Communication Services resource" })),
  ),
];
