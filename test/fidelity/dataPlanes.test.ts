/** Sends all other recorded requests to the in-memory Azure, at the vendors' host names, and compares the answers. */
import { readdir } from "node:fs/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { validationCode } from "../../app/flows/webhooks/handshake.ts";
import { judged, readAccepted } from "./accepted.ts";
import { differences, type Difference } from "./compare.ts";
import { startPlanes, type Planes } from "./dataPlanes.ts";
import { HAD } from "./dataPlanesHad.ts";
import { factsOf } from "./facts.ts";
import { requestAsAnswer } from "./record.ts";

let planes: Planes;
beforeAll(async () => {
  planes = await startPlanes();
});
afterAll(() => planes.stop());

const VENDORS = [
  "blob",
  "queue",
  "cosmos",
  "vault",
  "numbers",
  "sms",
  "entra",
  "graph",
  "identity",
  "oracle",
];

test("every vendor's facts are asked", async () => {
  const files = await readdir(new URL("facts", import.meta.url));
  const elsewhere = ["arm", "event-grid"];
  expect(files.toSorted()).toEqual([...VENDORS, ...elsewhere].map((vendor) => vendor + ".json").toSorted());
});

test.each(VENDORS)(
  "the in-memory Azure answers what was recorded of %s, but for what is accepted",
  async (vendor) => {
    const facts = await factsOf(vendor);
    const found: Difference[] = [];
    for (const [name, fact] of facts)
      found.push(...differences(name, fact.answer, await planes.asked(fact, HAD[name])));
    const verdict = judged(
      found,
      await readAccepted(),
      facts.map(([name]) => name),
    );
    expect(verdict.news).toEqual([]);
    expect(verdict.idle).toEqual([]);
  },
);

test("both stand-ins of Event Grid ask a webhook as it does, and the connector reads what it was really asked", async () => {
  const [[name, { request }] = raise()] = await factsOf("event-grid");
  const theirs = requestAsAnswer(request.headers, request.body);
  const found = (await planes.handshakes()).map((ours) => differences(name, theirs, ours));
  expect(found).toEqual([[], []]);
  expect(validationCode(request.body)).toBe("0C1F7A52-0000-4000-8000-00000000D003");
});

function raise(): never {
  throw new Error("There is no fact of Event Grid.");
}
