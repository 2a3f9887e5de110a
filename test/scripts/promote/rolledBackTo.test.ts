import { expect, test } from "vitest";
import type { PromotionRecord } from "../../../app/domain/promotion.ts";
import { rolledBackTo } from "../../../scripts/promote/rolledBackTo.ts";
import { NEW, OLD } from "./world.ts";

const record = (what: PromotionRecord["what"], before: string, runs: string): PromotionRecord => ({
  id: "2026-11-29T22-00-00-bbbbbbbbbbbb",
  what,
  who: "Sam Brenner",
  startedAt: "2026-11-29T22:00:00.000Z",
  endedAt: "2026-11-29T22:10:00.000Z",
  stack: "lamna-production",
  before: { site: before },
  goal: { site: runs, staging: before },
  runs,
  outcome: "done",
  done: [],
  approvals: [],
});

test("after a promotion: to what ran before; after a rollback nothing is guessed", () => {
  const promoted = record("promotion", OLD, NEW);
  expect(rolledBackTo("lamna-production", promoted, undefined).digest).toBe(OLD);
  const back = record("rollback", NEW, OLD);
  expect(() => rolledBackTo("lamna-production", back, undefined)).toThrow(
    /is a rollback already: .* --to <digest> \(b{64} was taken away/,
  );
  expect(rolledBackTo("lamna-production", back, NEW).digest).toBe(NEW);
  expect(() => rolledBackTo("lamna-production", back, "bbb")).toThrow("64 digits");
  expect(() => rolledBackTo("lamna-production", undefined, NEW)).toThrow("is recorded");
});
