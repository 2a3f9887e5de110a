/** The script that shows how far a purchase is: it says so where it does not hear how far that is, or asks no more. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { runInNewContext } from "node:vm";
import { expect, test } from "vitest";

const FILE = fileURLToPath(new URL("../../../../app/public/progress.js", import.meta.url));
const SCRIPT = readFileSync(FILE, "utf8");
const TEN_MINUTES_MS = 600_000;

/** A page of a purchase that is under way, and what becomes of it with each answer. */
function opened({ hasWords = true } = {}) {
  let now = 0;
  let timers: (() => void)[] = [];
  let isOk: boolean | "nothing" = true;
  const stale = { hidden: true };
  const region = {
    textContent: "",
    contains: () => false,
    querySelector: () => ({ dataset: { progress: "/portal/texts/number" } }),
  };
  const parts = new Map<string, object>([
    ["[data-progress-region]", region],
    ["[data-progress-said]", { textContent: "" }],
    ...(hasWords ? [["[data-progress-stale]", stale] as const] : []),
  ]);
  const document = {
    hidden: false,
    querySelector: (name: string) => parts.get(name) ?? null,
    createElement: () => ({ content: { textContent: "" } }),
  };
  const fetch = () =>
    isOk === "nothing"
      ? Promise.reject(new TypeError("no network"))
      : Promise.resolve({ ok: isOk, text: () => Promise.resolve("") });
  const setTimeout = (call: () => void) => timers.push(call);
  runInNewContext(SCRIPT, { document, fetch, setTimeout, Date: { now: () => now } });
  return {
    async gets(answer: boolean | "nothing", afterMs = 2_000) {
      isOk = answer;
      now += afterMs;
      const due = timers;
      timers = [];
      for (const call of due) call();
      for (let turn = 0; turn < 10; turn++) await Promise.resolve();
      return { asksAgain: timers.length > 0, isStale: !stale.hidden };
    },
  };
}

test("a page that hears how far it is goes on, and says that it may be out of date while it does not hear", async () => {
  const page = opened();
  expect(await page.gets(true)).toEqual({ asksAgain: true, isStale: false });
  for (const answer of [false, "nothing"] as const) {
    expect(await page.gets(answer)).toEqual({ asksAgain: true, isStale: true });
    expect(await page.gets(true)).toEqual({ asksAgain: true, isStale: false });
  }
});

test("a page that has been open for long asks no more, and says so", async () => {
  expect(await opened().gets(true, TEN_MINUTES_MS)).toEqual({ asksAgain: false, isStale: true });
});

test("a page of the release before, which has no words for it, asks on", async () => {
  const page = opened({ hasWords: false });
  for (const answer of [true, false, "nothing", true] as const)
    expect(await page.gets(answer)).toMatchObject({ asksAgain: true });
  expect(await page.gets(true, TEN_MINUTES_MS)).toMatchObject({ asksAgain: false });
});
