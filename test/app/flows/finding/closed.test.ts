/** A visit whose links staff have closed before its start, as it is found in the chart and prepared. */
import { expect, test } from "vitest";
import { riskOf } from "../../../../app/domain/risks.ts";
import { lookAtRisks } from "../../../../app/flows/portal/atRisk/look.ts";
import { noteClosing } from "../../../../app/records/noteClosing.ts";
import { findingHospital, HOUR } from "../../../harness/findingHospital.ts";

test("is at risk until the chart moves it, which opens its links", async () => {
  const { book, chart, deployment, found, look } = findingHospital();
  const { parts } = deployment;
  book();
  await look();
  const id = deployment.visitOf("lamna", "a");
  const risk = async () => riskOf(await found(), deployment.now());
  expect(await risk()).toBeUndefined();
  await parts.visits.end(id);
  await noteClosing(parts, id);
  expect(await risk()).toBe("links-closed");
  const [department] = (await lookAtRisks({ ...parts, now: deployment.now })).departments;
  expect(department).toMatchObject({ atRisk: 1, ready: 0, shown: [{ id, risk: "links-closed" }] });
  // Whatever else the chart changes, its links stay closed.
  chart.change("a", { status: "arrived" });
  await look();
  expect(await risk()).toBe("links-closed");
  chart.change("a", { start: deployment.inMinutes(2 * HOUR) });
  await look();
  expect([(await parts.visits.byId(id))?.state, await risk()]).toEqual(["open", undefined]);
});

test("does not count among those that the connector did not have ready in time", async () => {
  const { book, deployment, look } = findingHospital();
  const { parts } = deployment;
  book();
  await look();
  const id = deployment.visitOf("lamna", "a");
  await parts.visits.end(id);
  await noteClosing(parts, id);
  deployment.forward(6 * HOUR);
  const [department] = (await lookAtRisks({ ...parts, now: deployment.now })).departments;
  expect([...(department?.late ?? [])]).toEqual([]);
});

test("is noted by whoever prepares it next, where that could not be noted at once", async () => {
  const { book, chart, deployment, found, look } = findingHospital();
  book();
  await look();
  await deployment.parts.visits.end(deployment.visitOf("lamna", "a"));
  chart.change("a", { status: "arrived" });
  await look();
  expect(await found()).toMatchObject({ isClosed: true });
});
