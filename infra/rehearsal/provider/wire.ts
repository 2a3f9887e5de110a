/** The engine's messages and our plain values. Secrets are not accepted, so none is marked here: the engine does that. */
import struct from "google-protobuf/google/protobuf/struct_pb.js";
import type { Struct } from "google-protobuf/google/protobuf/struct_pb.js";
import any from "google-protobuf/google/protobuf/any_pb.js";
import grpc from "@grpc/grpc-js";
import messages from "@pulumi/pulumi/proto/provider_pb.js";
import rpc from "@pulumi/pulumi/proto/status_pb.js";
import { type Properties, withoutNulls } from "../cloud/json.ts";
import { HalfDone } from "./provider.ts";

export const read = (message: Struct | undefined): Properties =>
  message === undefined ? {} : withoutNulls(message.toJavaScript());

export const written = (properties: Properties): Struct => struct.Struct.fromJavaScript(properties);

/** A failed operation as the engine reads it; what is half done is told with what it is like. */
export function inEnginesWords(error: unknown): grpc.ServiceError | Partial<grpc.StatusObject> {
  const message = error instanceof Error ? error.message : String(error);
  if (!(error instanceof HalfDone)) return { code: grpc.status.UNKNOWN, details: message };
  const detail = new messages.ErrorResourceInitFailed();
  detail.setId(error.id);
  detail.setProperties(written(error.properties));
  detail.setInputs(written(error.inputs));
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

/** Pulumi's type token at the end of a URN's chain of types. */
export const tokenOf = (urn: string): string => (urn.split("::")[2] ?? "").split("$").at(-1) ?? "";

export const nameOf = (urn: string): string => urn.split("::").slice(3).join("::");
