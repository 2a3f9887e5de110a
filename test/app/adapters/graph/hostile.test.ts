/**
 * Answers that Microsoft would never send: each is refused or ignored. None ends the process, or makes the connector send
 * its token elsewhere.
 */
import { expect, test } from "vitest";
import { graphAttendance } from "../../../../app/adapters/graph/attendance.ts";
import { callEventIn } from "../../../../app/adapters/graph/callEvent.ts";
import { serve } from "../server.ts";

const TENANT = "aaaaaaaa-0000-4000-8000-000000000001";

/** A value nested so deep that a recursive reader would overflow the stack. */
function deep(around: (inner: unknown) => unknown): unknown {
  let value: unknown = "x";
  for (let level = 0; level < 100_000; level++) value = around(value);
  return value;
}

test.each<[what: string, around: (inner: unknown) => unknown]>([
  ["objects", (Inner) => ({ Inner })],
  ["lists", (inner) => [inner]],
])("an event in which there are %s without end beside what is read is an event", (_what, around) => {
  const json = { eventType: "callStarted", eventDateTime: "2026-11-28T10:00:00Z", other: deep(around) };
  expect(callEventIn(json, TENANT)).toMatchObject({ kind: "started", people: [] });
});

test("a list of reports that leads beside Graph's version is not followed with our token", async () => {
  const served = await serve(({ headers }) => ({
    json: { value: [], "@odata.nextLink": `http://${headers.host ?? ""}/v1.0s/users/x` },
  }));
  const attendance = graphAttendance({
    graph: served.origin,
    token: () => Promise.resolve("token-1"),
    now: () => new Date("2027-01-12T16:00:00Z"),
    wait: () => Promise.resolve(),
    tenantId: TENANT,
  });
  await expect(attendance.reportsOf({ organizer: "o", id: "m" })).rejects.toMatchObject({
    reason: "refused",
  });
  expect(served.asked).toHaveLength(1);
});
