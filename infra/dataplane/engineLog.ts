/** The engine's own log: what is said here stands beside the resource on the person's screen. */
import grpc from "@grpc/grpc-js";
import services from "@pulumi/pulumi/proto/engine_grpc_pb.js";
import messages from "@pulumi/pulumi/proto/engine_pb.js";

export interface Log {
  /** Shown while it is made. */
  say(urn: string, words: string): void;
  /** Stays. */
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
    // A word that is lost costs nothing: the engine may be gone already.
    engine.log(request, () => undefined);
  };
  return {
    say: (urn, words) => log(messages.LogSeverity.INFO, urn, words, true),
    warn: (urn, words) => log(messages.LogSeverity.WARNING, urn, words, false),
  };
}
