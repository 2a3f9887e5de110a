import { expect, test } from "vitest";
import { openSqliteStore } from "../../../app/adapters/sqlite/store.ts";
import type { Keyring } from "../../../app/ports/keyring.ts";
import type { Store } from "../../../app/ports/store.ts";
import { openSignIns, type Remembered } from "../../../app/records/signIns.ts";

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

const log = { info: () => undefined, warn: () => undefined, error: () => undefined };

const remembered: Remembered<"launch"> = {
  connectionId: "lamna",
  verifier: "verifier",
  nonce: "nonce",
  redirectUri: "https://visits.lamna.example/launch/callback/lamna",
  endpoints: {
    authorizationEndpoint: "https://ehr.example/authorize",
    tokenEndpoint: "https://ehr.example/token",
  },
};

test("an answer that reaches two instances at the same moment is redeemed by one of them", async () => {
  const now = () => new Date();
  const store = openSqliteStore({ file: ":memory:", now });
  const hashes = { state: "state", cookie: "cookie" };
  await openSignIns({ store, keyring, log, now }).begin("launch", hashes, remembered);
  const together = readTogether(store, 2);
  const outcomes = await Promise.all(
    [1, 2].map(() => openSignIns({ store: together, keyring, log, now }).take("launch", "state", "cookie")),
  );
  expect(outcomes.map(({ kind }) => kind).sort()).toEqual(["taken", "used"]);
  expect(outcomes).toContainEqual({ kind: "taken", remembered });
  await store.close();
});
