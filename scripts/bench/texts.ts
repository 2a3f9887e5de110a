/**
 * Texts to patients, many of them due in the same minute: in which order they leave, how many leave in a minute, and how
 * much memory that takes.
 */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { TEXT_LIMITS } from "../../app/records/sendingRate.ts";
import { messagesDeployment, NUMBER } from "../../test/harness/messagesDeployment.ts";
import { rounded, type Row } from "./row.ts";

/** Half of them are reminders of tomorrow's visits, half are first notices of later visits. */
const TEXTS = 10_000;
const DAY = 24 * 60;
const LATER_DAYS = 12;
const MOST_MINUTES = 24 * 60;
const [{ most: MOST_A_MINUTE } = { most: 0 }] = TEXT_LIMITS;

export async function textRows(): Promise<Row[]> {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  const heap = () => {
    collect();
    return process.memoryUsage().heapUsed / 1024 / 1024;
  };
  const deployment = messagesDeployment({
    connection: { messages: { remindMinutesBefore: [DAY] } },
    hours: ALL_DAY,
  });
  const { chart } = deployment;
  const recipient = { textNumber: NUMBER };
  const book = (id: string, inMinutes: number) => {
    chart.book({ id, start: deployment.inMinutes(inMinutes), patients: ["p"] });
  };
  chart.recipients.set("p", recipient);
  // These visits count as known before, so that the reminder is the only text that is due.
  for (let number = 0; number < TEXTS / 2; number++) book("reminder-" + String(number), DAY + 10);
  await deployment.turn();
  deployment.forward(10);
  for (let number = 0; number < TEXTS / 2; number++)
    book("notice-" + String(number), 2 * DAY + (number * LATER_DAYS * DAY * 2) / TEXTS);
  const before = heap();
  let most = before;
  const began = performance.now();
  await deployment.turn();
  let minutes = 1;
  for (; deployment.texts.length < TEXTS && minutes < MOST_MINUTES; minutes++) {
    deployment.forward(1);
    await deployment.work();
    if (minutes % 10 === 0) most = Math.max(most, heap());
  }
  const seconds = (performance.now() - began) / 1000;
  const { texts } = deployment;
  await deployment.close();
  if (texts.length < TEXTS) throw new Error(`only ${String(texts.length)} texts left`);
  if (new Set(texts.map(({ id }) => id)).size < TEXTS) throw new Error("somebody was texted twice");
  const byMinute = Map.groupBy(texts, ({ at }) => Math.floor(at.getTime() / 60_000));
  const lastReminder = texts.findLastIndex(({ text }) => /reminder/i.test(text));
  const early = texts.slice(0, lastReminder).filter(({ text }) => !/reminder/i.test(text)).length;
  return [
    {
      name: "10,000 texts due in one minute: most that left in any",
      value: Math.max(...[...byMinute.values()].map((all) => all.length)),
      unit: "texts",
      target: MOST_A_MINUTE,
      direction: "at-most",
    },
    {
      name: "10,000 texts due in one minute: all have left after",
      value: minutes,
      unit: "min",
      target: 70,
      direction: "at-most",
    },
    {
      name: "10,000 texts due in one minute: notices that left before a reminder",
      value: rounded((early / TEXTS) * 100, 1),
      unit: "%",
      target: 5,
      direction: "at-most",
    },
    {
      name: "10,000 texts due in one minute: heap, more than before",
      value: rounded(most - before, 0),
      unit: "MB",
      target: 100,
      direction: "at-most",
    },
    {
      name: "texts on stand-ins, each looked up, written and handed over",
      value: rounded(TEXTS / seconds, 0),
      unit: "texts/s",
      target: 20,
      direction: "at-least",
    },
  ];
}

const ALL_DAY = { from: "00:00", to: "23:59" };
