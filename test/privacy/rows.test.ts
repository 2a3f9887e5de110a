/** Compares the privacy table with the rows that a day of a deployment has left in the store. */
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Keyring } from "../../app/ports/keyring.ts";
import type { ContainerName, Json, Stored } from "../../app/ports/store.ts";
import { auditEvents } from "../../app/records/audit.ts";
import { containers, kindOf, kinds } from "../../app/records/containers.ts";
import type { Appointment } from "../../app/records/holdings.ts";
import { openOptOuts } from "../../app/records/optOuts.ts";
import { rowsOf as storedRows } from "../../app/records/rowsOf.ts";
import { table } from "../../app/records/table.ts";
import { tombstones } from "../../app/records/tombstones.ts";
import { visits } from "../../app/records/visitRow.ts";
import { PROVISIONED } from "../../app/sandbox/sandbox.ts";
import { listenAlong, type Asked } from "../harness/asked.ts";
import { PATHS } from "../../app/domain/addresses.ts";
import { startDeployment, type Deployment } from "../harness/deployment.ts";
import { keyringOf, rowsOf, sealedIn, useStore, type Row } from "../harness/usedStore.ts";
import { ORACLE_TENANT } from "../harness/stack.ts";

/** The number whose owner asks for help and then ends texts. */
const ENDED_TEXTS = "+12025550199";

let folder: string;
let deployment: Deployment;
let rows: readonly Row[];
let keyring: Keyring;
let along: ReturnType<typeof listenAlong>;
/** For each kind of row, the paths of all values that rows really have, also sealed ones. */
const found = new Map<string, Set<string>>();

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "privacy-"));
  const sqliteFile = join(folder, "connector.sqlite");
  deployment = await startDeployment({ sqliteFile });
  along = listenAlong();
  await useStore(deployment);
  rows = rowsOf(sqliteFile);
  keyring = await keyringOf(deployment);
  for (const row of rows) {
    const kind = nameOf(kindOf(row.container, row) ?? row);
    const paths = found.get(kind) ?? new Set();
    found.set(kind, paths);
    for (const path of pathsIn(row.body)) paths.add(path);
    const sealed = sealedIn(row);
    if (sealed === undefined) continue;
    for (const path of pathsIn(JSON.parse(keyring.open(sealed.context, sealed.text)) as Json))
      paths.add(sealed.name + ": " + path);
  }
});
afterAll(async () => {
  along.end();
  await deployment.stop();
  await rm(folder, { recursive: true });
});

/**
 * The kinds whose rows name no visit. Any other kind must be found by records/holdings.ts. A session names its visit only
 * in its sealed part, which test/app/flows/portal/privacy.test.ts is about.
 */
const ABOUT_NO_VISIT: readonly string[] = [
  "messages optout-",
  "messages answer-",
  "messages rate-",
  "staffAccounts",
  "sessions",
  "sessions trace-",
  "signIns",
  "signInAddresses",
  "ticks",
  "ticks places-",
  "ticks searched-",
  "ticks strays-",
  "ticks department-",
  "ticks meetings-",
  "ticks canary-",
  "ticks heard",
  "portalSessions",
  "settings connection-",
  "settings department-",
  "settings approvals-",
  "settings texting-",
  "settings messages-",
  "settings purchase",
  "settings allocation-",
  "settings manager-",
  "settings reports-",
  "settings proposal-",
  "settings given-records-",
  "settings guide-",
  "settings test-visit-",
  "settings address-",
  "settings event-",
  "settings head",
  "keys",
];

const nameOf = ({ container, rows: prefix, marked }: Named) =>
  [container, prefix, marked].filter((each) => each !== undefined).join(" ");
interface Named {
  readonly container: string;
  readonly rows?: string;
  readonly marked?: string;
}
const told = (name: string) =>
  new Set(table.find((kind) => nameOf(kind) === name)?.fields.flatMap(({ paths }) => paths));

describe.each(kinds.map(nameOf))("%s", (name) => {
  test("holds no field that the table leaves out", () => {
    expect([...(found.get(name) ?? [])].filter((path) => !told(name).has(path))).toEqual([]);
  });

  test("holds every field that the table names", () => {
    expect([...told(name)].filter((path) => found.get(name)?.has(path) !== true)).toEqual([]);
  });
});

test("no row is of a kind that the table leaves out", () => {
  expect(new Set(rows.map((row) => nameOf(kindOf(row.container, row) ?? row)))).toEqual(
    new Set(kinds.map(nameOf)),
  );
});

describe("of the patients whose charts were open", () => {
  /** The chart's names, numbers, addresses and birth dates, in parts that are long enough to be recognized. */
  let markers: readonly string[];
  beforeAll(async () => {
    markers = (await deployment.sandbox.oracle.clinic(ORACLE_TENANT).patients()).flatMap((patient) => [
      ...(patient.name ?? []).flatMap(({ text = "", family = "" }) => [text, family]),
      ...(patient.telecom ?? []).flatMap(({ value = "" }) => [value, value.replace(/\D/g, "")]),
      ...(patient.address ?? []).flatMap(({ text, line = [], city }) => [text ?? "", ...line, city ?? ""]),
      patient.birthDate ?? "",
    ]);
    // Shorter ones occur in random text by chance.
    markers = [...new Set(markers)].filter((marker) => marker.length >= 6);
  });

  test("there are names, numbers and birth dates to look for", () => {
    for (const kind of [/^\D+, \D+$/, /^\d{4}-\d{2}-\d{2}$/, /^\d{10,}$/])
      expect(
        markers.some((marker) => kind.test(marker)),
        String(kind),
      ).toBe(true);
  });

  const markersInFiles = async () => {
    const files = await Promise.all(
      ["", "-wal"].map((suffix) => readFile(join(folder, "connector.sqlite" + suffix), "latin1")),
    );
    return markers.filter((marker) => files.some((bytes) => bytes.includes(marker)));
  };

  test("none lies in the store's files", async () => {
    expect(await markersInFiles()).toEqual([]);
  });

  test("none is in a line of the log", () => {
    const logged = deployment.logged.join("");
    expect(logged.length).toBeGreaterThan(1000);
    expect(markers.filter((marker) => logged.includes(marker))).toEqual([]);
  });

  test("none is in a request to Microsoft, to Oracle or to the connector itself, but a number in its text and its replies", () => {
    const { asked } = along;
    for (const path of ["/onlineMeetings", "/Appointment", "/portal", "/keys/"])
      expect(
        asked.some((one) => one.path.includes(path)),
        path,
      ).toBe(true);
    const told = ({ text }: Asked) => markers.filter((marker) => text.includes(marker));
    const where = asked.flatMap((one) => told(one).map((marker) => `${one.path} ${marker}`));
    // Its owner asks for help and is answered; Event Grid tells the connector what they wrote.
    const number = ENDED_TEXTS.slice(-10);
    expect(new Set(where)).toEqual(new Set([`/sms ${number}`, `${PATHS.events} ${number}`]));
  });

  test("none is sealed in a row, either", () => {
    const contents = rows.flatMap((row) => {
      const sealed = sealedIn(row);
      return sealed === undefined ? [] : [keyring.open(sealed.context, sealed.text)];
    });
    expect(contents.length).toBeGreaterThan(3);
    expect(markers.filter((marker) => contents.some((content) => content.includes(marker)))).toEqual([]);
  });
});

describe("while the vault's key is rotated three times, as in a year", () => {
  test("each opt-out and each sealed text stays what it was", async () => {
    const { store } = deployment.parts;
    const before = rows.flatMap((row) => sealedIn(row) ?? []);
    expect(before.length).toBeGreaterThan(3);
    for (let turn = 1; turn <= 3; turn++) {
      await deployment.sandbox.microsoft.vault.rotateKey(PROVISIONED.wrappingKey);
      const now = await keyringOf(deployment);
      const isStopped = await openOptOuts({ store, keyring: now, log: deployment.parts.log }).isStopped(
        ENDED_TEXTS,
      );
      expect(isStopped, `after rotation ${String(turn)}`).toBe(true);
      for (const { context, text } of before)
        expect(now.open(context, text)).toBe(keyring.open(context, text));
    }
  });
});

// Last, because it adds rows.
describe("what is held about one appointment", () => {
  const APPOINTMENT = "asked-about";
  const LENGTH_OF_ID = 16;
  /** The ids of the day's visits, by which rows are recognized as about one of them. */
  const ids = new Set(["AAAAAAAAAAAAAAAA"]);
  const about = new Set<string>();
  let copied: string[];
  let asked: Appointment;
  const keyOf = (container: string, { partition, id }: Pick<Stored, "partition" | "id">) =>
    [container, partition, id].join(" ");

  beforeAll(async () => {
    const { holdings, hospital, store } = deployment.parts;
    const [connection] = await hospital.connections();
    if (connection === undefined) throw new Error("no connection");
    asked = { fhirBaseUrl: connection.fhirBaseUrl, appointmentId: APPOINTMENT };
    const all: (readonly [ContainerName, Stored])[] = [];
    for (const { name } of containers) for await (const row of storedRows(store, name)) all.push([name, row]);
    for (const [container, row] of all.filter(([name]) => name === visits.container)) {
      const { rows: prefix = "" } = kindOf(container, row) ?? {};
      ids.add(row.id.slice(prefix.length, prefix.length + LENGTH_OF_ID));
    }
    // Each row about any visit is copied as one about this appointment's visit.
    const there = new Set<string>();
    for (const [container, row] of all) {
      // The audit trail says for six years what people did about which visit, also that they deleted it.
      if (kindOf(container, row) === auditEvents) continue;
      const { etag: _, expiresAt, ...plain } = row;
      const text = JSON.stringify(plain);
      const visit = [...ids].find((each) => text.includes(each));
      if (visit === undefined) continue;
      about.add(nameOf(kindOf(container, row) ?? { container }));
      const copy = JSON.parse(text.replaceAll(visit, holdings.idOf(asked))) as Omit<Stored, "etag">;
      const id = copy.id === row.id && copy.partition === row.partition ? row.id + " again" : copy.id;
      const item = { ...copy, id, ...(expiresAt && { expiresAt }) };
      if (there.has(keyOf(container, item))) continue;
      await store.create(container, item);
      there.add(keyOf(container, item));
    }
    copied = [...there];
  });

  test("is told of for every kind that the day left a row of", () => {
    const others = kinds.map(nameOf).filter((name) => !about.has(name));
    expect(others).toEqual(ABOUT_NO_VISIT);
  });

  test("is each of these rows, and its deletion leaves a tombstone alone", async () => {
    const { holdings } = deployment.parts;
    const held = async () =>
      (await holdings.about(asked)).map(
        ({ kind, row }) => [nameOf(kind), keyOf(kind.container, row)] as const,
      );
    const told = new Set((await held()).map(([, key]) => key));
    expect(copied.filter((key) => !told.has(key))).toEqual([]);
    expect(copied.length).toBeGreaterThan(8);
    await holdings.delete(asked);
    expect((await held()).map(([name]) => name)).toEqual([nameOf(tombstones)]);
  });
});

/** The paths of all values, such as `people[].role`. An empty list has none. */
function pathsIn(value: Json | undefined, path = ""): string[] {
  if (Array.isArray(value)) return (value as readonly Json[]).flatMap((each) => pathsIn(each, path + "[]"));
  if (typeof value === "object" && value !== null)
    return Object.entries(value as Readonly<Record<string, Json>>).flatMap(([name, each]) =>
      pathsIn(each, path === "" ? name : path + "." + name),
    );
  return [path];
}
