import { randomBytes } from "node:crypto";
import { describe, expect, test } from "vitest";
import {
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
  test("is 34 characters, and the same one every time", () => {
    const token = makeLinkToken(keys, { visit, person: 0, generation: 0 });
    expect(token).toMatch(/^[A-Za-z0-9_-]{34}$/);
    expect(makeLinkToken(keys, { visit, person: 0, generation: 0 })).toBe(token);
  });

  test.each([
    { person: 0, generation: 0 },
    { person: 3, generation: 7 },
    { person: 255, generation: 255 },
  ])("says what it was made for: %j", (claims) => {
    expect(readLinkToken(keys, makeLinkToken(keys, { visit, ...claims }))).toEqual({ visit, ...claims });
  });

  test("with any one character changed is nobody's token", () => {
    const token = makeLinkToken(keys, { visit, person: 1, generation: 2 });
    for (let at = 0; at < token.length; at++) {
      const other = token[at] === "A" ? "B" : "A";
      expect(readLinkToken(keys, token.slice(0, at) + other + token.slice(at + 1))).toBeUndefined();
    }
  });

  test("has one spelling only: bits that carry nothing must be as we write them", () => {
    const token = makeLinkToken(keys, { visit, person: 0, generation: 0 });
    const spellings = ["A", "Q", "g", "w"].flatMap((last) =>
      [0, 1, 2, 3].map((extra) => token.slice(0, -1) + String.fromCharCode(last.charCodeAt(0) + extra)),
    );
    expect(spellings.filter((spelling) => readLinkToken(keys, spelling) !== undefined)).toEqual([token]);
  });

  test("made with another key, or a version no longer honoured, is nobody's", () => {
    const token = makeLinkToken(keys, { visit, person: 0, generation: 0 });
    expect(readLinkToken({ current: 1, byVersion: new Map([[1, newKey()]]) }, token)).toBeUndefined();
    expect(readLinkToken({ current: 2, byVersion: new Map([[2, key]]) }, token)).toBeUndefined();
  });

  test("of an earlier key version stays good while that version is honoured", () => {
    const token = makeLinkToken(keys, { visit, person: 0, generation: 0 });
    const both: LinkKeys = { current: 2, byVersion: new Map([...keys.byVersion, [2, newKey()]]) };
    expect(readLinkToken(both, token)).toEqual({ visit, person: 0, generation: 0 });
    expect(makeLinkToken(both, { visit, person: 0, generation: 0 })).not.toBe(token);
  });

  test.each(["", "A", "A".repeat(33), "A".repeat(35), "é".repeat(34), "A".repeat(33) + "/"])(
    "%j is not one",
    (text) => {
      expect(readLinkToken(keys, text)).toBeUndefined();
    },
  );
});
