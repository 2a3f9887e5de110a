/** The two queues of a deployment, as the storage account calls them; infra makes them, the connector uses them. */
export const QUEUE_NAMES = {
  /** Its messages say which job is due. */
  work: "work",
  /** Holds messages that no worker could read, with the reason. */
  poison: "work-poison",
} as const;
