import { createHmac, randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { hmacSha256, hmacSha256OfAny } from "../../../app/domain/mac.ts";

test("a prepared code is HMAC-SHA-256's, message after message", () => {
  for (const keyBytes of [1, 32, 64]) {
    const key = randomBytes(keyBytes);
    const mac = hmacSha256(key, 15);
    for (let round = 0; round < 50; round++) {
      const message = randomBytes(15);
      expect(mac(message)).toEqual(createHmac("sha256", key).update(message).digest());
    }
  }
});

test("keys longer than a block and messages of another length are refused", () => {
  expect(() => hmacSha256(randomBytes(65), 15)).toThrow(RangeError);
  expect(() => hmacSha256(randomBytes(32), 15)(randomBytes(14))).toThrow(RangeError);
});

test("a prepared code for any length is HMAC-SHA-256's, too", () => {
  for (const keyBytes of [1, 32, 64]) {
    const key = randomBytes(keyBytes);
    const mac = hmacSha256OfAny(key);
    for (const length of [0, 1, 31, 63, 64, 65, 300, 1]) {
      const message = randomBytes(length);
      expect(mac(message)).toEqual(createHmac("sha256", key).update(message).digest());
    }
  }
  expect(() => hmacSha256OfAny(randomBytes(65))).toThrow(RangeError);
});
