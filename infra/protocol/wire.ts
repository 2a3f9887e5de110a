/**
 * Converts between the engine's messages and plain values. The provider does not accept secrets, so no value is marked as
 * one here: the engine does that.
 */
import grpc from "@grpc/grpc-js";
import messages from "@pulumi/pulumi/proto/provider_pb.js";
import rpc from "@pulumi/pulumi/proto/status_pb.js";
import any from "google-protobuf/google/protobuf/any_pb.js";
import struct from "google-protobuf/google/protobuf/struct_pb.js";
import type { JavaScriptValue, Struct } from "google-protobuf/google/protobuf/struct_pb.js";
import { HalfDone, type Values } from "./provider.ts";

/** The message's values; null becomes absent. */
export const read = (message: Struct | undefined): Values =>
  message === undefined ? {} : (cleaned(message.toJavaScript()) as Values);

function cleaned(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(cleaned);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, inner]) => inner !== null)
      .map(([name, inner]) => [name, cleaned(inner)]),
  );
}

export function written(properties: Values): Struct {
  const said = Object.entries(properties).filter(([, value]) => value !== undefined);
  return struct.Struct.fromJavaScript(Object.fromEntries(said) as Record<string, JavaScriptValue>);
}

/** A failed operation in the form that the engine reads; for a half-done one, with the state that it left. */
export function inEnginesWords(error: unknown): grpc.ServiceError | Partial<grpc.StatusObject> {
  const message = error instanceof Error ? error.message : String(error);
  if (!(error instanceof HalfDone)) return { code: grpc.status.UNKNOWN, details: message };
  const detail = new messages.ErrorResourceInitFailed();
  detail.setId(error.id);
  detail.setProperties(written(error.properties));
  if (error.inputs !== undefined) detail.setInputs(written(error.inputs));
  detail.setReasonsList([message]);
  const packed = new any.Any();
  packed.pack(detail.serializeBinary(), "pulumirpc.ErrorResourceInitFailed");
  const status = new rpc.Status();
  status.setCode(grpc.status.UNKNOWN);
  status.setMessage(message);
  status.addDetails(packed);
  const metadata = new grpc.Metadata();
  metadata.set("grpc-status-details-bin", Buffer.from(status.serializeBinary()));
  return { code: grpc.status.UNKNOWN, details: message, metadata };
}

/** A resource's parts by its URN; the last in the chain of types is its own. */
export const addressed = (urn: string) => ({
  urn,
  token: (urn.split("::")[2] ?? "").split("$").at(-1) ?? "",
});

export const nameOf = (urn: string): string => urn.split("::").slice(3).join("::");
