/** What callers at one time share: one look, and the store's readiness that is seen by it. */
import { describe, expect, test } from "vitest";
import { StoreConflict, StoreFault, type Store } from "../../../app/ports/store.ts";
import { notMade, readiness, readinessCheck } from "../../../app/web/readiness.ts";
import { shared } from "../../../app/web/shared.ts";

function clockOf() {
  let time = 10_000;
  return { now: () => new Date(time), forward: (ms: number) => void (time += ms) };
}

test("one look is shared until it is too old, and a clock that goes back does not keep it for ever", async () => {
  const { now, forward } = clockOf();
  let looks = 0;
  const look = shared(5_000, now, () => Promise.resolve(++looks));
  expect(await Promise.all([look(), look()])).toEqual([1, 1]);
  forward(4_999);
  expect(await look()).toBe(1);
  forward(1);
  expect(await look()).toBe(2);
  forward(-4_999);
  expect(await look()).toBe(2);
  forward(-1);
  expect(await look()).toBe(3);
});

describe("the connector is ready", () => {
  function serving() {
    const { now, forward } = clockOf();
    const logged: unknown[] = [];
    const did: string[] = [];
    const fails: { ready?: Error | undefined; create?: Error | undefined; remove?: Error | undefined } = {};
    const doing = (what: keyof typeof fails) => {
      did.push(what);
      const error = fails[what];
      return error === undefined ? Promise.resolve({ etag: "1" }) : Promise.reject(error);
    };
    const store = {
      ready: () => doing("ready"),
      create: () => doing("create"),
      remove: () => doing("remove"),
    } as unknown as Store;
    const log = {
      error: (event: string, cause: unknown) => void logged.push([event, cause]),
    } as unknown as Parameters<typeof readiness>[0]["log"];
    return { ready: readiness({ store, log, now }), forward, logged, did, fails };
  }

  test("when its store is read every five seconds and written every thirty", async () => {
    const { ready, forward, did, logged } = serving();
    expect(await ready()).toEqual({ store: true, keys: true });
    forward(4_999);
    await ready();
    expect(did).toEqual(["ready", "create", "remove"]);
    forward(1);
    await ready();
    expect(did).toEqual(["ready", "create", "remove", "ready"]);
    forward(25_000);
    await ready();
    expect(did).toEqual(["ready", "create", "remove", "ready", "ready", "create", "remove"]);
    expect(logged).toEqual([]);
  });

  test.each(["ready", "create", "remove"] as const)(
    "not when the store fails to %s, which is logged",
    async (what) => {
      const { ready, logged, fails, forward } = serving();
      const error = new StoreFault("away");
      fails[what] = error;
      expect(await ready()).toEqual({ store: false, keys: true });
      expect(logged).toEqual([["store.not_ready", error]]);
      fails[what] = undefined;
      forward(30_000);
      expect((await ready()).store).toBe(true);
    },
  );

  test("when the row that tries it was gone before it was removed", async () => {
    const { ready, fails } = serving();
    fails.remove = new StoreConflict("gone");
    expect((await ready()).store).toBe(true);
  });

  test("and before the parts are made as far as is known of what prevented that", () => {
    expect(notMade(undefined)).toEqual({ store: false, keys: false });
    expect(notMade(new StoreFault("away"))).toEqual({ store: false, keys: false });
    expect(notMade(new Error("the vault is away"))).toEqual({ store: true, keys: false });
  });

  test("as an administrator's check", () => {
    expect(readinessCheck({ store: true, keys: false })).toEqual({ name: "store" });
    expect(readinessCheck({ store: false, keys: true })).toEqual({
      name: "store",
      fault: expect.stringMatching(/^The store did not take .{10,}\.$/) as string,
    });
  });
});
