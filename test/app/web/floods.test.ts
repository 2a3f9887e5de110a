import { describe, expect, test } from "vitest";
import { FURTHER, openErrors, openFloods, openOutage } from "../../../app/web/floods.ts";

function flood() {
  let time = 1_000;
  let count = 0;
  const floods = openFloods(() => time);
  return {
    next: (kind = "launch-invalid") => floods.next(kind, String(++count)),
    forward: (milliseconds: number) => void (time += milliseconds),
  };
}
const many = (next: () => { logged: string }, times: number) =>
  Array.from({ length: times }, () => next().logged);

test("a few of a kind are logged each; more write one entry that stands for the rest of their minute", () => {
  const { next, forward } = flood();
  expect(many(next, 700).filter((logged) => logged !== "no")).toEqual([
    ...Array<string>(5).fill("singly"),
    "as-flood",
  ]);
  forward(59_999);
  expect(next().logged).toBe("no");
  forward(1);
  expect(next().logged).toBe("singly");
});

test("a reference that is shown stands in the log, or names the one that stands for it; none is shown twice", () => {
  const { next } = flood();
  const [logged, shown] = [new Set<string>(), new Set<string>()];
  for (let sent = 0; sent < 20; sent++) {
    const one = next();
    if (one.logged !== "no") logged.add(one.reference);
    expect(logged).toContain(one.reference.split(FURTHER)[0]);
    shown.add(one.reference);
  }
  expect([...shown]).toEqual([
    ...["1", "2", "3", "4", "5", "6"],
    ...Array.from({ length: 14 }, (_none, index) => `6-${String(index + 2)}`),
  ]);
});

describe("callers", () => {
  const opened = () => {
    const floods = openFloods(() => 1_000);
    return { next: (...given: Parameters<typeof floods.next>) => floods.next(...given) };
  };

  test("take nothing from each other, until many of them do the same", () => {
    const { next } = opened();
    const one = (caller: string) => next("k", caller, caller).logged;
    expect(many(() => ({ logged: one("a") }), 700).filter((logged) => logged === "singly")).toHaveLength(5);
    for (const caller of ["b", "c", "d"])
      expect(many(() => ({ logged: one(caller) }), 5)).not.toContain("no");
    // Twenty of all, and the one that stands for the rest was there before.
    expect([one("e"), one("a"), next("other", "x", "a").logged]).toEqual(["no", "no", "singly"]);
    expect(next("k", "mine", "f").reference).toMatch(/^a-\d+$/);
  });

  test("of whom there are very many write as little as there is to write, and are not remembered", () => {
    const { next } = opened();
    const logged = Array.from({ length: 9_000 }, (_none, index) => next("k", "r", String(index)).logged);
    expect(logged.filter((how) => how !== "no")).toEqual([...Array<string>(20).fill("singly"), "as-flood"]);
  });

  test("who make up kinds write as little, too", () => {
    const { next } = opened();
    const logged = Array.from({ length: 9_000 }, (_none, index) => next("k" + String(index), "r").logged);
    expect(logged.filter((how) => how === "singly")).toHaveLength(200 + 5);
    expect(logged.filter((how) => how === "as-flood")).toHaveLength(1);
    expect(next("k7", "r").logged).toBe("singly");
  });
});

test("a flood of one kind hides no other", () => {
  const { next } = flood();
  many(next, 100);
  expect(next("launch-expired").logged).toBe("singly");
});

test("a clock that goes back begins a new minute", () => {
  const { next, forward } = flood();
  many(next, 100);
  forward(-500);
  expect(next().logged).toBe("singly");
});

test("an outage is logged once, and the next one after it has worked for a minute", () => {
  const logged: string[] = [];
  let time = 0;
  const outage = openOutage({ error: (event) => void logged.push(event) }, "not_kept", () => time);
  outage.worked();
  for (time = 0; time < 100_000; time += 1_000) {
    outage.failed(new Error("away"));
    outage.worked();
  }
  expect(logged).toEqual(["not_kept"]);
  time += 58_999;
  outage.worked();
  outage.failed(new Error("away"));
  expect(logged).toEqual(["not_kept"]);
  time += 60_000;
  outage.worked();
  outage.failed(new Error("away"));
  expect(logged).toEqual(["not_kept", "not_kept"]);
});

test("a failure that very many meet is logged as a flood, each kind of cause for itself", () => {
  const logged: unknown[] = [];
  const failed = openErrors({ error: (event, cause) => void logged.push([event, cause]) }, "not_read");
  const [away, bug] = [new RangeError("away"), new TypeError("a bug")];
  for (let times = 0; times < 8; times++) failed(away);
  failed(bug);
  failed("text");
  failed(7);
  expect(logged).toEqual([
    ...Array<unknown>(5).fill(["not_read", away]),
    ["not_read.flood", away],
    ["not_read", bug],
    ["not_read", "text"],
    ["not_read", 7],
  ]);
  for (let times = 0; times < 4; times++) failed("text");
  expect(logged.at(-1)).toEqual(["not_read.flood", "text"]);
});

test("an outage tells its first cause", () => {
  const told: unknown[] = [];
  const outage = openOutage({ error: (_event, cause) => void told.push(cause) }, "not_kept");
  const cause = new Error("away");
  outage.failed(cause);
  outage.failed(new Error("still"));
  outage.worked();
  outage.failed(new Error("again"));
  expect(told).toEqual([cause]);
});
