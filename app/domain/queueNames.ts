/** The two queues of a deployment, as the storage account calls them; infra makes them, the connector uses them. */
export const QUEUE_NAMES = {
  /** Says which job is due. */
  work: "work",
  /** What no worker could read, with the reason. */
  poison: "work-poison",
} as const;
