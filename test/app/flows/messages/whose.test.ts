/** The chart gives a visit to another patient: who is told of it, and that nobody is told the end of what they never knew of. */
import { expect, onTestFinished, test } from "vitest";
import { FOUND_PARTITION } from "../../../../app/records/visitChanges.ts";
import { messagesPlace, NUMBER } from "../../../harness/messagesPlace.ts";

const DAY = 24 * 60;
const ANOTHER = "+13125550199";

async function hospital(looked = true) {
  const place = messagesPlace();
  onTestFinished(() => place.close());
  place.setClock("2027-01-04T10:00:00Z");
  if (looked) await place.turn();
  place.chart.recipients.set("p-a", { textNumber: NUMBER });
  place.chart.recipients.set("p-b", { textNumber: ANOTHER });
  place.chart.book({ id: "a", start: place.inMinutes(DAY) });
  await place.turn();
  return {
    ...place,
    /** Whom the texts went to since the last time, and what they said. */
    since: () =>
      place.texts.splice(0).map(({ to, text }) => {
        const says = [/canceled/, /moved/, /[Rr]eminder/].find((words) => words.test(text));
        return [to === NUMBER ? "a" : "b", says?.source ?? "first"].join(" ");
      }),
  };
}

test("another patient is told as of something new, and they alone of its end", async () => {
  const place = await hospital();
  expect(place.since()).toEqual(["a first"]);
  place.chart.change("a", { patients: ["p-b"] });
  await place.wait(3);
  expect(place.since()).toEqual(["b first"]);
  place.chart.change("a", { start: place.inMinutes(2 * DAY) });
  await place.wait(4);
  expect(place.since()).toEqual(["b moved"]);
  place.chart.change("a", { status: "cancelled" });
  await place.wait(4);
  expect(place.since()).toEqual(["b canceled"]);
});

test("whoever it is given back to is told once more: their first link is good no longer", async () => {
  const place = await hospital();
  for (const patient of ["p-b", "p-a"]) {
    place.chart.change("a", { patients: [patient] });
    await place.wait(3);
  }
  expect(place.since()).toEqual(["a first", "b first", "a first"]);
});

test.each([
  ["told of it", true, ["a first"]],
  ["known before", false, []],
])(
  "given and canceled between two looks, where the first patient was %s: nobody is told",
  async (_, looked, texts) => {
    const place = await hospital(looked);
    place.chart.change("a", { patients: ["p-b"], status: "cancelled" });
    await place.wait(4);
    expect(place.since()).toEqual(texts);
    expect((await place.told("a")).at(-1)).toBe("cancellation text withheld not-told");
  },
);

test.each([
  ["moved", {}, ["b first"]],
  ["canceled", { status: "cancelled" }, []],
] as const)("what is %s before the other patient was told", async (_, change, texts) => {
  const place = await hospital();
  place.since();
  place.setClock("2027-01-04T22:00:00Z");
  place.chart.change("a", { patients: ["p-b"] });
  await place.turn();
  place.chart.change("a", { start: place.inMinutes(3 * DAY), ...change });
  await place.wait(12 * 60, 10);
  expect(place.since()).toEqual(texts);
});

test("a change that the chart gives to somebody else before it is told waits until that was seen", async () => {
  const place = await hospital();
  place.since();
  place.chart.change("a", { start: place.inMinutes(2 * DAY) });
  await place.wait(1);
  const opened = place.chart.chart.bind(place.chart);
  const search = { kind: "down", reason: "away" } as const;
  place.chart.trouble = (request) => (request === "search" ? search : undefined);
  place.chart.change("a", { patients: ["p-b"] });
  await place.wait(10);
  expect(place.since()).toEqual([]);
  place.chart.chart = opened;
  place.chart.trouble = () => undefined;
  await place.wait(5);
  expect(place.since()).toEqual(["b first"]);
});

test("a patient whose records are combined is told nothing twice, and of the end", async () => {
  const place = await hospital();
  place.chart.combined.set("p-b", ["p-a"]);
  place.chart.change("a", { patients: ["p-b"] });
  await place.wait(4);
  expect(place.since()).toEqual(["a first"]);
  expect(await place.told("a")).toContain("confirmation text withheld same-time");
  place.chart.change("a", { status: "cancelled" });
  await place.wait(4);
  expect(place.since()).toEqual(["b canceled"]);
});

test("a link that staff sent to a relative tells the patient nothing", async () => {
  const place = await hospital();
  place.since();
  place.setClock("2027-01-04T22:00:00Z");
  const start = place.inMinutes(3 * DAY);
  place.chart.book({ id: "b", start, patients: ["p-b"] });
  await place.turn();
  const visit = place.visitOf("lamna", "b");
  await place.messages.begin({
    ...{ visit, kind: "link", way: "text", start: start.toISOString(), which: "link-1-0-none", person: 1 },
  });
  place.chart.change("b", { status: "cancelled" });
  place.chart.change("a", { isHidden: true });
  await place.wait(12 * 60, 10);
  expect(place.since()).toEqual([]);
});

test("of a visit that the release before has found, it is learned whose it is", async () => {
  const place = await hospital();
  const id = "found-" + place.visitOf("lamna", "a");
  const row = await place.store.read("visits", FOUND_PARTITION, id);
  if (row === undefined) throw new Error("nothing was found");
  const { patients: _, ...body } = row.body;
  await place.store.replace("visits", { ...row, body }, row.etag);
  await place.wait(1);
  place.chart.change("a", { patients: ["p-b"] });
  await place.wait(3);
  expect(place.since()).toEqual(["a first", "b first"]);
});
