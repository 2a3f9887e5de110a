/** The privacy table against the rows of a store that has seen a day. */
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Keyring } from "../../app/ports/keyring.ts";
import type { Json } from "../../app/ports/store.ts";
import { kindOf, kinds } from "../../app/records/containers.ts";
import { table } from "../../app/records/table.ts";
import { startDeployment, type Deployment } from "../harness/deployment.ts";
import { keyringOf, rowsOf, sealedIn, useStore, type Row } from "../harness/usedStore.ts";
import { TENANT } from "../harness/stack.ts";

let folder: string;
let deployment: Deployment;
let rows: readonly Row[];
let keyring: Keyring;
/** By kind, the path of every value that is really there, sealed ones included. */
const found = new Map<string, Set<string>>();

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "privacy-"));
  const sqliteFile = join(folder, "connector.sqlite");
  deployment = await startDeployment({ sqliteFile });
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
  await deployment.stop();
  await rm(folder, { recursive: true });
});

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
  /** Names, numbers, addresses and birth dates as the chart has them, the shortest ones that say something. */
  let markers: readonly string[];
  beforeAll(async () => {
    markers = (await deployment.sandbox.oracle.clinic(TENANT).patients()).flatMap((patient) => [
      ...(patient.name ?? []).flatMap(({ text = "", family = "" }) => [text, family]),
      ...(patient.telecom ?? []).flatMap(({ value = "" }) => [value, value.replace(/\D/g, "")]),
      ...(patient.address ?? []).flatMap(({ text, line = [], city }) => [text ?? "", ...line, city ?? ""]),
      patient.birthDate ?? "",
    ]);
    // Shorter ones stand in random text by chance.
    markers = [...new Set(markers)].filter((marker) => marker.length >= 6);
  });

  test("there are names, numbers and birth dates to look for", () => {
    for (const kind of [/^\D+, \D+$/, /^\d{4}-\d{2}-\d{2}$/, /^\d{10,}$/])
      expect(
        markers.some((marker) => kind.test(marker)),
        String(kind),
      ).toBe(true);
  });

  test("none lies in the store's files", async () => {
    for (const suffix of ["", "-wal"]) {
      const bytes = await readFile(join(folder, "connector.sqlite" + suffix), "latin1");
      expect(markers.filter((marker) => bytes.includes(marker))).toEqual([]);
    }
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

/** `people[].role` and the like; an empty list holds nothing. */
function pathsIn(value: Json | undefined, path = ""): string[] {
  if (Array.isArray(value)) return (value as readonly Json[]).flatMap((each) => pathsIn(each, path + "[]"));
  if (typeof value === "object" && value !== null)
    return Object.entries(value as Readonly<Record<string, Json>>).flatMap(([name, each]) =>
      pathsIn(each, path === "" ? name : path + "." + name),
    );
  return [path];
}
