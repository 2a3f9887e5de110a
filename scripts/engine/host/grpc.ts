/**
 * What the language host's servers share: how they listen, how large a message may be, and how they answer a failure.
 */
import * as grpc from "@grpc/grpc-js";

/** The message size of Pulumi's own hosts: a stack's whole state may be one message. */
export const MESSAGE_SIZE = {
  "grpc.max_receive_message_length": 400 * 1024 * 1024,
  "grpc.max_send_message_length": 400 * 1024 * 1024,
};

/** Listens on a free port of loopback, and resolves to the port. */
export function listen(server: grpc.Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (fault, port) => {
      if (fault === null) resolve(port);
      else reject(fault);
    });
  });
}

/** A fault in the form in which the engine shows it. */
export const status = (fault: unknown): grpc.StatusObject => ({
  code: grpc.status.UNKNOWN,
  details: fault instanceof Error ? fault.message : String(fault),
  metadata: new grpc.Metadata(),
});
