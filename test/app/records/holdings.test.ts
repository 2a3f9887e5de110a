/** The deletion of an appointment while Graph goes on telling, and what is made of it meanwhile. */
import { createHash } from "node:crypto";
import { expect, onTestFinished, test } from "vitest";
import { openSqliteStore } from "../../../app/adapters/sqlite/store.ts";
import type { FhirBaseUrl } from "../../../app/domain/fhirBaseUrl.ts";
import type { VisitId } from "../../../app/domain/linkToken.ts";
import type { Keyring } from "../../../app/ports/keyring.ts";
import type { Store } from "../../../app/ports/store.ts";
import { openHoldings } from "../../../app/records/holdings.ts";
import { openNotifications } from "../../../app/records/notifications.ts";
import { presenceRowId } from "../../../app/records/presenceRow.ts";
import { openPresences } from "../../../app/records/presences.ts";

const now = () => new Date(Date.UTC(2026, 10, 28, 10));
const keyring = {
  hash: (purpose, value) =>
    createHash("sha256").update([purpose, value].join(" ")).digest("base64url").slice(0, 16),
} satisfies Pick<Keyring, "hash"> as unknown as Keyring;
const appointment = { fhirBaseUrl: "https://chart.example/r4" as FhirBaseUrl, appointmentId: "1" };

function open(around: (store: Store) => Store = (store) => store) {
  const inner = openSqliteStore({ file: ":memory:", now });
  onTestFinished(() => inner.close());
  const store = around(inner);
  const holdings = openHoldings({ store: inner, keyring, now });
  const visit = { id: holdings.idOf(appointment), end: now() };
  const none = () => Promise.resolve(undefined);
  const jobs = {
    ...{ add: () => Promise.resolve("added" as const), change: none, read: none, wakeSoon: none },
  };
  return {
    holdings,
    visit,
    notifications: openNotifications({ store, jobs, now }),
    presences: openPresences({ store, keyring }),
    rows: async () => (await inner.changes("visits", 1000)).items.map(({ id }) => id),
  };
}
const encrypted = (data: string) => ({ data, dataKey: "AA==", dataSignature: "AA==", certificateId: "1" });

test("an appointment is deleted however many notifications wait to be read", async () => {
  const { holdings, visit, notifications, presences, rows } = open();
  await presences.watching(visit, {});
  for (let count = 0; count < 250; count++) await notifications.keep(visit.id, "1", encrypted(String(count)));
  expect(await holdings.about(appointment)).toHaveLength(251);
  await holdings.delete(appointment);
  expect(await rows()).toEqual([visit.id]);
});

test("of a deleted appointment nothing is kept again", async () => {
  const { holdings, visit, notifications, presences, rows } = open();
  await holdings.delete(appointment);
  await presences.watching(visit, { subscription: { id: "s", until: now() } });
  await notifications.keep(visit.id, "1", encrypted("1"));
  expect(await rows()).toEqual([visit.id]);
});

test.each(["before", "after"])(
  "what is made while it is deleted is gone afterwards, written %s",
  async (when) => {
    let isDue = true;
    const { holdings, visit, notifications, presences, rows } = open((store) => ({
      ...store,
      async create(container, item) {
        const isFirst = isDue && item.id === presenceRowId(item.partition as VisitId);
        if (isFirst) isDue = false;
        if (isFirst && when === "before") await holdings.delete(appointment);
        const made = await store.create(container, item);
        if (isFirst && when === "after") await holdings.delete(appointment);
        return made;
      },
    }));
    await presences.watching(visit, {});
    await notifications.keep(visit.id, "1", encrypted("1"));
    expect(await rows()).toEqual([visit.id]);
  },
);
