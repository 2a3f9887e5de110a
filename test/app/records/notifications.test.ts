/** Notifications of which nobody knows yet what they tell. */
import { expect, test } from "vitest";
import { openNotifications } from "../../../app/records/notifications.ts";
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
  expect(await notifications.unreadSince(visit.id)).toEqual(first);
  const { items } = await store.list("visits", visit.id, { from: "notification ", limit: 1 });
  const [row] = items;
  if (row === undefined) throw new Error("none is kept");
  const { etag, ...kept } = row;
  await store.replace("visits", { ...kept, body: { v: 2 } }, etag);
  expect(await notifications.unreadSince(visit.id)).toEqual(first);
  await deployment.close();
});
