/**
 * Serves a provider on a loopback port by the engine's protocol (pulumi/provider.proto). It does not use the SDK's own
 * server, which does not distinguish a preview from an update.
 */
import grpc from "@grpc/grpc-js";
import type * as protocol from "@pulumi/pulumi/proto/provider_pb.js";
import messages from "@pulumi/pulumi/proto/provider_pb.js";
import plugin from "@pulumi/pulumi/proto/plugin_pb.js";
import services from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import empty from "google-protobuf/google/protobuf/empty_pb.js";
import { checkAnswer, diffAnswer } from "./answers.ts";
import type { CheckCall, Provider } from "./provider.ts";
import { addressed, inEnginesWords, nameOf, read, written } from "./wire.ts";

const LARGEST_MESSAGE = 400 * 1024 * 1024;

export interface Served {
  readonly port: number;
  stop(): void;
}

/** Handles a unary call: sends the answer, or the error in the form that the engine expects. */
const answering =
  <Request, Response>(answer: (request: Request) => Response | Promise<Response>) =>
  (call: grpc.ServerUnaryCall<Request, Response>, callback: grpc.sendUnaryData<Response>): void => {
    void Promise.resolve(call.request)
      .then(answer)
      .then(
        (response) => callback(null, response),
        (error: unknown) => callback(inEnginesWords(error)),
      );
  };

export async function serve(provider: Provider): Promise<Served> {
  const server = new grpc.Server({
    "grpc.max_receive_message_length": LARGEST_MESSAGE,
    "grpc.max_send_message_length": LARGEST_MESSAGE,
  });
  server.addService(services.ResourceProviderService, implementation(provider));
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, bound) => {
      if (error === null) resolve(bound);
      else reject(error);
    });
  });
  return { port, stop: () => server.forceShutdown() };
}

function implementation(provider: Provider): grpc.UntypedServiceImplementation {
  return { ...introductions(provider), ...operations(provider) };
}

function introductions(provider: Provider): grpc.UntypedServiceImplementation {
  const nothing = () => new empty.Empty();
  return {
    handshake: answering((request: protocol.ProviderHandshakeRequest) => {
      provider.attached(request.getEngineAddress());
      return new messages.ProviderHandshakeResponse().setSupportsAutonamingConfiguration(true);
    }),
    attach: answering(nothing),
    cancel: answering(() => {
      provider.cancel();
      return nothing();
    }),
    ...(provider.schema !== undefined && {
      getSchema: answering(() => new messages.GetSchemaResponse().setSchema(provider.schema ?? "")),
    }),
    getPluginInfo: answering(() => new plugin.PluginInfo().setVersion(provider.version)),
    checkConfig: answering((request: protocol.CheckRequest) =>
      new messages.CheckResponse().setInputs(request.getNews()),
    ),
    diffConfig: answering(() => new messages.DiffResponse()),
    configure: answering((request: protocol.ConfigureRequest) => {
      const variables = request.getVariablesMap().toArray();
      provider.configure(
        Object.fromEntries(variables.map(([name, value]) => [name.slice(name.lastIndexOf(":") + 1), value])),
      );
      return new messages.ConfigureResponse()
        .setSupportspreview(true)
        .setSupportsAutonamingConfiguration(true);
    }),
  };
}

function operations(provider: Provider): grpc.UntypedServiceImplementation {
  return {
    check: answering(async (request: protocol.CheckRequest) =>
      checkAnswer(await provider.check(checkCall(request))),
    ),
    diff: answering((request: protocol.DiffRequest) =>
      diffAnswer(
        provider.diff({
          ...addressed(request.getUrn()),
          oldInputs: read(request.getOldInputs()),
          oldState: read(request.getOlds()),
          news: read(request.getNews()),
          ignoreChanges: request.getIgnorechangesList(),
        }),
      ),
    ),
    create: answering(async (request: protocol.CreateRequest) => {
      const { id, properties } = await provider.create({
        ...addressed(request.getUrn()),
        inputs: read(request.getProperties()),
        preview: request.getPreview(),
      });
      return new messages.CreateResponse().setId(id).setProperties(written(properties));
    }),
    read: answering(async (request: protocol.ReadRequest) => {
      const found = await provider.read({
        ...addressed(request.getUrn()),
        id: request.getId(),
        state: read(request.getProperties()),
        ...(request.hasInputs() && { inputs: read(request.getInputs()) }),
      });
      if (found === undefined) return new messages.ReadResponse();
      return new messages.ReadResponse()
        .setId(found.id)
        .setProperties(written(found.properties))
        .setInputs(written(found.inputs));
    }),
    update: answering(async (request: protocol.UpdateRequest) => {
      const properties = await provider.update({
        ...addressed(request.getUrn()),
        id: request.getId(),
        oldState: read(request.getOlds()),
        news: read(request.getNews()),
        preview: request.getPreview(),
      });
      return new messages.UpdateResponse().setProperties(written(properties));
    }),
    delete: answering(async (request: protocol.DeleteRequest) => {
      await provider.delete({
        ...addressed(request.getUrn()),
        id: request.getId(),
        inputs: read(request.getOldInputs() ?? request.getProperties()),
      });
      return new empty.Empty();
    }),
    invoke: answering(async (request: protocol.InvokeRequest) =>
      new messages.InvokeResponse().setReturn(
        written(await provider.invoke(request.getTok(), read(request.getArgs()))),
      ),
    ),
  };
}

const MODES = ["propose", "enforce", "disable"] as const;

function checkCall(request: protocol.CheckRequest): CheckCall {
  const autonaming = request.getAutonaming();
  const mode = autonaming === undefined ? undefined : MODES[autonaming.getMode()];
  return {
    ...addressed(request.getUrn()),
    name: nameOf(request.getUrn()),
    olds: read(request.getOlds()),
    news: read(request.getNews()),
    seed: request.getRandomseed_asU8(),
    ...(autonaming && mode && { autonaming: { mode, proposed: autonaming.getProposedName() } }),
  };
}
