/** What nobody says, because it would open something that no rule closes again. */
import { kindOf } from "../components/recorded.ts";
import { at, ofKinds, type SecurityTest } from "./securityTest.ts";

const SETTINGS = ["properties.APPLICATIONINSIGHTS_CONNECTION_STRING"];

const UNSAID: Readonly<Record<string, readonly string[]>> = {
  // Its holder could act as the connector in another directory.
  "authorization:RoleAssignment": ["delegatedManagedIdentityResourceId", "condition"],
  // An owner may give the registration a secret.
  "azuread:index/application:Application": ["owners"],
  "cdn:AFDOrigin": ["sharedPrivateLinkResource"],
  "cdn:Route": ["originPath", "ruleSets"],
  // Events go to the connector's door alone, with the proof that it checks there.
  "eventgrid:SystemTopicEventSubscription": [
    "deliveryWithResourceIdentity",
    "deadLetterWithResourceIdentity",
  ],
  "keyvault:Key": ["properties.release_policy"],
  // An alert's words go to the owners' mail alone.
  "monitor:ActionGroup": [
    "webhookReceivers",
    "smsReceivers",
    "azureFunctionReceivers",
    "logicAppReceivers",
    "eventHubReceivers",
    "automationRunbookReceivers",
    "armRoleReceivers",
  ],
  // Who routes or names what the network's machines ask may answer in another's place.
  "network:Subnet": ["natGateway", "routeTable"],
  "network:VirtualNetwork": ["dhcpOptions"],
  // Nothing of the connector writes down requests.
  "web:WebAppApplicationSettings": SETTINGS,
  "web:WebAppApplicationSettingsSlot": SETTINGS,
};

export const unsaidTests: readonly SecurityTest[] = [
  {
    name: "nothing opens a way beside the ones that are listed",
    kinds: Object.keys(UNSAID),
    faults: (deployment) =>
      ofKinds(deployment, ...Object.keys(UNSAID)).flatMap((resource) =>
        (UNSAID[kindOf(resource)] ?? [])
          .filter((path) => at(resource, path) !== undefined)
          .map((path) => resource.name + " says " + path),
      ),
  },
];
