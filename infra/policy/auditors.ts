/** What auditors' public lists ask of a deployment, and how each item was answered: built, or declined with the reason. */

export interface Asked {
  readonly asks: string;
  readonly answer: "built" | "declined";
  readonly because: string;
}

export const AUDITORS: readonly Asked[] = [
  {
    asks: "An activity alert for named administrative operations",
    answer: "built",
    because:
      "Writes and deletions of security groups and their rules each have one, as does every role that is given; the owners get the mail.",
  },
  {
    asks: "An activity alert for Microsoft.Security operations",
    answer: "built",
    because: "For security policies written, and for security solutions written and deleted.",
  },
  {
    asks: "An activity alert for policy assignments",
    answer: "built",
    because: "One for writing, one for deleting; refusals by the hospital's own Azure Policy have theirs.",
  },
  {
    asks: "A Service Health alert",
    answer: "built",
    because: "Incidents, security advisories and required actions of Azure reach the owners.",
  },
  {
    asks: "Infrastructure encryption of storage",
    answer: "built",
    because: "Packages and queues are encrypted twice. It can be said only when the account is made.",
  },
  {
    asks: "Immutable storage of packages",
    answer: "declined",
    because:
      "Not now. A container that is immutable as a whole lets nobody write over a package, and neither over the records and the turn of promotions, which lie beside the packages and are rewritten: they would need a container of their own first. By version it keeps the old bytes, as versioning does already, and lets new ones take the name. Who may upload a package may write over one; npm run drift and a promotion, before it swaps, hash what is stored.",
  },
  {
    asks: "Customer keys for storage",
    answer: "built",
    because:
      "Where the stack file says encryption: customerKeys, storage uses the same key of the hospital's vault as the store.",
  },
  {
    asks: "Customer keys for the log workspace",
    answer: "declined",
    because:
      "Azure gives them to dedicated clusters only, from 100 GB a day on; the logs of a deployment are a few GB a month and hold no patient. A hospital that has such a cluster links the workspace to it.",
  },
  {
    asks: "Private subnets, without Azure's default outbound access",
    answer: "built",
    because:
      "On all three. The app's way out is App Service's own; a runner inside brings a public address of its own, which no inbound rule lets anybody use.",
  },
  {
    asks: "Flow logs of the network",
    answer: "declined",
    because:
      "They belong to the subscription's Network Watcher, one a region and in a group of its own, and need a storage account that Azure's services pass by. Inside the network only the app and a runner speak, to four stores and by HTTPS; whatever else is refused. The hospital turns them on where its Network Watcher is.",
  },
  {
    asks: "Defender for Cloud's plans",
    answer: "declined",
    because:
      "A plan holds for a whole subscription, with all that others have in it, and is paid for by each resource: the hospital's decision, which a deployment must neither make nor undo.",
  },
  {
    asks: "The site reached by Private Link from Front Door",
    answer: "declined",
    because:
      "Not now. Somebody has to approve the connection in Azure at the first up, and the update's own questions whether site and slot are ready, and Event Grid's handshake before there is an edge, ask the site directly. Its door takes this deployment's own Front Door, by its id, and whoever deploys.",
  },
  {
    asks: "Zone redundancy",
    answer: "built",
    because:
      "In production of the plan (two instances or more), the store and the storage. A test deployment stands in one zone: it holds no patient's visit.",
  },
  {
    asks: "Region redundancy",
    answer: "declined",
    because:
      "A region's loss ends visits until it is back, or until the program has made another deployment elsewhere. The connector keeps no record: the chart does, and a visit's meeting is Microsoft's. The store can be restored to any moment of the last 30 days.",
  },
];
