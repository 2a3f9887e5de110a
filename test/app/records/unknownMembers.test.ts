/** Rows that a newer release has written, with members that this one does not know: they are used, replaced, and keep them. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openSqliteStore } from "../../../app/adapters/sqlite/store.ts";
import { keptKeys } from "../../../app/records/keys.ts";
import { lost, plantUnknown, UNKNOWN } from "../../harness/laterRelease.ts";
import { startDeployment } from "../../harness/deployment.ts";
import { goOn, keyringOf, rowsOf, useStore, type Row } from "../../harness/usedStore.ts";

test("every kind of row keeps them, sealed ones too, while clinicians and patients go on", async () => {
  const folder = await mkdtemp(join(tmpdir(), "unknown-members-"));
  const sqliteFile = join(folder, "connector.sqlite");
  const deployment = await startDeployment({ sqliteFile });
  const used = await useStore(deployment);
  const keyring = await keyringOf(deployment);
  const before = plantUnknown(sqliteFile, keyring);

  await goOn(deployment, used);

  const after = rowsOf(sqliteFile);
  const nowOf = ({ container, id }: Row) => after.find((row) => row.container === container && row.id === id);
  const written = before.filter((row) => {
    const now = nowOf(row);
    const { body } = row;
    return now !== undefined && JSON.stringify(now.body) !== JSON.stringify(body);
  });
  // The walk has really replaced some of each kind that is ever replaced by a person. Whoever looks at a visit whose
  // subscription has ended also has its job begun anew, if background work was quick enough to have done it.
  const containers = written.map(({ container }) => container).filter((one) => one !== "jobs");
  expect(new Set(containers)).toEqual(
    new Set(["settings", "visits", "sessions", "signIns", "staffAccounts"]),
  );
  for (const row of written) {
    expect(lost(row, nowOf(row), keyring), row.container).toEqual([]);
  }
  await deployment.stop();
  await rm(folder, { recursive: true });
});

test("the keys' own row keeps them when it is wrapped anew", async () => {
  const store = openSqliteStore({ file: ":memory:", now: () => new Date() });
  const kept = keptKeys(store);
  const set = { version: "1", wrappedKey: Buffer.from("wrapped"), keySet: "sealed" };
  await kept.keepFirst(set);
  const row = await store.read("keys", "keyring", "keyring");
  if (row === undefined) throw new Error("no row");
  await store.replace("keys", { ...row, body: { ...row.body, ...UNKNOWN } }, row.etag);
  const read = await kept.read();
  if (read === undefined) throw new Error("no keys");
  await kept.replace(read, { ...set, version: "2" });
  expect((await store.read("keys", "keyring", "keyring"))?.body).toMatchObject({ ...UNKNOWN, version: "2" });
  await store.close();
});
