/** What the health pages say, and what people read, while the store does not do what it should. */
import { createServer } from "node:http";
import { connect } from "node:net";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { jsonLog } from "../../app/log.ts";
import { StoreFault } from "../../app/ports/store.ts";
import { VaultFault } from "../../app/ports/vault.ts";
import { buildServer } from "../../app/server.ts";
import { launchScenario, patientLink } from "../harness/clinician.ts";
import { startDeployment, type Deployment } from "../harness/deployment.ts";
import { Person } from "../harness/person.ts";
import { heading } from "./flows/provider/otherChart.ts";
import { textsOf } from "../harness/html.ts";

let folder: string;
let file: string;
let deployment: Deployment;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "health-"));
  file = join(folder, "connector.sqlite");
  deployment = await startDeployment({ sqliteFile: file });
});
afterAll(async () => {
  await deployment.stop();
  await rm(folder, { recursive: true });
});

async function readyz() {
  const answer = await fetch(deployment.url + "/readyz");
  const { store, keys, worked, ...others } = (await answer.json()) as Record<string, unknown>;
  // Whether background work was ever done stands beside it, and is no part of the verdict. Anybody may ask, so that is all.
  expect([worked, others]).toEqual([false, {}]);
  return { status: answer.status, body: { store, keys } };
}
const READY = { status: 200, body: { store: true, keys: true } };

/** Changes the store's file without the connector, until the test is over. */
function meanwhile(sql: string, undo: string): void {
  const other = new DatabaseSync(file);
  other.exec(sql);
  onTestFinished(() => {
    other.exec(undo);
    other.close();
    deployment.clock.forward(60_000);
  });
}
/** Makes the file behave like one on a full disk: rows can be read and not written. */
const FULL = [
  "create trigger full before insert on items begin select raise(abort, 'database or disk is full'); end",
  "drop trigger full",
] as const;

/** How many writes have been made to the file. */
function writes(): number {
  const database = new DatabaseSync(file, { readOnly: true });
  const row = database.prepare("select seq from sqlite_sequence where name = 'items'").get();
  database.close();
  return Number(row?.["seq"]);
}

describe("/readyz", () => {
  test("writes once, however many ask, and again after half a minute; it leaves nothing behind", async () => {
    const before = writes();
    const asked = await Promise.all(Array.from({ length: 30 }, readyz));
    expect(asked).toEqual(asked.map(() => READY));
    deployment.clock.forward(29_000);
    expect(await readyz()).toEqual(READY);
    expect(writes()).toBe(before + 1);
    deployment.clock.forward(1_000);
    await Promise.all([readyz(), readyz()]);
    expect(writes()).toBe(before + 2);
    expect((await deployment.parts.store.changes("signIns", 10)).items).toEqual([]);
  });

  test("says when the store is read and takes nothing, and when it does again", async () => {
    meanwhile(...FULL);
    deployment.clock.forward(30_000);
    expect(await readyz()).toEqual({ status: 503, body: { store: false, keys: true } });
    expect(deployment.logged.at(-1)).toContain('"event":"store.not_ready"');
    expect(deployment.logged.at(-1)).toContain(file);
  });

  test("says so again when the store takes what it is given", async () => {
    expect(await readyz()).toEqual(READY);
  });

  test("says when the store lost its table, and the log says what to do", async () => {
    meanwhile("alter table items rename to letters", "alter table letters rename to items");
    deployment.clock.forward(5_000);
    expect(await readyz()).toEqual({ status: 503, body: { store: false, keys: true } });
    expect(deployment.logged.at(-1)).toContain("lacks a table that it was made with. Stop the connector");
  });

  test("is no vendor's: a chart and a Teams that do not answer leave it ready", async () => {
    deployment.sandbox.oracle.faults.set("unavailable");
    onTestFinished(() => deployment.sandbox.oracle.faults.clear());
    expect(await readyz()).toEqual(READY);
  });

  test.each<[what: string, cause: unknown, body: object]>([
    ["nothing yet", undefined, { store: false, keys: false, worked: false }],
    ["a vault that refuses", new VaultFault("no"), { store: true, keys: false, worked: false }],
    ["a store that is full", new StoreFault("full"), { store: false, keys: false, worked: false }],
  ])("says before the first page what is missing: %s", async (_what, cause, body) => {
    const { app, notYet } = buildServer({
      publicUrl: "http://127.0.0.1",
      packageDigest: "",
      revision: "",
      publicFolder: fileURLToPath(new URL("../../app/public", import.meta.url)),
      behindFrontEnd: false,
      log: jsonLog(() => undefined, deployment.clock.now),
      stopping: new AbortController().signal,
    });
    notYet(cause);
    const server = createServer(app).listen(0, "127.0.0.1");
    onTestFinished(() => void server.close());
    await new Promise((resolve) => server.once("listening", resolve));
    const address = server.address();
    const port = typeof address === "object" ? String(address?.port) : "";
    const answer = await fetch(`http://127.0.0.1:${port}/readyz`);
    expect([answer.status, await answer.json()]).toEqual([503, body]);
  });
});

test("while the store takes nothing, clinicians read that it is the store, patients' links lead on, and a page that was open shows", async () => {
  const person = new Person();
  const visit = await launchScenario(deployment, person, "startsSoon");
  meanwhile(...FULL);
  const refused = await launchScenario(deployment, new Person(), "startsSoon");
  expect([refused.status, heading(refused)]).toEqual([503, "The connector cannot use its store"]);
  expect((await person.open(visit.url)).status).toBe(200);
  const ended = await person.send(visit.url.href + "/end", {});
  expect([ended.status, heading(ended)]).toEqual([503, "The connector cannot use its store"]);
  const tap = await new Person().open(patientLink(visit), (url) => url.origin !== deployment.url);
  expect(tap.status).toBe(302);
});

test("while another process holds the store's lock, patients' links lead on, and what clinicians did is done when it lets go", async () => {
  const person = new Person();
  const visit = await launchScenario(deployment, person, "inProgress");
  const other = new DatabaseSync(file);
  other.exec("begin immediate");
  let isDone = false;
  const renewed = person.send(visit.url.href + "/links", { person: "0" }).finally(() => (isDone = true));
  for (let taps = 0; taps < 50; taps++) {
    const tap = await new Person().open(patientLink(visit), (url) => url.origin !== deployment.url);
    expect(tap.status).toBe(302);
  }
  expect(isDone).toBe(false);
  other.exec("commit");
  other.close();
  expect(patientLink(await renewed)).not.toBe(patientLink(visit));
});

test("a form that is larger than any page sends is refused as that, on a page", async () => {
  const person = new Person();
  const visit = await launchScenario(deployment, person, "over");
  const page = await person.send(visit.url.href + "/end", { much: "x".repeat(5_000) });
  expect([page.status, heading(page)]).toEqual([413, "This was too much at once"]);
});

describe("an address that names more than a path, or is none, finds a page of ours", () => {
  const raw = async (target: string) => {
    const { port, hostname } = new URL(deployment.url);
    const socket = connect(Number(port), hostname);
    socket.end(`GET ${target} HTTP/1.1\r\nHost: ${hostname}:${port}\r\nConnection: close\r\n\r\n`);
    const answer = await text(socket);
    return [Number(answer.slice(9, 12)), textsOf(answer, "h1")[0]];
  };
  test.each([
    ["http://", 404, "This page does not exist"],
    ["http://[", 404, "This page does not exist"],
    ["http://:x/healthz", 200, undefined],
    ["http://127.0.0.1:1/visits/x", 401, "You have been signed out"],
    ["HTTPS://elsewhere.example/j/x", 404, "We can't find this visit"],
    ["http://127.0.0.1?x", 200, "Video visits"],
    ["ftp://[/j/x", 404, "This page does not exist"],
    ["*", 404, "This page does not exist"],
    ["//[", 404, "This page does not exist"],
    ["/%", 404, "This page does not exist"],
  ])("%s", async (target, status, title) => {
    expect(await raw(target)).toEqual([status, title]);
  });
});
