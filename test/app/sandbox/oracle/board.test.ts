import http from "node:http";
import { afterAll, afterEach, describe, expect, test } from "vitest";
import { ageOf } from "../../../../app/sandbox/oracle/board/words.ts";
import {
  application,
  AVERY,
  chartOf,
  links,
  oracleHealth,
  REDIRECT,
  ROBIN,
  ORACLE_TENANT,
} from "./oracle.ts";

const oracle = await oracleHealth();
const app = application(oracle);
const clinic = oracle.clinic(ORACLE_TENANT);

afterEach(() => {
  oracle.faults.clear();
});
afterAll(() => oracle.stop());

/** A browser that keeps one cookie and follows no redirect. */
async function clinician(practitioner: string, { pages }: { readonly pages: string } = oracle) {
  let cookie = "";
  const open = async (path: string, form?: Record<string, string>, headers: Record<string, string> = {}) => {
    const response = await fetch(new URL(path, pages), {
      redirect: "manual",
      headers: { cookie, ...headers },
      ...(form === undefined ? {} : { method: "POST", body: new URLSearchParams(form) }),
    });
    cookie = response.headers.get("set-cookie")?.split(";")[0] ?? cookie;
    return {
      status: response.status,
      location: response.headers.get("location") ?? "",
      html: await response.text(),
    };
  };
  if (practitioner !== "") await open("/sign-in", { tenant: ORACLE_TENANT, practitioner });
  return open;
}

const query = (url: string, name: string) => new URL(url).searchParams.get(name);

test("the front page names both domains, and nobody sees a chart before signing in", async () => {
  const open = await clinician("");
  const { html } = await open("/");
  expect(html).toContain("PROD");
  expect(html).toContain("TEST");
  expect((await open("/charts/41000001")).location).toBe("/");
});

test("the schedule shows the clinician's own visits of today, and by location those of all", async () => {
  const open = await clinician(ROBIN);
  const soon = await clinic.visit("startsSoon");
  const patient = soon.participant[0]?.actor?.display ?? "";
  expect((await open("/schedule")).html).toContain(patient);
  const elsewhere = (await open("/schedule?of=21000104")).html;
  expect(elsewhere).toContain("Sleep Laboratory");
  expect(elsewhere).not.toContain(`visit=${soon.id}`);
});

test.each([
  ["five minutes before the clinic's midnight", "2026-11-24T05:55:00Z", true],
  ["five minutes after it", "2026-11-24T06:05:00Z", true],
  ["at noon", "2026-11-24T18:00:00Z", false],
])("%s, today's schedule has the visits that start and started just now", async (_, instant, hasOtherDay) => {
  const late = await oracleHealth({ clock: { now: new Date(instant) } });
  try {
    const atNight = late.clinic(ORACLE_TENANT);
    const [soon, begun] = [await atNight.visit("startsSoon"), await atNight.visit("inProgress")];
    const open = await clinician(ROBIN, late);
    const { html } = await open("/schedule?of=all");
    for (const { id } of [soon, begun]) expect(html).toContain(`visit=${id}`);
    // A visit of the other day is told apart by its day.
    expect(/(Mon|Tue), Nov \d+, \d\d:\d\d/.test(html)).toBe(hasOtherDay);
    const { id: tomorrow } = await atNight.visit("tomorrow");
    expect(html).not.toContain(`visit=${tomorrow}`);
    expect((await open("/schedule?of=all&when=tomorrow")).html).toContain(`visit=${tomorrow}`);
  } finally {
    await late.stop();
  }
});

test("the Teams tile starts an EHR launch that passes straight through the sign-in", async () => {
  const open = await clinician(ROBIN);
  const { id } = await clinic.visit("startsSoon");
  expect((await open(`/charts/41000001?visit=${id}`)).html).toContain("Microsoft Teams");
  const form = { client: "provider", encounter: `5${id.slice(1)}` };
  const { status, location } = await open("/charts/41000001/launch", form);
  expect([status, query(location, "iss")]).toEqual([303, app.base]);
  const asked = await app.asked({ launch: query(location, "launch") });
  const back = await open(`${app.authorizeUrl}?${asked.toString()}`);
  expect(back.location).toContain(REDIRECT);
  const { body } = await app.redeem(query(back.location, "code"));
  expect(body).toMatchObject({ patient: "41000001", encounter: form.encounter, username: "rsample" });
});

test("two charts of one browser launch each with its own patient, in any order", async () => {
  const open = await clinician(ROBIN);
  const [first, second] = [
    await open("/charts/41000001/launch", { client: "provider" }),
    await open("/charts/41000003/launch", { client: "provider" }),
  ];
  for (const [launch, patient] of [
    [second, "41000003"],
    [first, "41000001"],
  ] as const) {
    const asked = await app.asked({ launch: query(launch.location, "launch") });
    const { location } = await open(`${app.authorizeUrl}?${asked.toString()}`);
    expect((await app.redeem(query(location, "code"))).body["patient"]).toBe(patient);
  }
});

test("another clinician's browser is asked who it is, and cannot take the launch over", async () => {
  const open = await clinician(AVERY);
  const asked = await app.asked();
  const { status, html } = await open(`${app.authorizeUrl}?${asked.toString()}`);
  expect([status, html.includes("Sample MD, Robin"), html.includes("Park MD, Avery")]).toEqual([
    200,
    true,
    false,
  ]);
});

describe("a scheduler", () => {
  const booked = async (form: Record<string, string> = {}) => {
    const open = await clinician(ROBIN);
    const { status, location } = await open("/charts/41000020/book", {
      startsIn: "7",
      minutes: "20",
      type: "Video Visit",
      practitioner: AVERY,
      location: "cardiology",
      ...form,
    });
    return { open, status, id: new URL(location, oracle.pages).searchParams.get("visit") ?? "" };
  };
  const read = (id: string) => clinic.chart.read("Appointment", id);

  test("books a visit of any patient, which the chart shows", async () => {
    const before = Date.now();
    const { open, id } = await booked();
    const visit = await read(id);
    expect(visit).toMatchObject({ status: "booked", minutesDuration: 20, contained: [{}, {}] });
    const startsIn = Date.parse(visit?.start ?? "") - before;
    expect([startsIn > 5 * 60_000, startsIn <= 8 * 60_000]).toEqual([true, true]);
    expect((await open("/charts/41000020")).html).toContain(`action="/appointments/${id}"`);
    expect((await clinic.encounterOf(id))?.appointment).toEqual([{ reference: `Appointment/${id}` }]);
  });

  test.each([
    ["minutes", "0"],
    ["location", "facility"],
    ["practitioner", "nobody"],
    ["type", "Phone"],
    ["startsIn", "soon"],
    ["startsAt", "2027-02-30T10:00"],
  ])("books nothing with %s %j", async (name, value) => {
    expect((await booked({ [name]: value })).status).toBe(404);
  });

  test("moves, cancels and marks as an error, at any time; the next reader of the chart sees it", async () => {
    const { open, id } = await booked({ startsIn: "-300" });
    const before = await read(id);
    const moved = async (minutes: string) => {
      await open(`/appointments/${id}`, { do: "move", minutes });
      return (Date.parse((await read(id))?.start ?? "") - Date.parse(before?.start ?? "")) / 60_000;
    };
    expect(await moved("1")).toBe(1);
    expect(await moved("-61")).toBe(-60);
    expect((await read(id))?.meta?.versionId).not.toBe(before?.meta?.versionId);
    await open(`/appointments/${id}`, { do: "cancel" });
    expect((await read(id))?.status).toBe("cancelled");
    await open(`/appointments/${id}`, { do: "error" });
    expect((await read(id))?.status).toBe("entered-in-error");
    expect((await open(`/appointments/${id}`, { do: "burn" })).status).toBe(404);
  });

  test("books for a day and a time of the clinic's clock, and moves to another one; the length stays", async () => {
    const { open, id } = await booked({ startsAt: "2027-03-13T09:15" });
    const at = async () => {
      const { start = "", end = "" } = (await read(id)) ?? {};
      return [new Date(start).toISOString(), new Date(end).toISOString()];
    };
    expect(await at()).toEqual(["2027-03-13T15:15:00.000Z", "2027-03-13T15:35:00.000Z"]);
    expect((await open("/charts/41000020")).html).toContain('value="2027-03-13T09:15"');
    // On that day daylight saving time has begun.
    await open(`/appointments/${id}`, { do: "moveTo", minutes: "15", to: "2027-03-15T08:05" });
    expect(await at()).toEqual(["2027-03-15T13:05:00.000Z", "2027-03-15T13:25:00.000Z"]);
    expect((await open(`/appointments/${id}`, { do: "moveTo", to: "tomorrow" })).status).toBe(404);
  });

  test("deletes: nobody finds it by its id, and its id is not given again", async () => {
    const { open, id } = await booked();
    const chart = chartOf(app.base, (await app.system()).body["access_token"]);
    expect((await chart.get(`Appointment/${id}`)).status).toBe(200);
    await open(`/appointments/${id}`, { do: "delete" });
    expect((await chart.get(`Appointment/${id}`)).status).toBe(404);
    expect(await clinic.encounterOf(id)).toBeUndefined();
    expect((await booked()).id).not.toBe(id);
    const { id: scenario } = await clinic.visit("tomorrow");
    await open(`/appointments/${scenario}`, { do: "delete" });
    await clinic.roll();
    expect((await clinic.visit("tomorrow")).id).not.toBe(scenario);
  });

  test("sees each link in its room, and both open", async () => {
    const { open, id } = await booked();
    const chart = chartOf(app.base, (await app.system()).body["access_token"]);
    const { headers } = await chart.get(`Appointment/${id}`);
    await chart.patch(id, links("add"), headers.get("etag") ?? "");
    const { html } = await open("/charts/41000020");
    const link = (room: string) => new RegExp(`href="([^"]+)"[^>]*>${room}<`).exec(html)?.[1];
    expect(link("Provider room")).toBe("https://visit.example.org/p/8Lw2r");
    expect(link("Patient room")).toBe("https://visit.example.org/j/Zp3kQ");
  });
});

test("a page elsewhere on the web cannot press the board's buttons", async () => {
  const open = await clinician(ROBIN);
  const { status } = await open("/faults", { fault: "serverError" }, { "sec-fetch-site": "cross-site" });
  expect(status).toBe(403);
  expect(oracle.faults.on()).toEqual([]);
});

test("the menu of faults switches them, and the board warns while one is on", async () => {
  const open = await clinician(ROBIN);
  await open("/faults", { fault: "slow", "seconds-slow": "0" });
  expect(oracle.faults.isOn("slow")).toBe(true);
  expect((await open("/schedule")).html).toContain("made to fail");
  await open("/faults", { clear: "all" });
  expect((await open("/schedule")).html).not.toContain("made to fail");
});

test("what people open is on the http port only, and the chart on the https port only", async () => {
  expect((await fetch(`${oracle.backChannel}/schedule`)).status).toBe(404);
  expect((await fetch(`${oracle.pages}/r4/${ORACLE_TENANT}/metadata`)).status).toBe(404);
});

test("a foreign host name that leads to this machine is turned away", async () => {
  const { port } = new URL(oracle.pages);
  const status = await new Promise((resolve, reject) => {
    const request = {
      host: "127.0.0.1",
      port,
      path: "/faults",
      headers: { host: `attacker.example:${port}` },
    };
    http
      .get(request, (response) => {
        response.resume();
        resolve(response.statusCode);
      })
      .on("error", reject);
  });
  expect(status).toBe(421);
});

test("the stand-in remembers what was asked, without query", async () => {
  await fetch(`${app.base}/Appointment?patient=41000001`);
  const [newest] = oracle.received();
  expect(newest).toMatchObject({ method: "GET", path: `/r4/${ORACLE_TENANT}/Appointment`, status: 401 });
});

test("a port in use is named, and nothing stays open", async () => {
  const { startOracle } = await import("../../../../app/sandbox/oracle/start.ts");
  const taken = Number(new URL(oracle.pages).port);
  const hosting = {
    ports: { pages: 0, backChannel: taken },
    tls: { key: "", cert: "" },
    now: () => new Date(),
  };
  await expect(
    startOracle(hosting, { tenants: [{ id: ORACLE_TENANT, environment: "test" }], clients: [] }),
  ).rejects.toThrow(new RegExp(`Port ${String(taken)} .* is in use`, "u"));
});

test("the chart's age is of the clinic's day, also in the evening, when it is tomorrow by UTC", () => {
  const aged = (now: string) => ageOf({ resourceType: "Patient", birthDate: "2000-12-01" }, new Date(now));
  expect(aged("2026-12-01T01:15:00Z")).toBe("25 years");
  expect(aged("2026-12-01T15:00:00Z")).toBe("26 years");
});
