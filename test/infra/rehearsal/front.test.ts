import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import net from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { pathToFileURL } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import { SOMEBODY } from "../../../infra/rehearsal/front/hosts/caller.ts";
import { startFront, type Front } from "../../../infra/rehearsal/front/hosts/front.ts";
import { readReport, type Preload } from "../../../infra/rehearsal/front/hosts/preload.ts";

const root = pathToFileURL(join(import.meta.dirname, "../../../package.json")).href;

async function front(): Promise<Front> {
  const started = await startFront({ now: () => new Date() });
  onTestFinished(() => started.stop());
  return started;
}

/** Runs `program` in a process of its own, with only an entry point's environment. @returns what it prints */
async function ran(front: Front, program: string, preload: Preload = {}) {
  const entryPoint = await front.entryPoint(SOMEBODY);
  const folder = await mkdtemp(join(tmpdir(), "front-test-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const file = join(folder, "program.mjs");
  await writeFile(file, program);
  const child = spawn(process.execPath, [file], {
    env: { ...(await entryPoint.environment(preload, "--no-deprecation")) },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const [printed, complained] = await Promise.all([text(child.stdout), text(child.stderr)]);
  expect(complained).toBe("");
  return JSON.parse(printed) as unknown;
}

test("whoever calls a host by name gets what stands behind the name", async () => {
  const started = await front();
  started.route("chart.lamna.example", (request, response, caller) => {
    response.end(JSON.stringify({ path: request.url, caller }));
  });
  const entryPoint = await started.entryPoint({ address: "198.51.100.9" });
  const answer = await entryPoint.fetch("https://chart.lamna.example/r4/Patient?name=x");
  expect(await answer.json()).toEqual({ path: "/r4/Patient?name=x", caller: { address: "198.51.100.9" } });
  expect(started.received()).toMatchObject([
    { host: "chart.lamna.example", method: "GET", path: "/r4/Patient", status: 200 },
  ]);
});

test("a host that nobody stands behind is refused and remembered by name", async () => {
  const started = await front();
  const entryPoint = await started.entryPoint(SOMEBODY);
  expect((await entryPoint.fetch("https://telemetry.example/collect")).status).toBe(421);
  expect(started.refused()).toEqual(["telemetry.example"]);
});

test("a name may be answered by whoever knows it at that moment", async () => {
  const started = await front();
  const there = new Set<string>();
  started.resolve((host) =>
    there.has(host) ? (_request, response) => void response.end("here") : undefined,
  );
  const entryPoint = await started.entryPoint(SOMEBODY);
  expect((await entryPoint.fetch("https://late.example/")).status).toBe(421);
  there.add("late.example");
  expect(await (await entryPoint.fetch("https://late.example/")).text()).toBe("here");
});

test("an upgrade to a WebSocket is refused in words", async () => {
  const started = await front();
  const entryPoint = await started.entryPoint(SOMEBODY);
  await expect(
    entryPoint.fetch("https://chart.lamna.example/", {
      headers: { upgrade: "websocket", connection: "upgrade" },
    }),
  ).resolves.toMatchObject({ status: 501 });
});

test("a preloaded process reaches the front by every way Node has to call https", async () => {
  const started = await front();
  started.route(
    "chart.lamna.example",
    (request, response) => void response.end("as " + String(request.headers.host)),
  );
  const program = `
    import https from "node:https";
    import tls from "node:tls";
    import { text } from "node:stream/consumers";
    import { isMainThread, parentPort, Worker } from "node:worker_threads";
    const url = "https://chart.lamna.example/";
    const fetched = await (await fetch(url)).text();
    parentPort?.postMessage(fetched);
    const requested = await new Promise((resolve, reject) => {
      const lookup = () => reject(new Error("looked up"));
      https.get(url, { lookup }, (response) => resolve(text(response))).on("error", reject);
    });
    const socket = tls.connect(443, "chart.lamna.example", { servername: "chart.lamna.example" });
    socket.write("GET / HTTP/1.1\\r\\nhost: chart.lamna.example\\r\\nconnection: close\\r\\n\\r\\n");
    const raw = (await text(socket)).split("\\r\\n").at(0);
    const threaded = await new Promise((resolve, reject) => {
      if (!isMainThread) return resolve();
      new Worker(new URL(import.meta.url)).on("message", resolve).on("error", reject);
    });
    if (isMainThread) console.log(JSON.stringify({ fetched, requested, raw, threaded }));`;
  const as = "as chart.lamna.example";
  expect(await ran(started, program)).toEqual({
    fetched: as,
    requested: as,
    raw: "HTTP/1.1 200 OK",
    threaded: as,
  });
  expect(started.refused()).toEqual([]);
});

test("a preloaded process is kept from everything else, and what it tried is told", async () => {
  const started = await front();
  const listed = net.createServer((socket) => socket.end("listed"));
  const unlisted = net.createServer();
  for (const server of [listed, unlisted]) {
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => void server.close());
  }
  const port = (server: net.Server) => String((server.address() as net.AddressInfo).port);
  const program = `
    import net from "node:net";
    import dns, { lookup } from "node:dns";
    import dgram from "node:dgram";
    import { Worker } from "node:worker_threads";
    import { text } from "node:stream/consumers";
    const code = (port, host) => new Promise((resolve) => net.connect(port, host).on("error", (error) => resolve(error.code)).on("connect", () => resolve("connected")));
    const codes = [
      await code(25, "mail.lamna.example"),
      await code(443, "192.0.2.1"),
      await code(${port(unlisted)}, "127.0.0.1"),
      await new Promise((resolve) => lookup("names.lamna.example", (error) => resolve(error.code))),
      await dns.promises.resolveTxt("texts.lamna.example").catch((error) => error.code),
      await new Promise((resolve) => dgram.createSocket("udp4").send("x", 53, "192.0.2.1", (error) => resolve(error.code))),
      await fetch("http://plain.lamna.example/").catch((error) => error.cause.code),
      await new Promise((resolve) => resolve(new Worker("1", { eval: true }))).catch((error) => error.code),
    ];
    const listed = await text(net.connect(${port(listed)}, "127.0.0.1"));
    console.log(JSON.stringify({ codes, listed }));
    process.exit();`;
  const refused = [
    "mail.lamna.example:25",
    "192.0.2.1:443",
    "127.0.0.1:" + port(unlisted),
    "look-up of names.lamna.example",
    "look-up of texts.lamna.example",
    "datagram",
    "plain.lamna.example:80",
    "worker without a file",
  ];
  expect(await ran(started, program, { reachable: ["127.0.0.1:" + port(listed)] })).toEqual({
    codes: refused.map((target) => "REHEARSAL_REFUSED_" + target),
    listed: "listed",
  });
  expect(started.refused()).toEqual(refused);
});

test("a process that would listen to the network is moved to loopback", async () => {
  const started = await front();
  const folder = await mkdtemp(join(tmpdir(), "front-test-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const report = join(folder, "report");
  const program = `
    import http from "node:http";
    import net from "node:net";
    const open = (listen) => new Promise((resolve) => { const server = http.createServer(); listen(server, () => resolve(server)); });
    const servers = [
      await open((server, done) => server.listen(8080, "0.0.0.0", done)),
      await open((server, done) => server.listen({ port: "8081", host: "::" }, done)),
      await open((server, done) => server.listen(done)),
    ];
    const addresses = servers.map((server) => server.address().address);
    const pipe = await new Promise((resolve) => net.createServer().on("error", (error) => resolve(error.code)).listen("/tmp/never.sock"));
    console.log(JSON.stringify({ addresses, pipe }));
    process.exit();`;
  expect(await ran(started, program, { movesListeners: true, report })).toEqual({
    addresses: ["127.0.0.1", "127.0.0.1", "127.0.0.1"],
    pipe: "REHEARSAL_REFUSED_pipe /tmp/never.sock",
  });
  const { listening } = readReport(report);
  expect(listening.map(({ asked }) => asked)).toEqual([8080, 8081, 0]);
  expect(listening.map(({ port }) => port)).not.toContain(8080);
});

test("the folder goes with the front", async () => {
  const started = await startFront({ now: () => new Date() });
  const entryPoint = await started.entryPoint(SOMEBODY);
  const { NODE_EXTRA_CA_CERTS } = await entryPoint.environment();
  expect(await readFile(NODE_EXTRA_CA_CERTS, "utf8")).toBe(started.authority);
  await started.stop();
  await expect(readFile(started.caFile)).rejects.toMatchObject({ code: "ENOENT" });
  await expect(entryPoint.fetch("https://chart.lamna.example/")).rejects.toMatchObject({
    code: "ECONNREFUSED",
  });
});

// The programs above run in a temporary folder, where none of their imports finds this repository.
test("the preload stands alone", async () => {
  const source = await readFile(new URL("infra/rehearsal/front/hosts/preload.js", root), "utf8");
  expect([...source.matchAll(/from "([^"]+)"/gu)].map(([, name]) => name)).toSatisfy((names: string[]) =>
    names.every((name) => name.startsWith("node:")),
  );
});
