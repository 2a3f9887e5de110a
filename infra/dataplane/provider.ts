/** The engine's protocol (pulumi/provider.proto), served directly: the SDK's own server tells no preview from an update. */
import grpc from "@grpc/grpc-js";
import type { sendUnaryData, ServerUnaryCall, UntypedServiceImplementation } from "@grpc/grpc-js";
import plugin from "@pulumi/pulumi/proto/plugin_pb.js";
import messages from "@pulumi/pulumi/proto/provider_pb.js";
import type * as wire from "@pulumi/pulumi/proto/provider_pb.js";
import empty from "google-protobuf/google/protobuf/empty_pb.js";
import { toProperties, toStruct } from "./properties.ts";
import { HalfDone, type Call, type CheckFailure, type Resource } from "./resource.ts";
import { halfDone } from "./halfDone.ts";
import { engineLog, silentLog, type Log } from "./engineLog.ts";

export const VERSION = "0.1.0";

export interface Ground extends Pick<Call, "credential" | "now" | "wait" | "readyWithinSeconds"> {
  readonly resources: readonly Resource[];
  /** Until a handshake says where the engine is. */
  readonly log?: Log;
}

export function provider(ground: Ground): UntypedServiceImplementation {
  const cancelled = new AbortController();
  let log = ground.log ?? silentLog;
  const call = (urn: string): Call => ({
    credential: ground.credential,
    now: ground.now,
    wait: ground.wait,
    readyWithinSeconds: ground.readyWithinSeconds,
    signal: cancelled.signal,
    say: (words) => log.say(urn, words),
    warn: (words) => log.warn(urn, words),
  });
  const of = (urn: string): Resource => {
    // urn:pulumi:<stack>::<project>::<parent types>$<type>::<name>
    const token = urn.split("::")[2]?.split("$").at(-1);
    const found = ground.resources.find((resource) => resource.token === token);
    if (found === undefined) throw new Error(`The plugin ehr has no resource ${token ?? urn}.`);
    return found;
  };

  return {
    handshake: answering((request: wire.ProviderHandshakeRequest) => {
      if (ground.log === undefined) log = engineLog(request.getEngineAddress());
      return new messages.ProviderHandshakeResponse();
    }),
    attach: answering(() => new empty.Empty()),
    cancel: answering(() => {
      cancelled.abort(new Error("cancelled"));
      return new empty.Empty();
    }),
    getPluginInfo: answering(() => {
      const response = new plugin.PluginInfo();
      response.setVersion(VERSION);
      return response;
    }),
    getSchema: answering(() => {
      const response = new messages.GetSchemaResponse();
      response.setSchema(JSON.stringify({ name: "ehr", version: VERSION }));
      return response;
    }),
    configure: answering(() => {
      const response = new messages.ConfigureResponse();
      response.setSupportspreview(true);
      return response;
    }),
    checkConfig: answering((request: wire.CheckRequest) => checked(request, [])),
    diffConfig: answering(() => new messages.DiffResponse()),

    check: answering(async (request: wire.CheckRequest) => {
      const urn = request.getUrn();
      const before = toProperties(request.getOlds());
      return checked(request, await of(urn).check(toProperties(request.getNews()), before, call(urn)));
    }),

    diff: answering((request: wire.DiffRequest) => {
      // What an update left half done stands among the outputs alone.
      const before = { ...toProperties(request.getOlds()), ...toProperties(request.getOldInputs()) };
      const ignored = request.getIgnorechangesList();
      const { updates, replaces } = of(request.getUrn()).diff(before, toProperties(request.getNews()));
      const counted = (names: readonly string[]) => names.filter((name) => !ignored.includes(name));
      const changed = counted([...replaces, ...updates]);
      const { DIFF_SOME, DIFF_NONE } = messages.DiffResponse.DiffChanges;
      const response = new messages.DiffResponse();
      response.setChanges(changed.length > 0 ? DIFF_SOME : DIFF_NONE);
      response.setDiffsList(changed);
      response.setReplacesList(counted(replaces));
      return response;
    }),

    create: answering(async (request: wire.CreateRequest) => {
      const resource = of(request.getUrn());
      const inputs = toProperties(request.getProperties());
      const response = new messages.CreateResponse();
      // Policies over the whole stack see outputs alone, so what was asked for is among them.
      if (request.getPreview())
        response.setProperties(toStruct({ ...inputs, ...resource.preview(inputs, {}) }));
      else {
        const { id, outputs } = await resource.create(inputs, call(request.getUrn()));
        response.setId(id);
        response.setProperties(toStruct({ ...inputs, ...outputs }));
      }
      return response;
    }),

    read: answering(async (request: wire.ReadRequest) => {
      const inputs = toProperties(request.getInputs());
      const outputs = toProperties(request.getProperties());
      const urn = request.getUrn();
      const found = await of(urn).read(request.getId(), inputs, outputs, call(urn));
      const response = new messages.ReadResponse();
      // An empty id says that it is gone.
      if (found === undefined) return response;
      response.setId(found.id);
      response.setProperties(toStruct(found.outputs));
      response.setInputs(toStruct(found.inputs));
      return response;
    }),

    update: answering(async (request: wire.UpdateRequest) => {
      const resource = of(request.getUrn());
      const inputs = toProperties(request.getNews());
      const before = toProperties(request.getOlds());
      const outputs = request.getPreview()
        ? resource.preview(inputs, before)
        : await resource.update(request.getId(), inputs, call(request.getUrn()));
      const response = new messages.UpdateResponse();
      response.setProperties(toStruct({ ...inputs, ...outputs }));
      return response;
    }),

    delete: answering(async (request: wire.DeleteRequest) => {
      const urn = request.getUrn();
      const inputs = toProperties(request.getOldInputs() ?? request.getProperties());
      await of(urn).delete(request.getId(), inputs, call(urn));
      return new empty.Empty();
    }),
  };
}

/** A handler that answers, or fails with the message alone, which is what the person reads. */
function answering<Request, Response>(handle: (request: Request) => Response | Promise<Response>) {
  const reply = async (request: Request, answer: sendUnaryData<Response>) => {
    try {
      answer(null, await handle(request));
    } catch (error) {
      if (error instanceof HalfDone) answer(halfDone(error));
      else
        answer({
          code: grpc.status.UNKNOWN,
          details: error instanceof Error ? error.message : String(error),
        });
    }
  };
  return ({ request }: ServerUnaryCall<Request, Response>, answer: sendUnaryData<Response>): void => {
    void reply(request, answer);
  };
}

function checked(request: wire.CheckRequest, failures: readonly CheckFailure[]): wire.CheckResponse {
  const response = new messages.CheckResponse();
  response.setInputs(request.getNews());
  response.setFailuresList(
    failures.map(({ property, reason }) => {
      const failure = new messages.CheckFailure();
      failure.setProperty(property);
      failure.setReason(reason);
      return failure;
    }),
  );
  return response;
}
