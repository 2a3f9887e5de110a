/** What is shown instead of a button until it works: from when on it does, and the minutes that are left. */
import { renderToString } from "preact-render-to-string";
import { describe, expect, test } from "vitest";
import {
  Countdown,
  dayInSentence,
  earlyOf,
  type EarlyWords,
  type Opening,
} from "../../../app/web/countdown.tsx";
import type { Language } from "../../../app/web/language.ts";
import { textsOf } from "../../harness/html.ts";

const CHICAGO = "America/Chicago";
const NOW = new Date("2026-11-28T18:00:00Z");
const plain = (text: string) => text.replace(/\s/g, " ");

const WORDS: EarlyWords = {
  from: ({ near, weekday, day, clock }: Opening) => [near, weekday, day, clock].join("|"),
  comeAgain: "Come again",
  minutes: "In # minutes",
  minute: "In a minute",
  stay: "Stay",
  withoutScript: "Open it again",
  now: "Now",
};

function shown(inMinutes: number | undefined, language: Language = "en", zone = CHICAGO, now = NOW): string {
  const opensAt = inMinutes === undefined ? undefined : new Date(now.getTime() + inMinutes * 60_000);
  return plain(
    renderToString(
      <Countdown words={WORDS} early={opensAt && earlyOf(WORDS, opensAt, { zone, now, language })}>
        <b>Join</b>
      </Countdown>,
    ),
  );
}
const from = (html: string) => textsOf(html, "p.join-from")[0];
const left = (html: string) => textsOf(html, "p[data-left]")[0];

test("where the button works already, it stands there alone, and nothing is counted", () => {
  expect(shown(undefined)).toBe(
    '<div class="join"><p class="join-now" role="status" data-now="Now"></p><div data-opened="true"><b>Join</b></div></div>',
  );
});

test("until then it is hidden, and the script is told how long, in which words", () => {
  expect(shown(90)).toBe(
    '<div class="join"><div class="join-early" data-opens-in="5400000" data-minutes="In # minutes" data-minute="In a minute">' +
      '<p class="join-from">today|Saturday|Saturday, November 28|1:30 PM</p>' +
      '<p data-later="true">Come again</p>' +
      '<div data-soon="true" hidden><p data-left="true">In 90 minutes</p><p>Stay</p><noscript><p>Open it again</p></noscript></div></div>' +
      '<p class="join-now" role="status" data-now="Now"></p><div data-opened="true" hidden><b>Join</b></div></div>',
  );
});

describe("the minutes that are left", () => {
  test.each([
    [60, "In 60 minutes", true],
    [60.001, "In 61 minutes", false],
    [2, "In 2 minutes", true],
    [1.001, "In 2 minutes", true],
    [1, "In a minute", true],
    [0.01, "In a minute", true],
    [0, "In a minute", true],
    [-3, "In a minute", true],
  ])("%d: %s; whoever waits less than an hour is asked to stay: %s", (minutes, words, isSoon) => {
    const html = shown(minutes);
    expect(left(html)).toBe(words);
    expect(html.includes('<p data-later="true" hidden>')).toBe(isSoon);
    expect(html.includes('<div data-soon="true">')).toBe(isSoon);
  });
});

describe("the day on which it opens", () => {
  test.each([
    ["later the same day", 11 * 60 + 59, "today|Saturday|Saturday, November 28|11:59 PM"],
    ["at midnight, which is tomorrow", 12 * 60, "tomorrow|Sunday|Sunday, November 29|12:00 AM"],
    ["at the end of tomorrow", 36 * 60 - 1, "tomorrow|Sunday|Sunday, November 29|11:59 PM"],
    ["the day after tomorrow", 36 * 60, "later|Monday|Monday, November 30|12:00 AM"],
    ["in weeks", 35 * 24 * 60, "later|Saturday|Saturday, January 2, 2027|12:00 PM"],
  ])("%s", (_when, minutes, words) => {
    expect(from(shown(minutes))).toBe(words);
  });

  test("is that of the visit's zone", () => {
    expect(from(shown(12 * 60, "en", "Asia/Tokyo"))).toBe("today|Sunday|Sunday, November 29|3:00 PM");
    expect(from(shown(12 * 60, "en", "Pacific/Honolulu"))).toBe(
      "today|Saturday|Saturday, November 28|8:00 PM",
    );
  });

  test.each([
    ["in the night of 25 hours", "2026-11-01T05:30:00Z", "2026-11-02T15:00:00Z"],
    ["before the day of 23 hours", "2026-03-08T05:30:00Z", "2026-03-08T15:00:00Z"],
  ])("is tomorrow %s, too", (_when, now, opens) => {
    const minutes = (Date.parse(opens) - Date.parse(now)) / 60_000;
    expect(from(shown(minutes, "en", CHICAGO, new Date(now)))).toMatch(/^tomorrow/);
  });

  test("is said in the reader's language, within a sentence", () => {
    expect(from(shown(36 * 60, "es"))).toBe("later|lunes|lunes, 30 de noviembre|12:00 a.m.");
    expect([dayInSentence("Lunes", "es"), dayInSentence("Monday", "en")]).toEqual(["lunes", "Monday"]);
  });
});
