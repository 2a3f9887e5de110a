import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import type { ScenarioName } from "../../../../app/sandbox/oracle/clinic/scenarios.ts";
import {
  application,
  chartOf,
  links,
  oracleHealth,
  ORACLE_TENANT,
  type Answer,
  type ChartClient,
} from "./oracle.ts";

const oracle = await oracleHealth();
const app = application(oracle);
const clinic = oracle.clinic(ORACLE_TENANT);
let chart: ChartClient;

beforeAll(async () => {
  chart = chartOf(app.base, (await app.system()).body["access_token"]);
});
afterEach(() => {
  oracle.faults.clear();
});
afterAll(() => oracle.stop());

async function visit(name: ScenarioName): Promise<{ id: string; etag: string; resource: Answer }> {
  const { id } = await clinic.visit(name);
  const answer = await chart.get(`Appointment/${id}`);
  return { id, etag: answer.headers.get("etag") ?? "", resource: answer.json() };
}

/** The link in the room of that name, wherever the room is in the resource. */
const linkIn = (resource: Answer, room: string) =>
  (resource["contained"] as { type: { text: string }[]; telecom?: { value: string }[] }[]).find(
    ({ type }) => type[0]?.text === `${room} Virtual Meeting Room`,
  )?.telecom?.[0]?.value;

test.each(["secondOfTwo", "inProgress", "withoutRooms"] as const)(
  "links land in the room they are for, whatever order the rooms of %s are in",
  async (name) => {
    const { id, etag } = await visit(name);
    const answer = await chart.patch(id, links("add"), etag);
    expect([answer.status, answer.text]).toEqual([200, ""]);
    expect(answer.headers.get("content-type")).toContain("text/html");
    const after = await visit(name);
    expect(after.etag).toBe(answer.headers.get("etag"));
    expect(after.etag).not.toBe(etag);
    expect(linkIn(after.resource, "Provider")).toBe("https://visit.example.org/p/8Lw2r");
    expect(linkIn(after.resource, "Patient")).toBe("https://visit.example.org/j/Zp3kQ");
  },
);

test("links are added once, then replaced", async () => {
  const first = await visit("laterToday");
  expect((await chart.patch(first.id, links("replace"), first.etag)).status).toBe(422);
  expect((await chart.patch(first.id, links("add"), first.etag)).status).toBe(200);
  const second = await visit("laterToday");
  expect((await chart.patch(second.id, links("add"), second.etag)).status).toBe(409);
  const other = links("replace", { patient: "https://visit.example.org/j/other" });
  expect((await chart.patch(second.id, other, second.etag)).status).toBe(200);
  expect(linkIn((await visit("laterToday")).resource, "Patient")).toBe("https://visit.example.org/j/other");
});

test("a patch says which version it changes: without it 412, with an old one 409", async () => {
  const { id, etag } = await visit("tomorrow");
  expect((await chart.patch(id, links("add"), undefined)).status).toBe(412);
  expect((await chart.patch(id, links("add"), 'W/"0-1"')).status).toBe(409);
  const both = await Promise.all([chart.patch(id, links("add"), etag), chart.patch(id, links("add"), etag)]);
  expect(both.map(({ status }) => status).sort()).toEqual([200, 409]);
});

const url = (length: number) => "https://visit.example.org/".padEnd(length, "x");
test.each([
  ["three operations", links("add").slice(1)],
  ["five operations", [...links("add"), { op: "add", path: "/comment", value: "x" }]],
  ["one operation twice", [...links("add").slice(1), links("add")[1]]],
  ["add and replace mixed", [...links("add").slice(1), ...links("replace").slice(0, 1)]],
  ["a link of 256 characters", links("add", { patient: url(256) })],
  ["a link that is none", links("add", { provider: "javascript:alert(1)" })],
  ["a period that ends before it starts", links("add", { end: "2026-12-01T14:00:00.000Z" })],
])("%s are refused, and change nothing", async (_name, operations) => {
  const { id, etag } = await visit("eveningCardiology");
  expect((await chart.patch(id, operations, etag)).status).toBe(422);
  expect((await visit("eveningCardiology")).etag).toBe(etag);
});

test("a link of 255 characters is accepted", async () => {
  const { id, etag } = await visit("tomorrowCardiology");
  expect((await chart.patch(id, links("add", { patient: url(255) }), etag)).status).toBe(200);
});

test("an office visit takes no links", async () => {
  const { id, etag } = await visit("inPerson");
  expect((await chart.patch(id, links("add"), etag)).status).toBe(422);
});

test.each([
  ["preconditionFailed", 412],
  ["locked", 423],
  ["associationFailed", 424],
] as const)("the fault %s answers %i and changes nothing", async (name, status) => {
  const { id, etag } = await visit("eveningBehavioral");
  oracle.faults.set(name);
  expect((await chart.patch(id, links("add"), etag)).status).toBe(status);
  oracle.faults.clear();
  expect((await visit("eveningBehavioral")).etag).toBe(etag);
});

test("a status moves only as Millennium lets it", async () => {
  const to = async (status: string, more: unknown[] = []) => {
    const { id, etag } = await visit("withInterpreter");
    return (await chart.patch(id, [{ op: "replace", path: "/status", value: status }, ...more], etag)).status;
  };
  const reason = {
    op: "add",
    path: "/cancelationReason",
    value: {
      coding: [
        { system: "http://terminology.hl7.org/CodeSystem/appointment-cancellation-reason", code: "pat" },
      ],
    },
  };
  expect(await to("fulfilled")).toBe(422);
  expect(await to("arrived")).toBe(200);
  expect(await to("booked")).toBe(422);
  expect(await to("checked-in")).toBe(200);
  expect(await to("cancelled")).toBe(422);
  expect(await to("cancelled", [{ op: "add", path: "/comment", value: "x" }, reason])).toBe(422);
  expect(await to("cancelled", [reason])).toBe(200);
  expect((await visit("withInterpreter")).resource["status"]).toBe("cancelled");
});

test("a patch may be tunnelled through POST", async () => {
  const { id, etag } = await visit("inRoomBelow");
  const { body } = await app.system();
  const answer = await fetch(`${app.base}/Appointment/${id}?_method=patch`, {
    method: "POST",
    headers: {
      authorization: `Bearer ${String(body["access_token"])}`,
      "content-type": "application/json-patch+json",
      "if-match": etag,
    },
    body: JSON.stringify(links("add")),
  });
  expect(answer.status).toBe(200);
});
