/** Plays the engine for a program's runner, and keeps the program's messages and outputs. */
import * as grpc from "@grpc/grpc-js";
import engineRpc from "@pulumi/pulumi/proto/engine_grpc_pb.js";
import engine from "@pulumi/pulumi/proto/engine_pb.js";
import monitorRpc from "@pulumi/pulumi/proto/resource_grpc_pb.js";
import monitor from "@pulumi/pulumi/proto/resource_pb.js";
import empty from "google-protobuf/google/protobuf/empty_pb.js";
import { listen } from "../../scripts/engine/host/grpc.ts";

export interface Monitor {
  readonly address: string;
  readonly errors: readonly string[];
  close(): void;
}

export async function serveMonitor(): Promise<Monitor> {
  const errors: string[] = [];
  const server = new grpc.Server();
  let root = "";
  server.addService(
    only(monitorRpc.ResourceMonitorService, [
      "supportsFeature",
      "registerResource",
      "registerResourceOutputs",
      "signalAndWaitForShutdown",
    ]),
    {
      supportsFeature: answering(() => new monitor.SupportsFeatureResponse()),
      registerResource: answering((request: monitor.RegisterResourceRequest) => {
        const answer = new monitor.RegisterResourceResponse();
        answer.setUrn("urn:pulumi:stack::project::" + request.getType() + "::" + request.getName());
        const inputs = request.getObject();
        if (inputs !== undefined) answer.setObject(inputs);
        return answer;
      }),
      registerResourceOutputs: answering(() => new empty.Empty()),
      signalAndWaitForShutdown: answering(() => new empty.Empty()),
    },
  );
  server.addService(only(engineRpc.EngineService, ["log", "getRootResource", "setRootResource"]), {
    log: answering((request: engine.LogRequest) => {
      if (request.getSeverity() === engine.LogSeverity.ERROR) errors.push(request.getMessage());
      return new empty.Empty();
    }),
    getRootResource: answering(() => {
      const answer = new engine.GetRootResourceResponse();
      answer.setUrn(root);
      return answer;
    }),
    setRootResource: answering((request: engine.SetRootResourceRequest) => {
      root = request.getUrn();
      return new engine.SetRootResourceResponse();
    }),
  });
  const port = await listen(server);
  return {
    address: "127.0.0.1:" + String(port),
    errors,
    close: () => {
      server.forceShutdown();
    },
  };
}

const answering =
  <Request, Response>(answerTo: (request: Request) => Response): grpc.handleUnaryCall<Request, Response> =>
  (call, answer) => {
    answer(null, answerTo(call.request));
  };

/** A service with only the methods that a program without a provider's resources calls. Any other call fails the test. */
const only = (service: grpc.ServiceDefinition, names: readonly string[]): grpc.ServiceDefinition =>
  Object.fromEntries(Object.entries(service).filter(([name]) => names.includes(name)));
