/** Texts, mails, the number, and the events about them. */
import { PATHS } from "../../../app/domain/addresses.ts";
import { keepsNumber } from "../../../app/domain/defaults.ts";
import { named } from "../../../app/domain/resourceNames.ts";
import { guidOf } from "../../components/guid.ts";
import type { DeployedStack } from "../../deployedStack.ts";
import { hasEdge, hasEvents } from "../../stack/choices.ts";
import { DATA_LOCATIONS } from "../../stack/regions.ts";
import {
  APPLICATION,
  asked,
  besideNumber,
  DOMAIN,
  FRONT,
  here,
  idOf,
  mailDomains,
  NUMBER_GROUP,
  OWN_DOMAIN,
  SERVICE,
  siteKey,
  worldwide,
  type Asked,
} from "./asked.ts";
import { addressAt, from, outputOf } from "./expected.ts";

const MAIL = "communication:EmailService mail";
const TOPIC = "eventgrid:SystemTopic events-topic";

export const messaging = (said: DeployedStack): readonly Asked[] => [
  ...service(said),
  ...(said.number === undefined ? [] : [number(said)]),
  ...(hasEvents(said) ? events(said) : []),
];

function service(said: DeployedStack): readonly Asked[] {
  const kept = { protect: keepsNumber(said) };
  const common = { ...besideNumber(said), ...worldwide(said) };
  const dataLocation = DATA_LOCATIONS[said.geography];
  const mail = named("mail", said) + suffix(said);
  const domain = (key: string, domainName: string, domainManagement: string) =>
    asked(
      key,
      {
        ...common,
        emailServiceName: from(MAIL, mail),
        domainName,
        domainManagement,
        userEngagementTracking: "Disabled",
      },
      kept,
    );
  return [
    asked(
      NUMBER_GROUP,
      { ...here(said), resourceGroupName: named("rg", said) + "-number" },
      { protect: kept.protect },
    ),
    asked(MAIL, { ...common, emailServiceName: mail, dataLocation }, kept),
    domain(DOMAIN, "AzureManagedDomain", "AzureManaged"),
    ...(said.mail === undefined ? [] : [domain(OWN_DOMAIN, said.mail.domain, "CustomerManaged")]),
    asked(
      SERVICE,
      {
        ...common,
        communicationServiceName: named("acs", said) + suffix(said),
        dataLocation,
        disableLocalAuth: true,
        publicNetworkAccess: "Enabled",
        identity: { type: "SystemAssigned" },
        // This is the hospital's own domain once Azure has verified it.
        linkedDomains: [idOf(said, mailDomains(said))],
      },
      kept,
    ),
  ];
}

/** A suffix for names: a service's name has to be unique in all of Azure, and the same at every deployment. */
const suffix = ({ azure, tenant, environment }: DeployedStack): string =>
  "-" + guidOf([azure.subscriptionId, tenant, environment].join("/")).slice(0, 8);

const number = (said: DeployedStack): Asked =>
  asked(
    "ehr:index:PhoneNumber number",
    {
      endpoint: addressAt(SERVICE, /^https:\/\/acs-[a-z0-9.-]+\.communication\.azure\.com$/),
      countryCode: "US",
      phoneNumberType: "tollFree",
      areaCode: said.number?.areaCode,
      sms: "inbound+outbound",
      calling: "none",
      tag: said.tenant,
    },
    { protect: true },
  );

function events(said: DeployedStack): readonly Asked[] {
  const known = said.events.systemTopic;
  const systemTopicName = known ?? named("events", said);
  const { tags, ...common } = worldwide(said);
  const host = hasEdge(said)
    ? addressAt(FRONT, endpoint("[a-z0-9-]+\\.z\\d+\\.azurefd\\.net"), [FRONT.of, ...clientId(said)])
    : addressAt(siteKey(said), endpoint("[a-z0-9-]+\\.azurewebsites\\.net"), [
        siteKey(said),
        ...clientId(said),
      ]);
  return [
    asked(TOPIC, {
      ...besideNumber(said),
      ...common,
      tags: { ...tags, globalEvents: said.events.accepted === undefined ? undefined : "accepted" },
      systemTopicName,
      source: idOf(said, SERVICE),
      topicType: "Microsoft.Communication.CommunicationServices",
    }),
    asked("eventgrid:SystemTopicEventSubscription events-connector", {
      ...besideNumber(said),
      eventSubscriptionName: "connector",
      systemTopicName: from(TOPIC, systemTopicName),
      eventDeliverySchema: "EventGridSchema",
      destination: {
        endpointType: "WebHook",
        endpointUrl: host,
        azureActiveDirectoryTenantId: said.microsoft.tenantId,
        azureActiveDirectoryApplicationIdOrUri:
          said.microsoft.registration?.clientId ?? outputOf(APPLICATION, "clientId", /^[0-9a-f-]{36}$/),
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
        isSubjectCaseSensitive: false,
      },
      retryPolicy: { maxDeliveryAttempts: 30, eventTimeToLiveInMinutes: 1440 },
    }),
  ];
}

const clientId = ({ microsoft }: DeployedStack): readonly string[] =>
  microsoft.registration === undefined ? [APPLICATION] : [];

/** The address at the host name that Azure gave to the front or the site, which works before the hospital's DNS does. */
const endpoint = (host: string): RegExp => new RegExp("^https://" + host + PATHS.events + "$");
