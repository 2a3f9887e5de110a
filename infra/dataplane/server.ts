import grpc from "@grpc/grpc-js";
import services from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import { connectorPackage } from "./package.ts";
import { phoneNumber } from "./number.ts";
import { provider, type Ground } from "./provider.ts";
import { ready } from "./ready.ts";

export interface Serving {
  readonly port: number;
  stop(): void;
}

/** The plugin on a free port of loopback, for one engine. */
export async function serve(ground: Omit<Ground, "resources">): Promise<Serving> {
  const server = new grpc.Server({ "grpc.max_receive_message_length": 400 * 1024 * 1024 });
  server.addService(
    services.ResourceProviderService,
    provider({ resources: [phoneNumber, connectorPackage, ready], ...ground }),
  );
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, bound) => {
      if (error === null) resolve(bound);
      else reject(error);
    });
  });
  return { port, stop: () => server.forceShutdown() };
}
