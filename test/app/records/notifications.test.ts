/** Notifications of which nobody knows yet what they tell. */
import { expect, onTestFinished, test } from "vitest";
import { heardBefore, openNotifications } from "../../../app/records/notifications.ts";
import { reportsDeployment } from "../../harness/reportsDeployment.ts";

test("since when something is unread is told whatever release has kept it", async () => {
  const deployment = reportsDeployment();
  const { now, store } = deployment;
  const visit = await deployment.visit("a", 5);
  const notifications = openNotifications({ store, jobs: deployment.parts.jobs, now });
  expect(await notifications.unreadSince(visit.id)).toBeUndefined();
  const sealed = { data: "d", dataKey: "k", dataSignature: "s", certificateId: "1" };
  await notifications.keep(visit.id, "subscription", sealed);
  const first = now();
  deployment.forward(1);
  await notifications.keep(visit.id, "subscription", { ...sealed, data: "e" });
  await notifications.keep(visit.id, "subscription", { ...sealed, dataKey: "l" });
  const all = await store.list("visits", visit.id, { from: "notification ", limit: 9 });
  expect(new Set(all.items.map(({ id }) => id)).size).toBe(3);
  expect(await notifications.unreadSince(visit.id)).toEqual(first);
  const { items } = await store.list("visits", visit.id, { from: "notification ", limit: 1 });
  const [row] = items;
  if (row === undefined) throw new Error("none is kept");
  const { etag, ...kept } = row;
  await store.replace("visits", { ...kept, body: { v: 2 } }, etag);
  expect(await notifications.unreadSince(visit.id)).toEqual(first);
  await deployment.close();
});

test("one that Graph repeats is kept once, and what was read already is not kept again", async () => {
  const deployment = reportsDeployment();
  onTestFinished(() => deployment.close());
  const { now, store } = deployment;
  const { jobs } = deployment.parts;
  const { id: visit } = await deployment.visit("a", 5);
  const notifications = openNotifications({ store, jobs, now });
  const sealed = { data: "d", dataKey: "k", dataSignature: "s", certificateId: "1" };
  const rows = async () =>
    (await store.list("visits", visit, { from: "notification ", before: "notification!", limit: 9 })).items;
  await notifications.keep(visit, "subscription", sealed);
  await notifications.keep(visit, "subscription", sealed);
  const [row, ...more] = await rows();
  expect(more).toEqual([]);
  const id = row?.id.replace(/^notification-/, "") ?? "none";
  expect(await notifications.read(visit, id)).toEqual({
    item: sealed,
    heard: now(),
    subscription: "subscription",
  });
  expect(await notifications.read(visit, "none")).toBeUndefined();
  const [job] = (await jobs.readSlice("open", { limit: 9 })).jobs.filter(
    (one) => one.job.kind === "notification",
  );
  if (job === undefined) throw new Error("no job");
  // How long it is of use tells when it came.
  expect(job.job.usefulUntil && heardBefore(job.job.usefulUntil)).toEqual(now());
  await notifications.remove(visit, id);
  await jobs.write(job, { ...job.job, state: "done" });
  await notifications.keep(visit, "subscription", sealed);
  expect(await rows()).toEqual([]);
  const away = { ...store, create: () => Promise.reject(new Error("away")) };
  await expect(openNotifications({ store: away, jobs, now }).keep(visit, "s", sealed)).rejects.toThrow(
    "away",
  );
});
