/**
 * Random days of a visit: it is booked, moved, cancelled and put on a waiting list, in the evening, at night and by day, and texts
 * fail, or wait for the chart. Whatever the order, nobody comes to a visit that is not as they were told, unless it is on the list
 * of those at risk, and nobody is told the same twice at once. Each seed is the same day in each run.
 */
import { expect, test } from "vitest";
import { riskOf } from "../../../../app/domain/risks.ts";
import { MAIL, messagesDeployment, NUMBER } from "../../../harness/messagesDeployment.ts";

const DAYS = 300;
const MOST_CHANGES = 4;
/** When the hours begin, when the evening's reminders go, and when the hours end. */
const HOURLY = ["08:00:00Z", "19:30:00Z", "20:00:00Z"];
const MINUTE_MS = 60_000;
const HOURS = { from: "08:00", to: "20:00" };
/** A change that is this new may still be on its way through the rounds and the vendors. */
const SEEN_WITHIN = 6;
/** So many minutes pass at once where something may happen, and at most so many where nothing does. */
const STEP = 3;
const LONGEST_STEP = 30;

/** Random numbers from a seed, the same in each run. */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** What a phone or a mailbox has: the start and whether the visit is on, as its reader understands it. */
interface Heard {
  readonly start: number;
  readonly isOn: boolean;
  readonly isReminder: boolean;
  readonly at: number;
}
interface Booking {
  readonly start: number;
  readonly isOn: boolean;
  /** Since when the chart says so. */
  readonly at: number;
}

const DOWN = { kind: "down", reason: "away" } as const;
const clock = (at: number) => new Date(at).toISOString().slice(8, 16);

function readText(text: string, at: Date): Heard {
  const [, day, hour, minute, half] = /Jan (\d+), (\d+):(\d+) (AM|PM)/.exec(text) ?? [];
  const start = Date.UTC(
    2027,
    0,
    Number(day),
    (Number(hour) % 12) + (half === "PM" ? 12 : 0),
    Number(minute),
  );
  return { start, isOn: !text.includes("canceled"), isReminder: text.includes("reminder"), at: at.getTime() };
}

/** The moment at which a day begins, and how far ahead its visits are, in minutes. */
const KINDS = [
  { begins: "2027-01-04T10:00:00Z", starts: [20, 5 * 60] },
  { begins: "2027-01-04T18:30:00Z", starts: [30, 14 * 60] },
  { begins: "2027-01-04T18:30:00Z", starts: [60, 8 * 24 * 60] },
  { begins: "2027-01-05T09:30:00Z", starts: [23 * 60, 25 * 60] },
] as const;

async function day(seed: number): Promise<readonly string[]> {
  const random = numbers(seed * 7919);
  const between = (from: number, to: number) => from + random() * (to - from);
  const { begins, starts } = KINDS[seed % KINDS.length] ?? KINDS[0];
  const hospital = messagesDeployment({ hours: HOURS });
  const { chart, now } = hospital;
  hospital.setClock(begins);
  await hospital.turn();
  const hasMail = random() < 0.3;
  chart.recipients.set("p-a", { textNumber: NUMBER, ...(hasMail && { mail: MAIL }) });
  const id = hospital.visitOf("lamna", "a");
  const log: string[] = [];
  const faults: string[] = [];
  const note = (what: string) => log.push(clock(now().getTime()) + " " + what);
  const startIn = () => {
    const [least, most] = random() < 0.2 ? [20, 3 * 24 * 60] : starts;
    const round = 5 * MINUTE_MS;
    return Math.round((now().getTime() + between(least, most) * MINUTE_MS) / round) * round;
  };
  let booking: Booking = { start: startIn(), isOn: true, at: now().getTime() };
  const bookings: Booking[] = [booking];
  chart.book({ id: "a", start: new Date(booking.start) });
  note("booked for " + clock(booking.start));
  const heard: Heard[] = [];
  /** Starts of which a text has failed: whatever comes next is the first to tell them. */
  const failed = new Set<number>();
  let [texts, mails] = [0, 0];
  let downUntil = 0;
  chart.trouble = (request) => (request === "patient" && now().getTime() < downUntil ? DOWN : undefined);

  function change(): void {
    const which = random();
    const at = now().getTime();
    const { start, isOn } = booking;
    if (isOn && which < 0.55) booking = { start: startIn(), isOn, at };
    else if (isOn) booking = { start, isOn: false, at };
    else if (which < 0.8 || start <= at) booking = { start: startIn(), isOn: true, at };
    else booking = { start, isOn: true, at };
    const isListed = isOn && !booking.isOn && random() < 0.4;
    const status = booking.isOn ? "booked" : isListed ? "waitlist" : "cancelled";
    chart.change("a", { start: new Date(booking.start), status });
    bookings.push(booking);
    if (random() < 0.1) downUntil = at + between(5, 60) * MINUTE_MS;
    note(`${status} ${clock(booking.start)}`);
  }

  /** What was handed over since is in the patient's hand, or a report says that it is not. */
  async function read(): Promise<void> {
    const came: Heard[] = [];
    for (const { text, at, id: message } of hospital.texts.slice(texts)) {
      const one = readText(text, at);
      const hasFailed = random() < 0.08;
      note(`text of ${clock(one.at)}: ${text.slice(0, 60)}${hasFailed ? " (fails)" : ""}`);
      if (hasFailed) {
        failed.add(one.start);
        await hospital.report(message, "Failed", random() < 0.5 ? "4004" : "Carrier rejected");
      } else came.push(one);
    }
    texts = hospital.texts.length;
    for (const { subject, at } of hospital.mails.slice(mails)) {
      note("mail: " + subject);
      // A mail's subject has no time, and mails name what is so now.
      const isReminder = /reminder/i.test(subject);
      const isOn = !/cancel/i.test(subject);
      const last = heard.findLast((one) => one.isOn);
      came.push({ start: isOn ? booking.start : (last?.start ?? 0), isOn, isReminder, at: at.getTime() });
    }
    mails = hospital.mails.length;
    for (const one of came) {
      judge(one);
      heard.push(one);
    }
  }

  function judge({ start, isOn, isReminder, at }: Heard): void {
    const before = heard.at(-1);
    const same = heard.findLast((one) => one.isOn && one.start === start);
    const lead = Math.min(30 * MINUTE_MS, start - at);
    if (isOn && isReminder && before === same && same !== undefined && at - same.at < lead)
      faults.push(`${clock(at)}: reminded of ${clock(start)} right after that was told`);
    const isNews = before !== undefined && (before.start !== start || !before.isOn);
    if (isOn && isReminder && isNews && !failed.has(start))
      faults.push(`${clock(at)}: reminded of ${clock(start)}, which nothing had told`);
    if (before !== undefined && !isReminder && before.isOn === isOn && before.start === start)
      faults.push(`${clock(at)}: told of ${clock(start)} twice`);
    const minutes = new Date(at).getUTCHours() * 60 + new Date(at).getUTCMinutes();
    const comes = before?.isOn === true && before.start - at <= 120 * MINUTE_MS + SEEN_WITHIN * MINUTE_MS;
    const isNight = minutes < 8 * 60 || minutes >= 20 * 60;
    if (isNight && !comes && !hasMail) faults.push(`${clock(at)}: a text at night`);
  }

  /** Somebody comes now: by what they were told, the visit begins. */
  async function look(): Promise<void> {
    const at = now().getTime();
    const last = heard.at(-1);
    if (last?.isOn !== true || last.start > at || last.start <= at - STEP * MINUTE_MS) return;
    const since = bookings.findLast((one) => one.at <= last.start - SEEN_WITHIN * MINUTE_MS);
    const isSteady = bookings.at(-1) === since;
    if (since === undefined || !isSteady || (since.isOn && since.start === last.start)) return;
    const found = await hospital.parts.foundVisits.byId(id);
    const risk = found && riskOf({ ...found, hasMeeting: true, links: "links" }, now());
    if (risk === undefined) faults.push(`${clock(at)}: believes ${clock(last.start)}, and is at no risk`);
  }

  /** How long nothing happens, as far as can be known. */
  function step(): number {
    const at = now().getTime();
    const comes = [booking.start, ...heard.map(({ start }) => start)];
    const moments = [
      ...[next, ...HOURLY.map((time) => Date.parse(new Date(at).toISOString().slice(0, 11) + time))],
      ...bookings.map((one) => one.at),
      ...comes.flatMap((start) => [start - 24 * 60 * MINUTE_MS, start - 15 * MINUTE_MS, start]),
    ].map((moment) => (moment - at) / MINUTE_MS);
    if (moments.some((minutes) => minutes <= STEP && minutes > -SEEN_WITHIN - STEP)) return STEP;
    return Math.min(LONGEST_STEP, ...moments.filter((minutes) => minutes > 0).map((minutes) => minutes - 1));
  }

  /** Many changes come soon after one another, or shortly before the patient comes. */
  function after(): number {
    const at = now().getTime();
    const left = ((heard.at(-1)?.start ?? 0) - at) / MINUTE_MS;
    const which = random();
    if (which < 0.4) return between(1, 8);
    return which < 0.7 && left > 10 ? Math.max(1, between(left - 90, left - 5)) : between(20, 300);
  }

  const until = Date.parse(begins) + 15 * 60 * MINUTE_MS;
  let [changes, next] = [0, now().getTime() + between(2, 60) * MINUTE_MS];
  while (now().getTime() < until) {
    const minutes = step();
    await hospital.wait(minutes, minutes);
    await read();
    await look();
    if (now().getTime() < next || changes >= MOST_CHANGES) continue;
    change();
    changes += 1;
    next = changes < MOST_CHANGES ? now().getTime() + after() * MINUTE_MS : until;
  }
  await hospital.close();
  return faults.length === 0 ? [] : [`seed ${String(seed)}:`, ...faults, ...log];
}

const SLICE = 25;
test.each(Array.from({ length: DAYS / SLICE }, (_, slice) => slice * SLICE))(
  "on no random day from seed %i on is anybody led to another time, or told the same twice at once",
  async (first) => {
    const found: string[] = [];
    for (let seed = first; seed < first + SLICE; seed++) found.push(...(await day(seed)));
    expect(found.join("\n")).toBe("");
  },
);
