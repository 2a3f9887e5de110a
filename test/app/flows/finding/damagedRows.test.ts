/**
 * What is kept of a chart only to be read again: a row of it that is damaged is made anew from the chart, by itself, and
 * visits are found without one that is another release's.
 */
import { expect, test } from "vitest";
import type { Body } from "../../../../app/ports/store.ts";
import { findingHospital, HOUR } from "../../../harness/findingHospital.ts";
import type { Round } from "../../../harness/findingDeployment.ts";

type Hospital = ReturnType<typeof findingHospital>;

async function damage({ deployment }: Hospital, partition: string, id: string, change: (body: Body) => Body) {
  const row = await deployment.store.read("ticks", partition, id);
  if (row === undefined) throw new Error("no row " + id);
  await deployment.store.replace("ticks", { ...row, body: change(row.body) }, row.etag);
}

const WAYS: readonly (readonly [how: string, change: (body: Body) => Body])[] = [
  ["damaged", (body) => Object.fromEntries(Object.keys(body).map((name) => [name, name === "v" ? 1 : "?"]))],
  ["of a version that nobody knows", (body) => ({ ...body, v: 7 })],
];
const ROWS: readonly (readonly [what: string, partition: string, id: string, made: Round])[] = [
  ["the departments' locations", "places", "places-lamna", "finding.locations"],
  ["which locations were searched", "searched", "searched-lamna", "finding.far"],
  ["locations of no department", "strays", "strays-lamna", "finding.strays"],
];

test.each(ROWS.flatMap((row) => WAYS.map((way) => [...row, ...way] as const)))(
  "%s in the row %s/%s: by %s, where it is %s, and visits are found on",
  async (_what, partition, id, made, how, change) => {
    const hospital = findingHospital();
    const { chart, deployment, look, found, book, check } = hospital;
    chart.below = new Map([["loc-1", ["room-1"]]]);
    for (const round of ["finding.locations", "finding.far", "finding.strays"] as const)
      expect(await deployment.round(round, "lamna")).toBe(true);
    await damage(hospital, partition, id, change);
    book({ location: "room-1", start: deployment.inMinutes(HOUR) });
    expect(await deployment.round(made, "lamna")).toBe(true);
    expect(await look("finding.far")).toBe(true);
    expect((await found()).location).toBe("room-1");
    for (const name of ["locations", "stray-locations"]) expect((await check(name))?.fault).toBeUndefined();
    const row = await deployment.store.read("ticks", partition, id);
    // A row of another release is left to it.
    expect(row?.body["v"]).toBe(how === "damaged" ? 1 : 7);
  },
);

test("while the locations are another release's and were not read anew, each check says what it cannot see, and the others are made", async () => {
  const hospital = findingHospital();
  const { deployment, look, check } = hospital;
  for (const round of ["finding.locations", "finding.far", "finding.near"] as const)
    expect(await deployment.round(round, "lamna")).toBe(true);
  await damage(hospital, "places", "places-lamna", (body) => ({ ...body, v: 7 }));
  expect((await check("visits-found"))?.fault).toContain("No visits are found in this chart until");
  for (const name of ["system-client", "locations"])
    expect((await check(name))?.unseen).toContain("A newer release has written a row of the store");
  expect(await check("visits-at-risk")).toEqual({ name: "visits-at-risk", of: "lamna" });
  expect(await deployment.round("finding.locations", "lamna")).toBe(true);
  expect(await look("finding.near")).toBe(true);
  expect((await check("visits-found"))?.fault).toBeUndefined();
});
