import { expect, test } from "vitest";
import { openSqliteStore } from "../../../../app/adapters/sqlite/store.ts";
import type { Keyring } from "../../../../app/ports/keyring.ts";
import type { Store } from "../../../../app/ports/store.ts";
import { begin, take } from "../../../../app/flows/provider/pending.ts";
import { Fault } from "../../../../app/web/fault.ts";
import { z } from "zod";

/** Two instances that have both read before either writes: over one process's real HTTP they never meet so closely. */
function readTogether(store: Store, readers: number): Store {
  const all = Promise.withResolvers<undefined>();
  let arrived = 0;
  return {
    ...store,
    async read(container, partition, id) {
      const found = await store.read(container, partition, id);
      arrived += 1;
      if (arrived === readers) all.resolve(undefined);
      await all.promise;
      return found;
    },
  };
}

const keyring: Keyring = {
  hash: (_purpose, text) => text,
  seal: (_context, text) => text,
  open: (_context, sealed) => sealed,
  links: { current: 1, byVersion: new Map() },
};

test("an answer that reaches two instances at the same moment is redeemed by one of them", async () => {
  const now = () => new Date();
  const store = openSqliteStore({ file: ":memory:", now });
  const { state, cookieSecret } = await begin({ store, keyring, now }, "launch", () => "remembered");
  const together = { store: readTogether(store, 2), keyring, now };
  const outcomes = await Promise.allSettled(
    [1, 2].map(() => take(together, "launch", state, () => cookieSecret, z.string())),
  );
  expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  const [refused] = outcomes.flatMap((outcome): unknown[] =>
    outcome.status === "rejected" ? [outcome.reason] : [],
  );
  expect(refused instanceof Fault && refused.kind).toBe("launch-reused");
  await store.close();
});
