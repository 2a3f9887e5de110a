/** Our language host as the engine uses it: started as a program, and called over gRPC. */
import { credentials, type ServiceError } from "@grpc/grpc-js";
import analyzerRpc from "@pulumi/pulumi/proto/analyzer_grpc_pb.js";
import analyzer from "@pulumi/pulumi/proto/analyzer_pb.js";
import languageRpc from "@pulumi/pulumi/proto/language_grpc_pb.js";
import language from "@pulumi/pulumi/proto/language_pb.js";
import empty from "google-protobuf/google/protobuf/empty_pb.js";
import { Struct } from "google-protobuf/google/protobuf/struct_pb.js";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import { programStart } from "../../scripts/engine/host/request.ts";
import { fixture, policy } from "./fixtureWorkspace.ts";
import { serveMonitor } from "./monitor.ts";
import { processesWith } from "./processes.ts";

const hostFile = fileURLToPath(new URL("../../scripts/engine/languageHost.ts", import.meta.url));
const cache = fileURLToPath(new URL("../../.cache", import.meta.url));

interface Host {
  readonly client: languageRpc.LanguageRuntimeClient;
  readonly process: ChildProcess;
  readonly marker: string;
}

async function startHost(engine = "127.0.0.1:1"): Promise<Host> {
  const marker = "host-test-" + crypto.randomUUID();
  const child = spawn(process.execPath, [hostFile, engine], {
    env: { ...process.env, MARKER: marker },
    stdio: ["pipe", "pipe", "inherit"],
  });
  const [port] = (await once(child.stdout, "data")) as [Buffer];
  const client = new languageRpc.LanguageRuntimeClient(
    "127.0.0.1:" + String(port).trim(),
    credentials.createInsecure(),
  );
  onTestFinished(async () => {
    client.close();
    child.kill("SIGKILL");
    await expect.poll(() => processesWith(marker)).toEqual([]);
  });
  return { client, process: child, marker };
}

const asked = <Response>(
  call: (answer: (fault: ServiceError | null, response: Response) => void) => unknown,
): Promise<Response> =>
  new Promise((resolve, reject) => {
    call((fault, response) => {
      if (fault === null) resolve(response);
      else reject(fault);
    });
  });

function project(
  folder: string,
  options: Record<string, string | boolean> = { typescript: false },
): language.ProgramInfo {
  const info = new language.ProgramInfo();
  info.setRootDirectory(folder).setProgramDirectory(folder).setEntryPoint("index.ts");
  info.setOptions(Struct.fromJavaScript(options));
  return info;
}

function runOf(
  folder: string,
  monitor: string,
  options?: Record<string, string | boolean>,
): language.RunRequest {
  const request = new language.RunRequest();
  request.setProject("engine-fixture").setStack("shelves").setOrganization("organization").setParallel(16);
  request
    .setMonitorAddress(monitor)
    .setDryrun(true)
    .setInfo(project(folder, options))
    .setArgsList(["one", "two"]);
  request.getConfigMap().set("engine-fixture:shelf", '{"size":3,"fails":"no wood"}');
  request.setConfigsecretkeysList(["engine-fixture:key"]);
  return request;
}

test("a program starts as Pulumi's own host starts it", () => {
  const { args, cwd, env } = programStart(
    runOf(fixture, "127.0.0.1:7", { typescript: false, nodeargs: "--a  --b=c" }),
    "127.0.0.1:8",
    {
      KEPT: "yes",
    },
  );
  expect(args[2]).toMatch(/@pulumi\/pulumi\/cmd\/run\/index\.js$/);
  expect(args.toSpliced(2, 1).join(" ")).toBe(
    "--a --b=c --monitor 127.0.0.1:7 --engine 127.0.0.1:8 --project engine-fixture --stack shelves" +
      " --organization organization --root-directory " +
      fixture +
      " --pwd " +
      fixture +
      " --parallel 16 --dry-run index.ts one two",
  );
  expect(cwd).toBe(fixture);
  expect(env).toEqual({
    KEPT: "yes",
    PULUMI_NODEJS_TYPESCRIPT: undefined,
    PULUMI_CONFIG: '{"engine-fixture:shelf":"{\\"size\\":3,\\"fails\\":\\"no wood\\"}"}',
    PULUMI_CONFIG_SECRET_KEYS: '["engine-fixture:key"]',
  });
});

test("a program that has told its fault is not told on again, one that just ends is", async () => {
  const monitor = await serveMonitor();
  onTestFinished(() => monitor.close());
  const { client } = await startHost(monitor.address);
  const run = (folder: string) =>
    asked<language.RunResponse>((answer) => client.run(runOf(folder, monitor.address), answer));

  expect((await run(fixture)).toObject()).toEqual({ error: "", bail: true });
  expect(monitor.errors).toEqual(["no wood"]);
  const folder = await program("process.exit(7);");
  expect((await run(folder)).getError()).toBe("Program exited with non-zero exit code: 7");
});

test("a program is ended when the engine cancels", async () => {
  const monitor = await serveMonitor();
  onTestFinished(() => monitor.close());
  const { client, process: host } = await startHost(monitor.address);
  const folder = await program('console.log("begun"); setInterval(() => undefined, 1000);');
  const run = asked<language.RunResponse>((answer) => client.run(runOf(folder, monitor.address), answer));
  if (host.stdout === null) throw new Error("no output");
  await once(host.stdout, "data");
  await asked((answer) => client.cancel(new empty.Empty(), answer));
  expect((await run).getError()).toBe("Program was ended by SIGTERM");
});

test.each([
  ["whose engine is gone stops", (host: ChildProcess) => host.stdin?.end()],
  ["that is killed is gone", (host: ChildProcess) => host.kill("SIGKILL")],
])("a host %s, with what it runs", async (_what, end) => {
  const monitor = await serveMonitor();
  onTestFinished(() => monitor.close());
  const { client, process: host, marker } = await startHost(monitor.address);
  const folder = await program('console.log("begun"); setInterval(() => undefined, 1000);');
  client.run(runOf(folder, monitor.address), () => undefined);
  if (host.stdout === null) throw new Error("no output");
  await once(host.stdout, "data");
  expect(await processesWith(marker)).toHaveLength(2);
  end(host);
  await expect.poll(() => processesWith(marker), { timeout: 5000 }).toEqual([]);
});

test("a policy pack starts with the settings of the stack it judges", async () => {
  const pack = await startPack();
  const stack = new analyzer.AnalyzerStackConfigureRequest();
  stack.setProject("engine-fixture").setStack("attic").setOrganization("organization");
  stack.getConfigMap().set("engine-fixture:largest", "2");
  await asked((answer) => pack.configureStack(stack, answer));

  const shelf = new analyzer.AnalyzeRequest();
  shelf
    .setType("fixture:index:Shelf")
    .setUrn("urn")
    .setName("ours")
    .setProperties(Struct.fromJavaScript({ size: 3 }))
    .setOptions(new analyzer.AnalyzerResourceOptions());
  const verdict = await asked<analyzer.AnalyzeResponse>((answer) => pack.analyze(shelf, answer));
  expect(verdict.getDiagnosticsList().map((diagnostic) => diagnostic.getMessage())).toEqual([
    expect.stringContaining("a shelf of 3 is larger than 2 in attic"),
  ]);
});

test("a policy pack that cannot start says so to the engine", async () => {
  const pack = await startPack();
  const stack = new analyzer.AnalyzerStackConfigureRequest();
  await expect(asked((answer) => pack.configureStack(stack, answer))).rejects.toThrow(
    "the policy pack ended before it could be asked anything",
  );
});

async function startPack(): Promise<analyzerRpc.AnalyzerClient> {
  const { client } = await startHost();
  const request = new language.RunPluginRequest();
  request.setKind("analyzer").setInfo(project(policy)).setPwd(policy).setArgsList(["127.0.0.1:1"]);
  request.setEnvList(["PATH=" + (process.env["PATH"] ?? "")]);
  const stream = client.runPlugin(request);
  // The host is killed at the end, which breaks the stream.
  stream.on("error", () => undefined);
  const [port] = (await once(stream, "data")) as [language.RunPluginResponse];
  const pack = new analyzerRpc.AnalyzerClient(
    "127.0.0.1:" + Buffer.from(port.getStdout_asU8()).toString().trim(),
    credentials.createInsecure(),
  );
  onTestFinished(() => pack.close());
  return pack;
}

/** Writes a program into a folder that git ignores and in which it finds the project's packages. */
async function program(source: string): Promise<string> {
  await mkdir(cache, { recursive: true });
  const folder = await mkdtemp(join(cache, "program-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  await writeFile(join(folder, "index.ts"), source + "\nexport {};\n");
  return folder;
}
