/** A hospital goes live: a chart full of visits that are known already is looked at for the first time. */
import { expect, onTestFinished, test } from "vitest";
import { MAIL, messagesDeployment, NUMBER } from "../../../harness/messagesDeployment.ts";

const HOUR = 60;
const DAY = 24 * HOUR;
const REACHED = { textNumber: NUMBER, mail: MAIL };

test("going live with 3,000 known visits: no first notice, one reminder each; what is booked then is told", async () => {
  const deployment = messagesDeployment({ connection: { messages: { remindMinutesBefore: [60] } } });
  onTestFinished(() => deployment.close());
  deployment.setClock("2027-01-04T10:00:00Z");
  for (let n = 0; n < 3000; n++)
    deployment.chart.book({
      id: String(n),
      start: deployment.inMinutes(n < 20 ? 2 * HOUR : 2 * DAY + n),
      patients: ["p-a"],
    });
  deployment.chart.recipients.set("p-a", REACHED);
  await deployment.turn();
  expect([deployment.texts, deployment.mails]).toEqual([[], []]);
  expect(await deployment.told("2999")).toEqual(["confirmation text withheld known-before"]);
  deployment.chart.book({ id: "new", start: deployment.inMinutes(DAY), patients: ["p-a"] });
  await deployment.wait(1);
  expect(deployment.texts).toHaveLength(1);
  // A known one that is cancelled is told of: its patient knows of it from elsewhere.
  deployment.chart.change("2999", { status: "cancelled" });
  await deployment.wait(4 * 15, 15);
  expect(deployment.saying(/canceled/)).toHaveLength(1);
  expect(deployment.saying(/reminder/i)).toHaveLength(20);
  expect(deployment.texts).toHaveLength(22);
});
