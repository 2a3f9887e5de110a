/**
 * The reports over a million visits: how soon a page and a file begin, how much memory the file takes, and how long other
 * requests wait meanwhile.
 */
import { request } from "node:http";
import { DatabaseSync } from "node:sqlite";
import { openSqliteStore } from "../../app/adapters/sqlite/store.ts";
import type { VisitId } from "../../app/domain/linkToken.ts";
import { openUsages } from "../../app/records/usages.ts";
import { signInToPortal } from "../../test/harness/administrator.ts";
import { Person } from "../../test/harness/person.ts";
import type { Package } from "../build.ts";
import { startBenchDeployment } from "./deployment.ts";
import { residentMegabytes } from "./load.ts";
import { rounded, type Row } from "./row.ts";

const VISITS = 1_000_000;
const DAYS = 360;
const DAY_MS = 86_400_000;
const EVERY_MS = 10;
const OTHERS = "/healthz";

export async function reportRows(bundle: Package): Promise<Row[]> {
  const deployment = await startBenchDeployment(bundle);
  try {
    await fill(deployment.storeFile, new Date());
    const connector = await deployment.startConnector();
    const { url, pid } = connector;
    const reader = new Person();
    await signInToPortal({ url }, reader, "reportReader");
    const day = (ago: number) => new Date(Date.now() - ago * DAY_MS).toISOString().slice(0, 10);
    const range = { from: day(DAYS + 1), to: day(0) };
    const page = await timed(() =>
      reader.open(`${url}/portal/reports?${new URLSearchParams(range).toString()}`),
    );
    const cookie = reader
      .cookies()
      .map(({ name, value }) => `${name}=${value}`)
      .join("; ");
    const others = othersOf(url);
    const file = await taken(`${url}/portal/reports/visits.csv`, {
      cookie,
      form: new URLSearchParams(range).toString(),
    });
    const waits = (await others.over()).toSorted((one, other) => one - other);
    const memory = await residentMegabytes(pid);
    await connector.stop();
    if (file.lines < VISITS) throw new Error(`the file has ${String(file.lines)} lines`);
    const of = "of 1,000,000 visits";
    return [
      { name: `first page ${of}`, value: rounded(page, 0), unit: "ms", target: 200, direction: "at-most" },
      {
        name: `first byte of a file ${of}`,
        value: rounded(file.firstByteMs, 0),
        unit: "ms",
        target: 100,
        direction: "at-most",
      },
      {
        name: `p99 of other answers while a file ${of} is taken`,
        value: rounded(waits[Math.floor(waits.length * 0.99)] ?? Infinity, 0),
        unit: "ms",
        target: 50,
        direction: "at-most",
      },
      {
        name: `resident memory after a file ${of}`,
        value: rounded(memory, 0),
        unit: "MB",
        target: 200,
        direction: "at-most",
      },
    ];
  } finally {
    await deployment.stop();
  }
}

async function timed(what: () => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await what();
  return performance.now() - begun;
}

interface Asked {
  readonly cookie: string;
  readonly form: string;
}

function taken(
  url: string,
  { cookie, form }: Asked,
): Promise<{ readonly firstByteMs: number; readonly lines: number }> {
  const begun = performance.now();
  const headers = {
    cookie,
    "sec-fetch-site": "same-origin",
    "content-type": "application/x-www-form-urlencoded",
  };
  return new Promise((resolve, reject) => {
    const asking = request(url, { method: "POST", headers }, (answer) => {
      let [firstByteMs, lines] = [0, 0];
      answer.on("data", (chunk: Buffer) => {
        if (firstByteMs === 0) firstByteMs = performance.now() - begun;
        for (let at = chunk.indexOf(NEWLINE); at >= 0; at = chunk.indexOf(NEWLINE, at + 1)) lines += 1;
      });
      answer.on("end", () => {
        resolve({ firstByteMs, lines });
      });
      answer.on("error", reject);
    });
    asking.on("error", reject);
    asking.end(form);
  });
}

const NEWLINE = 10;

/** Another user, who repeatedly asks for something small; its waiting times are recorded. */
function othersOf(url: string): { over(): Promise<readonly number[]> } {
  const waits: number[] = [];
  const ending = new AbortController();
  const asking = (async () => {
    while (!ending.signal.aborted) {
      waits.push(await timed(async () => (await fetch(url + OTHERS)).arrayBuffer()));
      await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
    }
  })();
  return {
    async over() {
      ending.abort();
      await asking;
      return waits;
    },
  };
}

/** Writes one row by the connector's own code, and copies it as often as needed, each time with another time. */
async function fill(file: string, now: Date): Promise<void> {
  const first = new Date(now.getTime() - DAYS * DAY_MS);
  const store = openSqliteStore({ file, now: () => now });
  await openUsages({ store, now: () => now }).write({
    id: "bench-0000000000" as VisitId,
    connectionId: "lamna",
    departmentId: "cardiology",
    start: first,
    end: first,
    outcome: "completed",
    source: "presence",
    opened: first,
    together: first,
    over: new Date(first.getTime() + 1_200_000),
    attendees: 2,
    atOnce: 2,
    byPhone: 0,
    lobbySeconds: 90,
    staff: [{ account: "7d0c5a1e-0000-4000-8000-00000000b001", seconds: 1200 }],
    messages: [{ kind: "reminder", way: "text", state: "delivered", count: 1 }],
  });
  await store.close();
  const database = new DatabaseSync(file);
  const one = database.prepare("select body, expires_at from items where container = 'usage'").get();
  const add = database.prepare(
    "insert into items (container, partition, id, sort, expires_at, body) values ('usage', ?, ?, ?, ?, ?)",
  );
  const [body, expires] = [String(one?.["body"]), Number(one?.["expires_at"])];
  database.exec("begin");
  for (let number = 1; number < VISITS; number++) {
    const start = new Date(first.getTime() + (number / VISITS) * DAYS * DAY_MS).toISOString();
    const own = body.replaceAll(first.toISOString(), start);
    add.run(
      start.slice(0, 7),
      "bench-" + String(number).padStart(10, "0"),
      start,
      expires + DAYS * DAY_MS,
      own,
    );
  }
  database.exec("commit");
  database.close();
}
