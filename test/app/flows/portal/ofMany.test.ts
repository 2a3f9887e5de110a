/** What was found at a look is shown for a while where a look reads much, and never where it does not. */
import { expect, test } from "vitest";
import { MANY_CONNECTIONS, ofMany } from "../../../../app/flows/portal/ofMany.ts";
import type { PortalPicks } from "../../../../app/flows/portal/parts.ts";

function looks(connections: number) {
  let now = Date.parse("2026-11-28T10:00:00Z");
  let made = 0;
  const hospital = {
    connections: () => Promise.resolve(Array.from({ length: connections }, () => ({}))),
  } as unknown as PortalPicks["hospital"];
  let isDown = false;
  const look = () =>
    isDown ? Promise.reject(new Error("the store is down")) : Promise.resolve(String(++made));
  const seen = ofMany({ hospital, now: () => new Date(now) }, look);
  return {
    seen,
    forward: (seconds: number) => void (now += seconds * 1000),
    down: (is: boolean) => void (isDown = is),
  };
}

test("a hospital with few connections is looked at each time", async () => {
  const { seen } = looks(MANY_CONNECTIONS);
  expect([await seen(), await seen()]).toEqual(["1", "2"]);
});

test("one with many is shown what was found for a minute, and nobody waits for the next look", async () => {
  const { seen, forward } = looks(MANY_CONNECTIONS + 1);
  expect(await Promise.all([seen(), seen()])).toEqual(["1", "1"]);
  forward(59);
  expect(await seen()).toBe("1");
  forward(2);
  expect(await seen()).toBe("1");
  await Promise.resolve();
  expect(await seen()).toBe("2");
});

test("nobody is shown what was found more than five minutes ago: they wait for the next look", async () => {
  const { seen, forward } = looks(MANY_CONNECTIONS + 1);
  expect(await seen()).toBe("1");
  forward(3 * 24 * 3600);
  expect(await Promise.all([seen(), seen()])).toEqual(["2", "2"]);
  forward(299);
  expect(await seen()).toBe("2");
});

test("a look that fails is told to whoever waits for it, also where what was found before is too old", async () => {
  const { seen, forward, down } = looks(MANY_CONNECTIONS + 1);
  expect(await seen()).toBe("1");
  forward(301);
  down(true);
  await expect(seen()).rejects.toThrow("the store is down");
  down(false);
  expect(await seen()).toBe("2");
});

test("a look that fails is told to whoever waits for it, and hides what was found just before from nobody", async () => {
  const { seen, forward, down } = looks(MANY_CONNECTIONS + 1);
  down(true);
  await expect(seen()).rejects.toThrow("the store is down");
  down(false);
  expect(await seen()).toBe("1");
  down(true);
  forward(61);
  expect(await seen()).toBe("1");
  await new Promise((resolve) => setImmediate(resolve));
  down(false);
  expect(await seen()).toBe("1");
  await Promise.resolve();
  expect(await seen()).toBe("2");
});
