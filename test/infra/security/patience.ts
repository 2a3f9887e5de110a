/** What Azure or Entra refuses for some minutes while roles, identities or the network are new is waited for, with words. */
import { ofKinds, type SecurityTest } from "./securityTest.ts";

/** Each is refused while a role of the same update is not known everywhere, or would be refused as existing for ever. */
const WAITS = [
  "azuread:index/appRoleAssignment:AppRoleAssignment",
  "cosmosdb:DatabaseAccount",
  "eventgrid:SystemTopicEventSubscription",
  "keyvault:Key",
  "storage:StorageAccount",
];

export const patienceTests: readonly SecurityTest[] = [
  {
    name: "what is refused while a role or the network is new has a hook that waits, and says so",
    kinds: WAITS,
    faults: (deployment) =>
      ofKinds(deployment, ...WAITS)
        .filter(({ options }) => options.onError.length === 0)
        .map(({ name }) => name + " fails at the first refusal"),
  },
];
