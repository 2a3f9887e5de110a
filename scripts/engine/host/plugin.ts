/** Runs a policy pack or a provider plugin for the engine, which reads its output and how it ended from one stream. */
import type { ChildProcess } from "node:child_process";
import type { ServerWritableStream } from "@grpc/grpc-js";
import language from "@pulumi/pulumi/proto/language_pb.js";
import { end, type End, start, type Start, stop } from "./children.ts";
import { servePolicyProxy } from "./policyProxy.ts";
import { packStart, pluginStart } from "./request.ts";

type Call = ServerWritableStream<language.RunPluginRequest, language.RunPluginResponse>;

/** Resolves when what the engine asked for has ended, or the engine has cancelled the call. */
export const runPlugin = (call: Call): Promise<void> =>
  call.request.getKind() === "analyzer" ? runPack(call) : runProvider(call);

async function runProvider(call: Call): Promise<void> {
  const child = started(call, pluginStart(call.request));
  child.stdout?.on("data", (bytes: Buffer) => call.write(said(bytes)));
  finish(call, await end(child));
}

async function runPack(call: Call): Promise<void> {
  const { promise: ended, resolve, reject } = Promise.withResolvers<End>();
  const proxy = await servePolicyProxy((stack) => {
    const child = started(call, packStart(call.request, stack));
    end(child).then(resolve, reject);
    return portOf(child, (bytes) => call.write(said(bytes)));
  });
  call.once("cancelled", () => resolve({ code: 0 }));
  call.write(said(Buffer.from(String(proxy.port) + "\n")));
  try {
    finish(call, await ended);
  } finally {
    proxy.close();
  }
}

function started(call: Call, how: Start): ChildProcess {
  const child = start(how, "pipe");
  child.stderr?.on("data", (bytes: Buffer) => call.write(complained(bytes)));
  call.once("cancelled", () => stop(child));
  return child;
}

/** The port in a plugin's first line; the output that follows is passed on. */
function portOf(child: ChildProcess, handOn: (bytes: Buffer) => void): Promise<number> {
  return new Promise((resolve, reject) => {
    let told = Buffer.alloc(0);
    const read = (bytes: Buffer) => {
      told = Buffer.concat([told, bytes]);
      const line = told.indexOf("\n");
      if (line === -1) return;
      child.stdout?.off("data", read).on("data", handOn);
      if (line + 1 < told.length) handOn(told.subarray(line + 1));
      const port = Number(told.subarray(0, line).toString());
      if (Number.isInteger(port)) resolve(port);
      else reject(new Error("the policy pack said no port but: " + told.toString()));
    };
    child.stdout?.on("data", read);
    child.once("close", () => {
      reject(new Error("the policy pack ended before it could be asked anything"));
    });
  });
}

function finish(call: Call, ended: End): void {
  if (call.cancelled) return;
  const answer = new language.RunPluginResponse();
  answer.setExitcode("code" in ended ? ended.code : 1);
  call.write(answer);
  call.end();
}

function said(bytes: Buffer): language.RunPluginResponse {
  const answer = new language.RunPluginResponse();
  answer.setStdout(bytes);
  return answer;
}

function complained(bytes: Buffer): language.RunPluginResponse {
  const answer = new language.RunPluginResponse();
  answer.setStderr(bytes);
  return answer;
}
