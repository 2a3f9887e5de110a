/** Settings that cannot be read: nothing is said to be missing that may be there, and an ill store is not asked at every launch. */
import { expect, test } from "vitest";
import { fhirBaseUrl, type FhirBaseUrl } from "../../../app/domain/fhirBaseUrl.ts";
import type { ConfiguredConnection } from "../../../app/domain/hospital.ts";
import { openHospital, SettingsNotRead } from "../../../app/records/hospital.ts";
import { jsonLog } from "../../../app/log.ts";
import { departmentOf } from "../../harness/findingDeployment.ts";
import type { UnreadableSetting } from "../../../app/records/unreadableSetting.ts";
import { StoreFault } from "../../../app/ports/store.ts";

function urlOf(text: string): FhirBaseUrl {
  const verdict = fhirBaseUrl(text, { loopback: false });
  if (!verdict.ok) throw new Error(verdict.reason);
  return verdict.url;
}
const OF_STACK = urlOf("https://fhir.lamna.org/r4/stack");
const OF_PORTAL = urlOf("https://fhir.lamna.org/r4/portal");

const WARD = {
  ...{ name: "Ward", phone: "(202) 555-0100", timeZone: "America/Chicago", connection: "portal" },
  ...{ locations: ["9"] as [string], organizers: ["BBBB-2"] as [string], lobby: "staff" as const },
};

function ill() {
  let now = Date.parse("2026-11-28T10:00:00Z");
  let asked = 0;
  let written = 0;
  let isIll = true;
  let lacking: readonly string[] = [];
  const stack = { id: "stack", fhirBaseUrl: OF_STACK } as unknown as ConfiguredConnection;
  const value = {
    name: "Portal",
    fhirBaseUrl: OF_PORTAL,
    environment: "test" as const,
    visitTypes: ["Video Visit"],
    enabled: true,
  };
  const hospital = openHospital(
    {
      organization: { name: "Lamna", phone: "(202) 555-0100" },
      visits: { opensMinutesBefore: 30, closesMinutesAfter: 240 },
      connections: [stack],
      departments: [departmentOf("stack", { organizers: ["AAAA-1"] })],
    },
    {
      connections: {
        unreadable: () => Promise.resolve([]),
        list: () =>
          Promise.resolve([
            { id: "portal", revision: 1, changedAt: new Date(now), value },
            ...[
              { id: "stack", value: { ...value, fhirBaseUrl: "https://fhir.lamna.org/r4/other" } },
              { id: "same-url", value: { ...value, fhirBaseUrl: OF_STACK } },
            ].map((taken) => ({ ...taken, revision: 1, changedAt: new Date(now) })),
          ]),
      },
      departments: {
        unreadable: () => Promise.resolve(lacking.map((id) => ({ id }) as UnreadableSetting)),
        list: () =>
          Promise.resolve(
            ["ward", "stack-clinic"]
              .filter((id) => !lacking.includes(id))
              .map((id) => ({ id, revision: 1, changedAt: new Date(now), value: WARD })),
          ),
      },
      audit: {
        settingsEnd: () => {
          asked++;
          return isIll ? Promise.reject(new StoreFault("down")) : Promise.resolve(1);
        },
        writes: () => written,
      },
      log: jsonLog(
        () => undefined,
        () => new Date(now),
      ),
      now: () => new Date(now),
      loopback: false,
    },
  );
  return {
    hospital,
    asked: () => asked,
    write: () => {
      written++;
    },
    forward: (milliseconds: number) => void (now += milliseconds),
    lack: (...ids: readonly string[]) => void (lacking = ids),
    turn: (to: "well" | "ill") => void (isIll = to === "ill"),
  };
}

test("before anything was read, the stack file's connections answer, and of others nobody says that there are none", async () => {
  const { hospital } = ill();
  expect(await hospital.connectionByUrl(OF_STACK)).toMatchObject({ id: "stack" });
  await expect(hospital.connectionByUrl(OF_PORTAL)).rejects.toThrow(SettingsNotRead);
  await expect(hospital.connection("portal")).rejects.toThrow(SettingsNotRead);
});

test("an ill store is asked again later each time, and the first answer ends it", async () => {
  const { hospital, asked, forward, turn } = ill();
  const looked = () => hospital.connectionByUrl(OF_PORTAL).catch(() => undefined);
  await looked();
  await looked();
  expect(asked()).toBe(1);
  forward(1_001);
  await looked();
  expect(asked()).toBe(2);
  forward(1_001);
  await looked();
  expect(asked()).toBe(2);
  forward(1_001);
  turn("well");
  expect(await looked()).toMatchObject({ id: "portal" });
  expect(asked()).toBe(3);
});

test("what this process has written itself counts at once, and is asked for until it was read", async () => {
  const { hospital, asked, write, turn } = ill();
  turn("well");
  await hospital.connections();
  await hospital.connections();
  expect(asked()).toBe(1);
  write();
  await hospital.connections();
  expect(asked()).toBe(2);
  turn("ill");
  write();
  await hospital.connections();
  await hospital.connections();
  expect(asked()).toBe(4);
});

test("what was read once goes on while the store is ill", async () => {
  const { hospital, forward, turn } = ill();
  turn("well");
  await hospital.connections();
  turn("ill");
  forward(2_000);
  expect(await hospital.connection("portal")).toMatchObject({ id: "portal" });
});

test("what the stack file has taken over, by its id or its base URL, is the stack file's alone", async () => {
  const { hospital, turn } = ill();
  turn("well");
  expect((await hospital.connections()).map(({ id, fhirBaseUrl: url }) => [id, url])).toEqual([
    ["stack", OF_STACK],
    ["portal", OF_PORTAL],
  ]);
});

test("departments are found by connection and id, those of the stack file while nothing else is read", async () => {
  const { hospital, turn, forward } = ill();
  expect(await hospital.department("stack-clinic")).toMatchObject({ connection: "stack" });
  expect([
    await hospital.isOrganizer("aaaa-1", "anywhere"),
    await hospital.isOrganizer("AAAA-1", "by-stack"),
  ]).toEqual([true, true]);
  await expect(hospital.departments("stack")).rejects.toThrow(SettingsNotRead);
  await expect(hospital.isOrganizer("bbbb-2", "anywhere")).rejects.toThrow(SettingsNotRead);
  turn("well");
  forward(60_000);
  const ids = async (connection: string) => (await hospital.departments(connection)).map(({ id }) => id);
  expect([await ids("stack"), await ids("portal"), await ids("none")]).toEqual([
    ["stack-clinic"],
    ["ward"],
    [],
  ]);
  expect((await hospital.department("ward"))?.name).toBe("Ward");
  expect(await hospital.department("none")).toBeUndefined();
  // An account that owns meetings is known in whatever letters it comes.
  expect(
    await Promise.all(
      (["bbbb-2", "BBBB-2", "cccc-3"] as const).map((id) => hospital.isOrganizer(id, "anywhere")),
    ),
  ).toEqual([true, true, false]);
  expect(await hospital.isOrganizer("bbbb-2", "by-stack")).toBe(false);
});

test("what could not be read is looked for again after a while, as nothing tells that its row was mended", async () => {
  const { hospital, turn, forward, lack } = ill();
  turn("well");
  lack("ward");
  expect(await hospital.department("ward")).toBeUndefined();
  lack();
  forward(9_999);
  expect(await hospital.department("ward")).toBeUndefined();
  forward(2_000);
  expect(await hospital.department("ward")).toMatchObject({ id: "ward" });
  // What was read whole is read again only where something was changed.
  lack("ward");
  forward(60_000);
  expect(await hospital.department("ward")).toMatchObject({ id: "ward" });
});
