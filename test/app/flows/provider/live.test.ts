/** The page that is open is told who waits, whichever instance Teams told; over real HTTP, two instances on one store. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest";
import type { VisitId } from "../../../../app/domain/linkToken.ts";
import { StoreFault } from "../../../../app/ports/store.ts";
import { startDeployment, type Deployment } from "../../../harness/deployment.ts";
import { launchScenario, patientLink } from "../../../harness/clinician.ts";
import { Person } from "../../../harness/person.ts";
import { ORACLE_TENANT } from "../../../harness/stack.ts";

const folder = mkdtempSync(join(tmpdir(), "live-"));
let deployment: Deployment;
let elsewhere: string;
let clinician: Person;
let path: string;
let visit: VisitId;

beforeAll(async () => {
  deployment = await startDeployment({ sqliteFile: join(folder, "store.sqlite") });
  elsewhere = await deployment.beside();
});
afterAll(async () => {
  await deployment.stop();
  rmSync(folder, { recursive: true });
});
beforeEach(async () => {
  clinician = new Person();
  // A test may have let hours pass: then the patient has another visit that starts soon.
  await deployment.sandbox.oracle.clinic(ORACLE_TENANT).roll();
  const page = await launchScenario(deployment, clinician, "startsSoon");
  path = page.url.pathname;
  visit = claimed(patientLink(page));
});

function claimed(link: string): VisitId {
  const claims = deployment.parts.visits.claims(link.split("/").at(-1) ?? "");
  if (claims === undefined) throw new Error("no link");
  return claims.visit;
}

const cookie = () =>
  clinician
    .cookies()
    .filter((one) => one.path === path)
    .map(({ name, value }) => `${name}=${value}`)
    .join("; ");
const ask = (origin: string, below: string, headers: Record<string, string> = {}) =>
  fetch(origin + path + below, { headers: { cookie: cookie(), ...headers } });

/** Reads a stream until it has said something, or has ended. */
async function heard(reader: ReadableStreamDefaultReader<Uint8Array>, text: string): Promise<string> {
  let all = "";
  while (!all.includes(text)) {
    const { value, done } = await reader.read();
    if (done) return all + "[end]";
    all += new TextDecoder().decode(value);
  }
  return all;
}
const streamAt = async (origin: string) => {
  const answer = await ask(origin, "/waiting/stream");
  const reader = answer.body?.getReader();
  if (reader === undefined) throw new Error("no stream");
  return { answer, reader };
};

const PERSON = { id: "guest-1", look: "outside" } as const;
async function arrives(): Promise<void> {
  const kept = await deployment.parts.visits.byId(visit);
  if (kept === undefined) throw new Error("no visit");
  const now = deployment.clock.now();
  const until = new Date(now.getTime() + 3_600_000);
  await deployment.parts.presences.watching(kept, { subscription: { id: "s", until } });
  const event = { at: now, kind: "roster", people: [{ ...PERSON, whereabouts: "lobby" }] } as const;
  await deployment.parts.presences.tell(kept, event, now);
}

test("who arrives is seen on another instance than the one that was told, at once and uncached", async () => {
  const { answer, reader } = await streamAt(elsewhere);
  expect(answer.headers.get("content-type")).toBe("text/event-stream; charset=utf-8");
  expect(answer.headers.get("cache-control")).toBe("no-store, no-transform");
  expect(answer.headers.get("x-accel-buffering")).toBe("no");
  expect(answer.headers.get("content-security-policy")).toContain("default-src 'none'");
  expect(await heard(reader, `data-visit="${visit}"`)).toContain("event: waiting");
  await arrives();
  expect(await heard(reader, "A guest has waited since")).toContain('data-say="Somebody is waiting"');
  await reader.cancel();
});

test("whoever asks instead is answered anew only where something has changed", async () => {
  await arrives();
  const first = await ask(elsewhere, "/waiting");
  expect(await first.text()).toContain("is waiting");
  const tag = first.headers.get("etag") ?? "";
  expect((await ask(elsewhere, "/waiting", { "if-none-match": tag })).status).toBe(304);
  const kept = await deployment.parts.visits.byId(visit);
  if (kept === undefined) throw new Error("no visit");
  const now = deployment.clock.now();
  await deployment.parts.presences.tell(kept, { at: now, kind: "ended", people: [] }, now);
  expect((await ask(elsewhere, "/waiting", { "if-none-match": tag })).status).toBe(200);
});

test("who waits when Teams stops telling stays on the page, as of when it was told, with why nothing new comes", async () => {
  await arrives();
  const kept = await deployment.parts.visits.byId(visit);
  if (kept === undefined) throw new Error("no visit");
  const { presences } = deployment.parts;
  const still = (await presences.of(visit))?.subscription;
  await presences.watching(kept, { ...(still && { subscription: still }), trouble: "limit" });
  expect(await (await ask(elsewhere, "/waiting")).text()).toContain('data-say="Somebody is waiting"');
  const subscription = { id: "s", until: deployment.clock.now() };
  await presences.watching(kept, { subscription, trouble: "limit" });
  const said = await (await ask(elsewhere, "/waiting")).text();
  expect(said).toContain('data-say="Somebody was waiting"');
  expect(said).toContain("A guest has waited since");
  expect(said).toMatch(/Teams last said something at \d+:\d\d/);
  expect(said).toContain(
    "Nothing new comes: who waits now is seen in Teams alone. Microsoft has given as many",
  );
});

test("a visit that the chart cancels while somebody waits is said to be so on the open page", async () => {
  await arrives();
  const { reader } = await streamAt(elsewhere);
  await heard(reader, "is waiting");
  const { id } = await deployment.sandbox.oracle.clinic(ORACLE_TENANT).visit("startsSoon");
  await deployment.parts.visits.cancel("lamna", id);
  deployment.clock.forward(15_000);
  const said = await heard(reader, "Nobody new can join");
  expect(said).toContain("The chart has canceled this visit.");
  expect(said).toContain("Somebody waits in Teams all the same");
  await reader.cancel();
});

test("nobody is told without the launch's own cookie, and a launch has four streams at most", async () => {
  expect((await fetch(deployment.url + path + "/waiting/stream")).status).toBe(401);
  expect((await fetch(deployment.url + path + "/waiting")).status).toBe(401);
  const open = await Promise.all([1, 2, 3, 4].map(() => streamAt(deployment.url)));
  expect(open.map(({ answer }) => answer.status)).toEqual([200, 200, 200, 200]);
  expect((await ask(deployment.url, "/waiting/stream")).status).toBe(429);
  await Promise.all(open.map(({ reader }) => reader.cancel()));
});

test("whoever asks for the stream's head alone gets no stream, and takes none from others", async () => {
  const head = await fetch(deployment.url + path + "/waiting/stream", {
    method: "HEAD",
    headers: { cookie: cookie() },
  });
  expect([head.status, head.headers.get("allow")]).toEqual([405, "GET"]);
});

test("signing out closes the stream at once here, and at the next beat elsewhere", async () => {
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
  try {
    const here = await streamAt(deployment.url);
    const there = await streamAt(elsewhere);
    await heard(there.reader, "data-visit");
    await vi.advanceTimersByTimeAsync(15_000);
    expect(await heard(there.reader, "beat")).toContain("event: beat");
    await clinician.send(deployment.url + path + "/sign-out", {});
    expect(await heard(here.reader, "[never]")).toMatch(/event: over\ndata: \n\n\[end\]$/);
    await vi.advanceTimersByTimeAsync(15_000);
    expect(await heard(there.reader, "[never]")).toMatch(/event: over\ndata: \n\n\[end\]$/);
  } finally {
    vi.useRealTimers();
  }
});

test("being told, and asking, is nobody's use of the page: left alone it is closed", async () => {
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
  try {
    const { reader } = await streamAt(deployment.url);
    await heard(reader, "data-visit");
    // The half hour begins an hour after the visit's end.
    deployment.clock.forward(115 * 60_000);
    await vi.advanceTimersByTimeAsync(15_000);
    expect(await heard(reader, "beat")).not.toContain("event: over");
    expect((await ask(deployment.url, "/waiting")).status).toBe(200);
    deployment.clock.forward(20 * 60_000);
    await vi.advanceTimersByTimeAsync(15_000);
    expect(await heard(reader, "[never]")).toMatch(/event: over\ndata: \n\n\[end\]$/);
    expect((await ask(deployment.url, "/waiting")).status).toBe(401);
    expect((await ask(deployment.url, "/waiting/stream")).status).toBe(401);
  } finally {
    vi.useRealTimers();
  }
});

test("while the store is away a thousand pages that ask again are a few entries in the log", async () => {
  const away = new StoreFault("the store is away");
  const reading = vi.spyOn(deployment.parts.presences, "of").mockRejectedValue(away);
  try {
    for (let page = 0; page < 30; page++) {
      expect((await ask(deployment.url, "/waiting")).status).toBe(503);
      const { reader } = await streamAt(deployment.url);
      expect(await heard(reader, "[never]")).toMatch(/\[end\]$/);
    }
  } finally {
    reading.mockRestore();
  }
  for (const event of ["fault", "presence.not_read"]) {
    const entries = deployment.logged.filter(
      (line) => line.includes("the store is away") && line.includes(`"${event}`),
    );
    // Two minutes may have begun meanwhile, with six entries each.
    expect(entries.length).toBeLessThanOrEqual(12);
    expect(entries.some((line) => line.includes(`"${event}.flood"`))).toBe(true);
  }
});

test("a page whose visit is another patient's by now is told that there is nothing to tell, and gets no stream", async () => {
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
  try {
    const { reader } = await streamAt(elsewhere);
    await heard(reader, "data-visit");
    const { items } = await deployment.parts.store.changes("sessions", 1000);
    for (const { id } of items.filter((item) => !item.id.startsWith("trace-")))
      await deployment.parts.sessions.change(id, (content) =>
        content.place?.kind === "appointment" && content.place.visitId === visit
          ? { ...content, place: { ...content.place, anothers: true } }
          : content,
      );
    await vi.advanceTimersByTimeAsync(15_000);
    expect(await heard(reader, "[never]")).toMatch(/\[end\]$/);
    for (const below of ["/waiting", "/waiting/stream"])
      expect((await ask(elsewhere, below)).status).toBe(204);
  } finally {
    vi.useRealTimers();
  }
});

test("what is open ends with the process", async () => {
  const { reader } = await streamAt(elsewhere);
  await deployment.standDown();
  expect(await heard(reader, "[never]")).toMatch(/\[end\]$/);
});
