/**
 * A proxy in front of a policy pack. The pack reads the stack's settings from its environment when it starts, but the engine
 * sends them only to an analyzer that already listens. So the proxy listens, receives the settings, has the pack started
 * with them, and from then on passes every call on as bytes. Pulumi's own hosts do the same (`policy_proxy.go` of its SDK).
 */
import * as grpc from "@grpc/grpc-js";
import rpc from "@pulumi/pulumi/proto/analyzer_grpc_pb.js";
import analyzer from "@pulumi/pulumi/proto/analyzer_pb.js";
import { listen, MESSAGE_SIZE, status } from "./grpc.ts";

/** Starts the pack, for a stack or without one, and resolves to the port that it listens on. */
export type StartPack = (stack: analyzer.AnalyzerStackConfigureRequest | undefined) => Promise<number>;

export interface PolicyProxy {
  readonly port: number;
  close(): void;
}

export async function servePolicyProxy(startPack: StartPack): Promise<PolicyProxy> {
  let pack: Promise<grpc.Client> | undefined;
  const packFor: PackFor = (stack) => (pack ??= startPack(stack).then(clientOf));
  const server = new grpc.Server(MESSAGE_SIZE);
  server.addService(asBytes(rpc.AnalyzerService), {
    ...handedThrough(rpc.AnalyzerService, packFor),
    handshake: answeredHere,
    configureStack: startingThePack(packFor),
  });
  return {
    port: await listen(server),
    close() {
      void pack?.then(
        (client) => client.close(),
        () => undefined,
      );
      // Calls under way are still answered: an answer may say why the pack did not start.
      server.tryShutdown(() => undefined);
    },
  };
}

type PackFor = (stack: analyzer.AnalyzerStackConfigureRequest | undefined) => Promise<grpc.Client>;
type Handler = grpc.handleUnaryCall<Buffer, Buffer>;

const clientOf = (port: number) =>
  new grpc.Client("127.0.0.1:" + String(port), grpc.credentials.createInsecure(), MESSAGE_SIZE);

const answeredHere: Handler = (_call, answer) =>
  answer(null, Buffer.from(new analyzer.AnalyzerHandshakeResponse().serializeBinary()));

/** The call is passed on to the pack, too, because it receives the stack's tags in no other way. */
function startingThePack(packFor: PackFor): Handler {
  const { path } = rpc.AnalyzerService.configureStack;
  return (call, answer) => {
    const stack = analyzer.AnalyzerStackConfigureRequest.deserializeBinary(call.request);
    void handThrough(packFor(stack), path, call.request, answer);
  };
}

/** Any other call that comes first, such as the question which policies there are, starts the pack without a stack. */
function handedThrough(service: grpc.ServiceDefinition, packFor: PackFor): Record<string, Handler> {
  const handler =
    ({ path }: { readonly path: string }): Handler =>
    (call, answer) =>
      void handThrough(packFor(undefined), path, call.request, answer);
  return mapped(service, handler);
}

async function handThrough(
  pack: Promise<grpc.Client>,
  path: string,
  request: Buffer,
  answer: grpc.sendUnaryData<Buffer>,
): Promise<void> {
  try {
    (await pack).makeUnaryRequest(path, same, same, request, answer);
  } catch (fault) {
    answer(status(fault));
  }
}

const asBytes = (service: grpc.ServiceDefinition): grpc.ServiceDefinition =>
  mapped(service, (method) => ({
    ...method,
    requestSerialize: same,
    requestDeserialize: same,
    responseSerialize: same,
    responseDeserialize: same,
  }));

const same = (bytes: Buffer) => bytes;

const mapped = <T>(
  service: grpc.ServiceDefinition,
  change: (method: grpc.ServiceDefinition[string]) => T,
): Record<string, T> =>
  Object.fromEntries(Object.entries(service).map(([name, method]) => [name, change(method)]));
