/**
 * Whose Microsoft account a clinician's is: one link for each EHR user, made anew where it cannot be read, and looked
 * after.
 */
import { describe, expect, onTestFinished, test } from "vitest";
import { openSqliteStore } from "../../../app/adapters/sqlite/store.ts";
import { jsonLog } from "../../../app/log.ts";
import type { Body } from "../../../app/ports/store.ts";
import { DAYS_TO_MISS, openStaffAccounts } from "../../../app/records/staffAccounts.ts";
import { keyring } from "../../harness/findingDeployment.ts";

const ANA = "https://ehr.example/r4/Practitioner/1";
const BEN = "https://ehr.example/r4/Practitioner/2";
const idOf = (fhirUser: string) => keyring.hash("staff account", fhirUser);

function opened() {
  const clock = { now: new Date("2027-01-12T15:00:00Z") };
  const now = () => clock.now;
  const store = openSqliteStore({ file: ":memory:", now });
  onTestFinished(() => store.close());
  const lines: string[] = [];
  const log = jsonLog((line) => void lines.push(line), now);
  const accounts = openStaffAccounts({ store, keyring, log, now });
  const row = (fhirUser: string) => store.read("staffAccounts", idOf(fhirUser), idOf(fhirUser));
  const damage = async (fhirUser: string, change: (body: Body) => Body) => {
    const kept = await row(fhirUser);
    if (kept === undefined) throw new Error("no row");
    await store.replace("staffAccounts", { ...kept, body: change(kept.body) }, kept.etag);
  };
  return { accounts, clock, lines, row, damage, store };
}

test("an account is linked under a keyed hash, replaced by another one, and unlinked", async () => {
  const { accounts, clock, row } = opened();
  expect(await accounts.of(ANA)).toBeUndefined();
  await accounts.link(ANA, "a-1");
  const first = await row(ANA);
  expect(first?.body).toEqual({ v: 1, objectId: "a-1", linkedAt: "2027-01-12T15:00:00.000Z" });
  expect([await accounts.of(ANA), await accounts.of(BEN)]).toEqual(["a-1", undefined]);
  clock.now = new Date("2027-02-12T15:00:00Z");
  await accounts.link(ANA, "a-1");
  expect((await row(ANA))?.etag).toBe(first?.etag);
  await accounts.link(ANA, "a-2");
  expect((await row(ANA))?.body).toEqual({ v: 1, objectId: "a-2", linkedAt: "2027-02-12T15:00:00.000Z" });
  expect([await accounts.unlink(ANA, "a-1"), await accounts.of(ANA)]).toEqual(["other", "a-2"]);
  expect([await accounts.unlink(ANA, "a-2"), await accounts.unlink(ANA, "a-2")]).toEqual([
    "unlinked",
    "none",
  ]);
  expect(await accounts.of(ANA)).toBeUndefined();
});

test("an account that is linked while another one is unlinked stays so", async () => {
  const { accounts, store } = opened();
  await accounts.link(ANA, "a-1");
  const remove = store.remove.bind(store);
  const meanwhile = openStaffAccounts({
    ...{
      keyring,
      log: jsonLog(
        () => undefined,
        () => new Date(0),
      ),
      now: () => new Date(0),
    },
    store: {
      ...store,
      async remove(...what) {
        await accounts.link(ANA, "a-2");
        return remove(...what);
      },
    },
  });
  expect([await meanwhile.unlink(ANA, "a-1"), await accounts.of(ANA)]).toEqual(["other", "a-2"]);
});

test("one of a newer release is logged once an hour, however many views meet it", async () => {
  const { accounts, damage, lines } = opened();
  await accounts.link(ANA, "a-1");
  await damage(ANA, (body) => ({ ...body, v: 7 }));
  for (let view = 0; view < 3; view++) expect(await accounts.of(ANA)).toBeUndefined();
  expect(lines.filter((line) => line.includes('"record.unreadable"'))).toHaveLength(1);
});

test.each<[what: string, change: (body: Body) => Body]>([
  ["without a version", (body) => ({ ...body, v: "one" })],
  ["that is damaged", (body) => ({ ...body, objectId: 7 })],
])("a link %s is none, which is logged, and is made anew", async (_what, change) => {
  const { accounts, damage, lines, row } = opened();
  await accounts.link(ANA, "a-1");
  await accounts.link(BEN, "b-1");
  await damage(ANA, change);
  expect(await accounts.of(ANA)).toBeUndefined();
  expect(lines.filter((line) => line.includes('"record.unreadable"'))).toHaveLength(1);
  expect((await accounts.readSlice(9)).accounts.map(({ objectId }) => objectId)).toEqual(["b-1"]);
  expect(await accounts.byId(idOf(ANA))).toBeUndefined();
  expect(lines.filter((line) => line.includes('"record.unreadable"'))).toHaveLength(3);
  await accounts.link(ANA, "a-1");
  expect(await accounts.of(ANA)).toBe("a-1");
  await damage(ANA, change);
  expect(await accounts.unlink(ANA, "a-1")).toBe("unlinked");
  expect(await row(ANA)).toBeUndefined();
});

test("a failure of the store is one, and no link that is not there", async () => {
  const { store } = opened();
  const now = () => new Date(0);
  const away = {
    ...store,
    read: () => Promise.reject(new TypeError("a bug")),
    changes: () => Promise.reject(new RangeError("a bug")),
  };
  const accounts = openStaffAccounts({ store: away, keyring, log: jsonLog(() => undefined, now), now });
  await expect(accounts.of(ANA)).rejects.toThrow("a bug");
  await expect(accounts.readSlice(9)).rejects.toThrow("a bug");
  const broken = { ...store, changes: () => Promise.reject(new TypeError("another")) };
  const others = openStaffAccounts({ store: broken, keyring, log: jsonLog(() => undefined, now), now });
  await expect(others.readSlice(9, "x")).rejects.toThrow("another");
});

describe("linked accounts in slices", () => {
  test("come each once, and the last slice says that it is", async () => {
    const { accounts } = opened();
    for (let number = 0; number < 5; number++)
      await accounts.link(BEN + String(number), "o-" + String(number));
    const sizes: number[] = [];
    const seen: string[] = [];
    let after: string | undefined;
    do {
      const { accounts: found, next } = await accounts.readSlice(2, after);
      sizes.push(found.length);
      seen.push(...found.map(({ objectId }) => objectId));
      after = next;
    } while (after !== undefined);
    expect([sizes, seen.toSorted()]).toEqual([
      [2, 2, 1],
      ["o-0", "o-1", "o-2", "o-3", "o-4"],
    ]);
  });

  test("after a full last slice there is no next one; without accounts there is one slice", async () => {
    const { accounts } = opened();
    expect(await accounts.readSlice(2)).toEqual({ accounts: [] });
    for (const user of [ANA, BEN]) await accounts.link(user, "o");
    const slice = await accounts.readSlice(2);
    expect([slice.accounts.length, slice.next]).toEqual([2, undefined]);
  });

  test("from somewhere that is none begin anew", async () => {
    const { accounts } = opened();
    await accounts.link(ANA, "a-1");
    expect((await accounts.readSlice(2, "nowhere")).accounts).toEqual([
      {
        id: idOf(ANA),
        objectId: "a-1",
        linkedAt: new Date("2027-01-12T15:00:00Z"),
        notFoundOn: [],
      },
    ]);
  });
});

test("one is found and removed by its id, and by nothing that is none", async () => {
  const { accounts } = opened();
  await accounts.link(ANA, "a-1");
  expect(await accounts.byId(idOf(ANA))).toMatchObject({ objectId: "a-1" });
  expect(await accounts.byId("A".repeat(22))).toBeUndefined();
  for (const id of ["", "a/b", "a b", "x".repeat(65), "../" + idOf(ANA), idOf(ANA) + "\n"]) {
    expect(await accounts.byId(id), id).toBeUndefined();
    await accounts.remove(id);
  }
  expect(await accounts.of(ANA)).toBe("a-1");
  await accounts.remove(idOf(ANA));
  expect(await accounts.of(ANA)).toBeUndefined();
});

describe("an account that Microsoft does not know", () => {
  test("is missed by the day, each counted once, until it is found again", async () => {
    const { accounts, row } = opened();
    await accounts.link(ANA, "a-1");
    const looked = (came: Parameters<typeof accounts.looked>[2], objectId = "a-1") =>
      accounts.looked(idOf(ANA), objectId, came);
    expect(await looked({ notFoundOn: "2027-01-12" })).toBe(1);
    const first = await row(ANA);
    expect(await looked({ notFoundOn: "2027-01-12" })).toBe(1);
    expect((await row(ANA))?.etag).toBe(first?.etag);
    expect(await looked({ notFoundOn: "2027-01-13" })).toBe(2);
    expect((await accounts.byId(idOf(ANA)))?.notFoundOn).toEqual(["2027-01-12", "2027-01-13"]);
    expect(await looked("found")).toBe(0);
    expect((await row(ANA))?.body).not.toHaveProperty("notFoundOn");
    const after = await row(ANA);
    expect(await looked("found")).toBe(0);
    expect((await row(ANA))?.etag).toBe(after?.etag);
    expect(DAYS_TO_MISS).toBe(3);
  });

  test("is another one by now, and was not missed; one that is unlinked, neither", async () => {
    const { accounts } = opened();
    await accounts.link(ANA, "a-2");
    await accounts.looked(idOf(ANA), "a-2", { notFoundOn: "2027-01-12" });
    expect(await accounts.looked(idOf(ANA), "a-1", { notFoundOn: "2027-01-13" })).toBe(0);
    expect((await accounts.byId(idOf(ANA)))?.notFoundOn).toEqual(["2027-01-12"]);
    expect(await accounts.looked(idOf(BEN), "b-1", { notFoundOn: "2027-01-13" })).toBe(0);
    // An account that is linked again is counted from the beginning.
    await accounts.link(ANA, "a-3");
    expect((await accounts.byId(idOf(ANA)))?.notFoundOn).toEqual([]);
  });
});
