/** Writes to the engine's log, which a person sees on the screen beside the resource. */
import grpc from "@grpc/grpc-js";
import services from "@pulumi/pulumi/proto/engine_grpc_pb.js";
import messages from "@pulumi/pulumi/proto/engine_pb.js";

export interface Log {
  /** Shown only while the resource is being created. */
  say(urn: string, words: string): void;
  /** Stays on the screen after the update. */
  warn(urn: string, words: string): void;
}

export const silentLog: Log = { say: () => undefined, warn: () => undefined };

export function engineLog(address: string): Log {
  const engine = new services.EngineClient(address, grpc.credentials.createInsecure());
  const log = (severity: messages.LogSeverity, urn: string, words: string, passes: boolean) => {
    const request = new messages.LogRequest();
    request.setSeverity(severity);
    request.setUrn(urn);
    request.setMessage(words);
    request.setEphemeral(passes);
    // A message that is lost does no harm: the engine may have ended already.
    engine.log(request, () => undefined);
  };
  return {
    say: (urn, words) => log(messages.LogSeverity.INFO, urn, words, true),
    warn: (urn, words) => log(messages.LogSeverity.WARNING, urn, words, false),
  };
}
