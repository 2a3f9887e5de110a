/**
 * Pulumi's language host for Node, for where Pulumi's own is not installed. The engine starts it as
 * `pulumi-language-nodejs`, lets it run programs, provider plugins and policy packs, and ends it. It does what this project
 * needs of Pulumi's own host; it does not install packages, generate code or attach a debugger.
 */
import * as grpc from "@grpc/grpc-js";
import rpc from "@pulumi/pulumi/proto/language_grpc_pb.js";
import language from "@pulumi/pulumi/proto/language_pb.js";
import plugin from "@pulumi/pulumi/proto/plugin_pb.js";
import empty from "google-protobuf/google/protobuf/empty_pb.js";
import { type ChildProcess } from "node:child_process";
import { end, type End, start, stop, stopAll } from "./host/children.ts";
import { listen, MESSAGE_SIZE, status } from "./host/grpc.ts";
import { runPlugin } from "./host/plugin.ts";
import { programStart } from "./host/request.ts";

/** The exit code of Pulumi's runner when it has already told a person what is wrong. */
const TOLD_ALREADY = 32;

const engine = process.argv.slice(2).find((word) => !word.startsWith("-"));
const programs = new Set<ChildProcess>();

async function run(request: language.RunRequest): Promise<language.RunResponse> {
  if (engine === undefined) throw new Error("the engine did not say where it listens");
  const child = start(programStart(request, engine, process.env), "inherit");
  programs.add(child);
  const ended = await end(child);
  programs.delete(child);
  return outcomeOf(ended);
}

function outcomeOf(ended: End): language.RunResponse {
  const answer = new language.RunResponse();
  if ("signal" in ended) answer.setError("Program was ended by " + ended.signal);
  else if (ended.code === TOLD_ALREADY) answer.setBail(true);
  else if (ended.code !== 0) answer.setError("Program exited with non-zero exit code: " + String(ended.code));
  return answer;
}

/** Stops programs only: the engine itself cancels a provider plugin, which may have a purchase to finish. */
function cancel(): empty.Empty {
  for (const program of programs) stop(program);
  return new empty.Empty();
}

function about(): language.AboutResponse {
  const answer = new language.AboutResponse();
  answer.setExecutable(process.execPath);
  answer.setVersion(process.version);
  return answer;
}

function unary<Request, Response>(
  answerTo: (request: Request) => Response | Promise<Response>,
): grpc.handleUnaryCall<Request, Response> {
  const answerLater = async (request: Request) => answerTo(request);
  return (call, answer) => {
    answerLater(call.request).then(
      (response) => answer(null, response),
      (fault: unknown) => answer(status(fault)),
    );
  };
}

const server = new grpc.Server(MESSAGE_SIZE);
server.addService(rpc.LanguageRuntimeService, {
  handshake: unary(() => new language.LanguageHandshakeResponse()),
  getPluginInfo: unary(() => new plugin.PluginInfo()),
  // No plugins are listed, because providers are found when the first resource needs one.
  getRequiredPackages: unary(() => new language.GetRequiredPackagesResponse()),
  getRequiredPlugins: unary(() => new language.GetRequiredPluginsResponse()),
  getProgramDependencies: unary(() => new language.GetProgramDependenciesResponse()),
  runtimeOptionsPrompts: unary(() => new language.RuntimeOptionsResponse()),
  about: unary(about),
  run: unary(run),
  cancel: unary(cancel),
  runPlugin(call: Parameters<typeof runPlugin>[0]) {
    runPlugin(call).catch((fault: unknown) => call.emit("error", status(fault)));
  },
});

let leaving = false;
async function leave(): Promise<void> {
  if (leaving) return;
  leaving = true;
  await stopAll();
  process.exit(0);
}

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.once(signal, () => void leave());
// The engine holds the other end of standard input, which closes when the engine ends.
process.stdin.resume().once("close", () => void leave());

process.stdout.write(String(await listen(server)) + "\n");
