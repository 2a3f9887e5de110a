/** Which versions of a key are published, which one signs, and which one wraps. */
import { describe, expect, test } from "vitest";
import { newest, published, signing, type KeyVersion } from "../../../../app/adapters/keyvault/versions.ts";

const now = new Date("2027-01-12T15:00:00Z");
const minutes = (count: number) => new Date(now.getTime() + count * 60_000);
const version = (name: string, age: number, more: Partial<KeyVersion> = {}): KeyVersion => ({
  version: name,
  createdOn: minutes(-age),
  enabled: true,
  ...more,
});
const names = (versions: readonly KeyVersion[]) => versions.map((one) => one.version);

describe("published are", () => {
  test("the three newest, newest first, whatever their order was", () => {
    const versions = [version("b", 200), version("d", 50), version("a", 300), version("c", 100)];
    expect(names(published(versions, now))).toEqual(["d", "c", "b"]);
  });

  test("of two that were made in the same second the one with the greater name first", () => {
    expect(names(published([version("a", 10), version("b", 10)], now))).toEqual(["b", "a"]);
    expect(names(published([version("b", 10), version("a", 10)], now))).toEqual(["b", "a"]);
  });

  test("none that is disabled or has expired, and one that begins later", () => {
    const versions = [
      version("disabled", 1, { enabled: false }),
      version("expired", 2, { expiresOn: now }),
      version("expiring", 3, { expiresOn: minutes(1) }),
      version("later", 4, { notBefore: minutes(1) }),
    ];
    expect(names(published(versions, now))).toEqual(["expiring", "later"]);
  });
});

describe("signs", () => {
  test.each<[what: string, versions: readonly KeyVersion[], signs: string | undefined]>([
    ["the newest that verifiers have had an hour to learn", [version("a", 300), version("b", 60)], "b"],
    ["not one that is younger", [version("a", 300), version("b", 59.9)], "a"],
    ["the oldest while all are younger", [version("a", 20), version("b", 10)], "a"],
    [
      "none that begins later",
      [version("a", 300), version("b", 200, { notBefore: minutes(1) }), version("c", 250)],
      "c",
    ],
    ["one that begins now", [version("a", 300), version("b", 200, { notBefore: now })], "b"],
    ["nothing, where there is none", [version("a", 300, { enabled: false })], undefined],
  ])("%s", (_what, versions, signs) => {
    expect(signing(versions, now)?.version).toBe(signs);
  });
});

test("the newest that has begun wraps, however young", () => {
  const versions = [version("a", 300), version("b", 1), version("c", 0.5, { notBefore: minutes(1) })];
  expect(newest(versions, now)?.version).toBe("b");
  expect(newest([], now)).toBeUndefined();
});
