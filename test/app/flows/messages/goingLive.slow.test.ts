/** A hospital goes live: a chart full of visits that are known already is looked at for the first time. */
import { expect, onTestFinished, test } from "vitest";
import { MAIL, messagesPlace, NUMBER } from "../../../harness/messagesPlace.ts";

const HOUR = 60;
const DAY = 24 * HOUR;
const REACHED = { textNumber: NUMBER, mail: MAIL };

test("going live with 3,000 known visits: no first notice, one reminder each; what is booked then is told", async () => {
  const place = messagesPlace({ connection: { messages: { remindMinutesBefore: [60] } } });
  onTestFinished(() => place.close());
  place.setClock("2027-01-04T10:00:00Z");
  for (let n = 0; n < 3000; n++)
    place.chart.book({
      id: String(n),
      start: place.inMinutes(n < 20 ? 2 * HOUR : 2 * DAY + n),
      patients: ["p-a"],
    });
  place.chart.recipients.set("p-a", REACHED);
  await place.turn();
  expect([place.texts, place.mails]).toEqual([[], []]);
  expect(await place.told("2999")).toEqual(["confirmation text withheld known-before"]);
  place.chart.book({ id: "new", start: place.inMinutes(DAY), patients: ["p-a"] });
  await place.wait(1);
  expect(place.texts).toHaveLength(1);
  // A known one that is cancelled is told of: its patient knows of it from elsewhere.
  place.chart.change("2999", { status: "cancelled" });
  await place.wait(4 * 15, 15);
  expect(place.saying(/canceled/)).toHaveLength(1);
  expect(place.saying(/reminder/i)).toHaveLength(20);
  expect(place.texts).toHaveLength(22);
});
