import type { Agent } from "node:https";
import { afterAll, beforeAll, expect, test } from "vitest";
import { QueueServiceClient, type StoragePipelineOptions } from "@azure/storage-queue";
import { openStorageQueue } from "../../../app/adapters/storageQueue/queue.ts";
import { QUEUE_NAMES } from "../../../app/domain/queueNames.ts";
import type { Queue } from "../../../app/ports/queue.ts";
import { SOMEBODY } from "../../../infra/rehearsal/front/hosts/caller.ts";
import { startDataPlanes, type DataPlanes } from "../../infra/rehearsal/dataPlanes.ts";
import { makeAccount, makeQueues, QUEUES_AT, takeQueueAway } from "./azureInMemory.ts";
import { queueContract } from "./contract.ts";

let planes: DataPlanes;
let ahead = 0;
let roles: readonly string[] = [];
beforeAll(async () => {
  planes = await startDataPlanes(time);
  await makeAccount(planes);
  roles = await makeQueues(planes);
});
afterAll(() => planes.stop());

const time = () => new Date(Date.now() + ahead);
const anHourAhead = () => new Date(time().getTime() + 3_600_000);

async function byStranger(text: string): Promise<void> {
  const options: StoragePipelineOptions & { agent: Agent } = { agent: await planes.from(SOMEBODY) };
  const client = new QueueServiceClient(QUEUES_AT, planes.credential(), options);
  await client.getQueueClient(QUEUE_NAMES.work).sendMessage(text, { messageTimeToLive: -1 });
}

/** Opens the queue on queues that were just made, so that they are empty. */
async function open(): Promise<Queue> {
  for (const role of roles) await planes.vendors.delete(role);
  for (const name of ["work", "work-poison"] as const) await takeQueueAway(planes, name);
  roles = await makeQueues(planes);
  const agent = await planes.from(SOMEBODY);
  return openStorageQueue({ endpoint: QUEUES_AT, agent, credential: planes.credential(), now: anHourAhead });
}

queueContract(
  { where: "Azure Storage Queues as the rehearsal has them, by a token and a role at each queue" },
  async () => ({
    queue: await open(),
    time,
    byStranger,
    pass: (seconds) => Promise.resolve(void (ahead += seconds * 1000)),
  }),
);

test("a queue or a role that is missing is said by its name", async () => {
  const queue = await open();
  await takeQueueAway(planes, "work-poison");
  // A role at a queue is deleted with the queue, and without a role not even its absence is told.
  await expect(queue.ready()).rejects.toThrow("answer in work-poison: AuthorizationPermissionMismatch");
  const again = await open();
  for (const role of roles) await planes.vendors.delete(role);
  roles = [];
  await expect(again.receive(1, 1)).rejects.toThrow(
    "give messages in work: AuthorizationPermissionMismatch; the connector's identity has no role",
  );
});

test("a receipt that this service never gave is a mistake, and no lost lease", async () => {
  const queue = await open();
  await queue.send("one", 0);
  const [wrong] = (await queue.receive(1, 60)).map((message) => ({ ...message, receipt: "invalid" }));
  if (wrong === undefined) throw new Error("no message");
  await expect(queue.remove(wrong)).rejects.toThrow("remove a message in work: InvalidQueryParameterValue");
});
