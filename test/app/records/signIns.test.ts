import { describe, expect, test } from "vitest";
import { openSqliteStore } from "../../../app/adapters/sqlite/store.ts";
import { SealBroken, type Keyring } from "../../../app/ports/keyring.ts";
import type { Store } from "../../../app/ports/store.ts";
import { openSignIns, type Remembered, type SignInFlow } from "../../../app/records/signIns.ts";

/** A store whose readers wait for each other, so that all have read before any writes. Real HTTP would never do that. */
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
  seal: (context, text) => JSON.stringify([context, text]),
  open: (context, sealed) => {
    const [sealedFor, text = ""] = JSON.parse(sealed) as string[];
    if (sealedFor !== context) throw new SealBroken("sealed for something else");
    return text;
  },
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

describe("a sign-in is taken by the flow that began it, and by no other", () => {
  const microsoft = { nonce: "nonce", verifier: "verifier", prompt: "none" } as const;
  const begun: { readonly [F in SignInFlow]: Remembered<F> } = {
    launch: remembered,
    visit: { ...microsoft, sessionId: "session" },
    staff: { ...microsoft, link: "link" },
    portal: { ...microsoft, page: "/portal" },
    consent: { by: "somebody" },
  };
  const flows = Object.keys(begun) as SignInFlow[];
  const pairs = flows.flatMap((one) =>
    flows.filter((each) => each !== one).map((other) => [one, other] as const),
  );

  test.each(pairs)(
    "what %s began is unknown to %s, before and after it is used, and not spoiled",
    async (own, other) => {
      const now = () => new Date();
      const store = openSqliteStore({ file: ":memory:", now });
      const logged: string[] = [];
      const noted = { ...log, error: (event: string) => void logged.push(event) };
      const signIns = openSignIns({ store, keyring, log: noted, now });
      await signIns.begin(own, { state: "state", cookie: "cookie" }, begun[own]);
      expect(await signIns.take(other, "state", "cookie")).toEqual({ kind: "unknown" });
      expect(await signIns.take(other, "state", undefined)).toEqual({ kind: "unknown" });
      expect(await signIns.take(own, "state", "another")).toEqual({ kind: "other-browser" });
      expect(await signIns.take(own, "state", "cookie")).toEqual({ kind: "taken", remembered: begun[own] });
      expect(await signIns.take(own, "state", "cookie")).toEqual({ kind: "used" });
      expect(await signIns.take(other, "state", "cookie")).toEqual({ kind: "unknown" });
      // Another flow's sign-in is nothing that cannot be read.
      expect(logged).toEqual([]);
      await store.close();
    },
  );
});
