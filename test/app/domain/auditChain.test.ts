import { describe, expect, test } from "vitest";
import {
  canonical,
  chained,
  EMPTY_CHAIN,
  EXPIRED_ACTION,
  hashOf,
  verifyChain,
  type AuditEntry,
  type AuditEvent,
} from "../../../app/domain/auditChain.ts";

const entry = (action: string, more: Partial<AuditEntry> = {}): AuditEntry => ({
  at: "2026-11-28T12:00:00.000Z",
  actor: { kind: "person", objectId: "7d0c5a1e-0000-4000-8000-00000000b001" },
  action,
  object: { kind: "connection", id: "lamna" },
  changes: [{ member: "name", from: "Lamna", to: "Lamna Healthcare" }],
  ...more,
});
const chain = chained(
  EMPTY_CHAIN,
  ["added", "edited", "edited", "disabled"].map((each) => entry(each)),
);
const head = { number: 4, hash: chain[3]?.hash ?? "" };
const rehashed = (event: AuditEvent, change: Partial<AuditEvent>): AuditEvent => {
  const next = { ...event, ...change };
  return { ...next, hash: hashOf(next) };
};
const at = (index: number): AuditEvent => {
  const event = chain[index];
  if (event === undefined) throw new Error("the chain is shorter");
  return event;
};
const without = (index: number) => chain.filter((_event, each) => each !== index);
const withThe = (index: number, event: AuditEvent) =>
  chain.map((each, position) => (position === index ? event : each));

describe("a chain of audit events", () => {
  test("is whole as it was written, and goes on from where it ended", () => {
    expect(verifyChain(chain, head)).toEqual([]);
    const more = chained(head, [entry("removed")]);
    expect(more[0]).toMatchObject({ number: 5, previous: head.hash });
    expect(verifyChain([...chain, ...more], { number: 5, hash: more[0]?.hash ?? "" })).toEqual([]);
  });

  test.each([
    ["a value", { ...at(1), changes: [{ member: "name", from: "Lamna", to: "Another" }] }],
    ["the actor", { ...at(1), actor: { kind: "person", objectId: "somebody else" } as const }],
    ["the time", { ...at(1), at: "2026-11-28T12:00:01.000Z" }],
    ["a member more", { ...at(1), note: "more" }],
  ])("tells that %s was changed", (_what, changed) => {
    expect(verifyChain(withThe(1, changed), head)).toEqual([{ kind: "changed", number: 2 }]);
  });

  test("tells that an event was changed and hashed anew", () => {
    const forged = rehashed(at(1), { action: "forged" });
    expect(verifyChain(withThe(1, forged), head)).toEqual([{ kind: "does-not-follow", number: 3 }]);
  });

  test("tells which are missing, at the beginning, between and at the end", () => {
    expect(verifyChain(without(0), head)).toEqual([{ kind: "missing", from: 1, to: 1 }]);
    expect(verifyChain([at(0), at(3)], head)).toEqual([{ kind: "missing", from: 2, to: 3 }]);
    expect(verifyChain(without(3), head)).toEqual([{ kind: "missing", from: 4, to: 4 }]);
    expect(verifyChain([], head)).toEqual([{ kind: "missing", from: 1, to: 4 }]);
  });

  test("tells that the last one was exchanged, or that there are more than were kept", () => {
    const forged = rehashed(at(3), { action: "forged" });
    expect(verifyChain(withThe(3, forged), head)).toEqual([{ kind: "does-not-follow", number: 4 }]);
    const more = chained(head, [entry("added later")]);
    expect(verifyChain([...chain, ...more], head)).toEqual([{ kind: "does-not-follow", number: 5 }]);
  });

  test("tells which stand in another position, or twice", () => {
    expect(verifyChain([at(0), at(2), at(1), at(3)], head)).toContainEqual({
      kind: "out-of-order",
      number: 2,
    });
    expect(verifyChain([at(0), at(1), at(1), at(2), at(3)], head)).toEqual([
      { kind: "out-of-order", number: 2 },
    ]);
  });

  test.each([
    [null],
    ["text"],
    [{}],
    [{ number: "1", previous: "", hash: "" }],
    [{ number: 1, previous: "", hash: 1 }],
    [[]],
  ])("tells what is no event: %j", (value) => {
    expect(verifyChain([value, ...chain], head)).toEqual([{ kind: "unreadable", position: 1 }]);
  });

  test("tells that it was written anew, by a hash that was logged before", () => {
    const logged = [at(1).hash, head.hash];
    expect(verifyChain(chain, head, logged)).toEqual([]);
    const anew = chained(EMPTY_CHAIN, [entry("added"), entry("another"), entry("edited"), entry("disabled")]);
    const anewHead = { number: 4, hash: anew[3]?.hash ?? "" };
    expect(verifyChain(anew, anewHead)).toEqual([]);
    expect(verifyChain(anew, anewHead, logged)).toEqual(
      logged.map((hash) => ({ kind: "not-as-logged", hash })),
    );
  });

  describe("whose oldest events have gone after their time", () => {
    const gone = (last: number, hash: string) =>
      entry(EXPIRED_ACTION, {
        actor: { kind: "program", name: "retention" },
        changes: [
          { member: "first", from: "1" },
          { member: "last", from: String(last) },
          { member: "hash", from: hash },
        ],
      });
    const rest = [...chain.slice(2), ...chained(head, [gone(2, at(1).hash)])];

    test("is whole, as the trail itself says where it begins", () => {
      expect(verifyChain(rest)).toEqual([]);
      expect(verifyChain(chained(at(3), [gone(4, head.hash)]))).toEqual([]);
    });

    test("is whole whatever was written since, and where they have gone again", () => {
      const more = chained(rest.at(-1) ?? EMPTY_CHAIN, [
        entry("edited"),
        gone(3, at(2).hash),
        entry("edited"),
      ]);
      expect(verifyChain([...rest, ...more.slice(0, 1)])).toEqual([]);
      expect(verifyChain([...rest.slice(1), ...more])).toEqual([]);
    });

    test.each([
      ["the last", [{ member: "hash", from: at(1).hash }]],
      ["its hash", [{ member: "last", from: "2" }]],
    ])("tells that they are missing where what is said of them does not say %s", (_what, changes) => {
      const said = gone(2, at(1).hash);
      const unsaid = chained(head, [{ ...said, changes }]);
      expect(verifyChain([...chain.slice(2), ...unsaid])).toEqual([{ kind: "missing", from: 1, to: 2 }]);
    });

    test("tells that they are missing where what is said of them was changed", () => {
      const [said] = rest.slice(-1);
      const lie = { ...said, at: "2026-11-28T12:00:01.000Z" };
      expect(verifyChain([...rest.slice(0, 2), lie])).toEqual([
        { kind: "missing", from: 1, to: 2 },
        { kind: "changed", number: 5 },
      ]);
    });

    test("tells that more are missing than have gone", () => {
      expect(verifyChain(rest.slice(1))).toEqual([{ kind: "missing", from: 3, to: 3 }]);
      expect(verifyChain(rest.slice(0, 2))).toEqual([{ kind: "missing", from: 1, to: 2 }]);
    });

    test("tells that the first of the rest was exchanged, or that what is said of the others was", () => {
      const forged = rehashed(at(2), { previous: at(0).hash });
      expect(verifyChain([forged, ...rest.slice(1)])).toContainEqual({ kind: "does-not-follow", number: 3 });
      const lie = { ...rest[2], changes: gone(3, at(2).hash).changes };
      expect(verifyChain([...rest.slice(0, 2), lie])).toContainEqual({ kind: "changed", number: 5 });
    });
  });

  test("tells which acts have no end", () => {
    const acts = chained(EMPTY_CHAIN, [
      entry("canary.asked", { act: { id: "one", phase: "intended" } }),
      entry("canary.asked", { act: { id: "two", phase: "intended" } }),
      entry("canary.asked", { act: { id: "one", phase: "failed" } }),
    ]);
    expect(verifyChain(acts)).toEqual([{ kind: "open", number: 2, act: "two" }]);
  });
});

test("members in another order, or absent ones, are the same text", () => {
  expect(canonical({ b: [1, { d: null, c: "x" }], a: undefined })).toBe('{"b":[1,{"c":"x","d":null}]}');
});
