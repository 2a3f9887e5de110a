import { randomBytes } from "node:crypto";
import { describe, expect, test } from "vitest";
import {
  isVisitId,
  LAST_EPOCH,
  linkKey,
  makeLinkToken,
  readLinkToken,
  type LinkKeys,
  type VisitId,
} from "../../../app/domain/linkToken.ts";

const newKey = () => linkKey(randomBytes(32));
const key = newKey();
const keys: LinkKeys = { current: 1, byVersion: new Map([[1, key]]) };
const visit = randomBytes(12).toString("base64url") as VisitId;

describe("a link's token", () => {
  test("is made by no key but the current one", () => {
    const later: LinkKeys = { ...keys, current: 2 };
    expect(() => makeLinkToken(later, { visit, person: 0, generation: 0, epoch: 5 })).toThrow(
      "no link key of version 2",
    );
  });

  test("is 38 characters, and the same one every time", () => {
    const token = makeLinkToken(keys, { visit, person: 0, generation: 0, epoch: 5 });
    expect(token).toMatch(/^[A-Za-z0-9_-]{38}$/);
    for (let epoch = 0; epoch < 500; epoch++)
      expect(makeLinkToken(keys, { visit, person: 0, generation: 0, epoch })).toMatch(/[AQgw]$/);
    expect(makeLinkToken(keys, { visit, person: 0, generation: 0, epoch: 5 })).toBe(token);
  });

  test.each([
    { person: 0, generation: 0, epoch: 0 },
    { person: 3, generation: 7, epoch: 1 },
    { person: 255, generation: 255, epoch: LAST_EPOCH },
    { person: 3, generation: 7 },
  ])("says what it was made for: %j", (claims) => {
    expect(readLinkToken(keys, makeLinkToken(keys, { visit, ...claims }))).toEqual({ visit, ...claims });
  });

  test("with any one character changed is nobody's token", () => {
    const token = makeLinkToken(keys, { visit, person: 1, generation: 2, epoch: 0x123456 });
    for (let at = 0; at < token.length; at++) {
      const other = token[at] === "A" ? "B" : "A";
      expect(readLinkToken(keys, token.slice(0, at) + other + token.slice(at + 1))).toBeUndefined();
    }
  });

  test("has one spelling only: bits that carry nothing must be as we write them", () => {
    const token = makeLinkToken(keys, { visit, person: 0, generation: 0, epoch: 5 });
    const spellings = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
      .replace(/./g, "$& ")
      .trim()
      .split(" ")
      .map((last) => token.slice(0, -1) + last);
    expect(spellings.filter((spelling) => readLinkToken(keys, spelling) !== undefined)).toEqual([token]);
  });

  test("made with another key, or a version no longer honoured, is nobody's", () => {
    const token = makeLinkToken(keys, { visit, person: 0, generation: 0, epoch: 5 });
    expect(readLinkToken({ current: 1, byVersion: new Map([[1, newKey()]]) }, token)).toBeUndefined();
    expect(readLinkToken({ current: 2, byVersion: new Map([[2, key]]) }, token)).toBeUndefined();
  });

  test("of an earlier key version stays good while that version is honoured", () => {
    const token = makeLinkToken(keys, { visit, person: 0, generation: 0, epoch: 5 });
    const both: LinkKeys = { current: 2, byVersion: new Map([...keys.byVersion, [2, newKey()]]) };
    expect(readLinkToken(both, token)).toEqual({ visit, person: 0, generation: 0, epoch: 5 });
    expect(makeLinkToken(both, { visit, person: 0, generation: 0, epoch: 5 })).not.toBe(token);
  });

  test("of a record without an epoch has the form that such tokens always had", () => {
    const token = makeLinkToken(keys, { visit, person: 1, generation: 2 });
    expect(token).toMatch(/^[A-Za-z0-9_-]{34}$/);
    for (let at = 0; at < token.length; at++) {
      const other = token[at] === "A" ? "B" : "A";
      expect(readLinkToken(keys, token.slice(0, at) + other + token.slice(at + 1))).toBeUndefined();
    }
  });

  test.each(["", "A", "A".repeat(34), "A".repeat(37), "A".repeat(39), "é".repeat(38), "A".repeat(37) + "/"])(
    "%j is not one",
    (text) => {
      expect(readLinkToken(keys, text)).toBeUndefined();
    },
  );
});

test.each([
  ["AAAABBBBCCCCDDDD", true],
  ["AAAA-BBB_CCCCDDD", true],
  ["AAAABBBBCCCCDDD", false],
  ["AAAABBBBCCCCDDDDE", false],
  ["AAAABBBBCCCCDDD=", false],
  ["", false],
])("'%s' is a visit's id: %s", (text, isId) => {
  expect(isVisitId(text)).toBe(isId);
});
