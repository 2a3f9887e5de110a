/** What stands in the place of a visit's button until it works: from when on it does and, in the last hour, the minutes left. */
import type { ComponentChildren } from "preact";
import { dayAfter, dayIn } from "../domain/day.ts";
import type { Language } from "./language.ts";
import { formatNearDay, formatShortClock, formatWeekday } from "./time.ts";

/** When a link opens: the day as people say it, and the time. */
export interface Opening {
  readonly near: "today" | "tomorrow" | "later";
  readonly weekday: string;
  /** The day, with its weekday. */
  readonly day: string;
  readonly clock: string;
}

export interface EarlyWords {
  readonly from: (opening: Opening) => string;
  /** Shown an hour or more before the visit opens. */
  readonly comeAgain: string;
  /** Shown within the last hour: `#` stands for the number of minutes, two or more. */
  readonly minutes: string;
  readonly minute: string;
  readonly stay: string;
  readonly withoutScript: string;
  readonly now: string;
}

/** How long it is until the button works. */
export interface Early {
  /** Whether minutes are counted down, in the last hour. */
  readonly isSoon: boolean;
  /** Milliseconds. */
  readonly left: string;
  /** From when on the button works, in words. */
  readonly from: string;
  readonly minutes: string;
}

const SOON_MS = 60 * 60_000;

export function earlyOf(
  words: EarlyWords,
  opensAt: Date,
  { zone, now, language }: { readonly zone: string; readonly now: Date; readonly language: Language },
): Early {
  const left = opensAt.getTime() - now.getTime();
  const minutes = Math.max(1, Math.ceil(left / 60_000));
  return {
    isSoon: left <= SOON_MS,
    left: String(left),
    from: words.from(openingIn(opensAt, zone, now, language)),
    minutes: minutes === 1 ? words.minute : words.minutes.replace("#", String(minutes)),
  };
}

export interface Countdown {
  readonly words: EarlyWords;
  /** Undefined where the button works already. */
  readonly early: Early | undefined;
}

/** The button, or what stands in its place until then. public/opening.js counts down, and shows the button in time. */
export function Countdown({ words, early, children }: Countdown & { readonly children: ComponentChildren }) {
  return (
    <div class="join">
      {early !== undefined && <ComeLater words={words} early={early} />}
      <p class="join-now" role="status" data-now={words.now} />
      <div data-opened hidden={early !== undefined}>
        {children}
      </div>
    </div>
  );
}

function ComeLater({ words, early }: { readonly words: EarlyWords; readonly early: Early }) {
  return (
    <div
      class="join-early"
      data-opens-in={early.left}
      data-minutes={words.minutes}
      data-minute={words.minute}
    >
      <p class="join-from">{early.from}</p>
      <p data-later hidden={early.isSoon}>
        {words.comeAgain}
      </p>
      <div data-soon hidden={!early.isSoon}>
        <p data-left>{early.minutes}</p>
        <p>{words.stay}</p>
        <noscript>
          <p>{words.withoutScript}</p>
        </noscript>
      </div>
    </div>
  );
}

function openingIn(opening: Date, zone: string, now: Date, language: Language): Opening {
  const day = dayIn(zone, opening);
  const near = day === dayIn(zone, now) ? "today" : day === dayAfter(zone, now) ? "tomorrow" : "later";
  return {
    near,
    weekday: formatWeekday(opening, zone, language),
    day: dayInSentence(formatNearDay(opening, zone, now, language), language),
    clock: formatShortClock(opening, zone, language),
  };
}

/** The name of a day within a sentence: Spanish writes it in lower case. */
export const dayInSentence = (day: string, language: Language) =>
  language === "es" ? day.toLocaleLowerCase("es") : day;
