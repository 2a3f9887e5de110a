/** Properties as they travel between engine and plugin: plain values, some not known yet. */
import struct from "google-protobuf/google/protobuf/struct_pb.js";
import type { JavaScriptValue, Struct } from "google-protobuf/google/protobuf/struct_pb.js";
import { z } from "zod";

export type Properties = Readonly<Record<string, unknown>>;

/** What the engine sends and takes for a value that is only known once something was made. */
export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

export function toProperties(sent: Struct | undefined): Properties {
  return sent?.toJavaScript() ?? {};
}

export function toStruct(properties: Properties): Struct {
  const said = Object.entries(properties).filter(([, value]) => value !== undefined);
  return struct.Struct.fromJavaScript(Object.fromEntries(said) as Record<string, JavaScriptValue>);
}

/** A value of that kind, or one that is not known yet. */
export function maybe<T>(schema: z.ZodType<T>) {
  return z.union([z.literal(UNKNOWN), schema]);
}

/** Members of which one is not known yet; they are compared and sent once they are. */
export function isKnown<T>(value: T | typeof UNKNOWN): value is T {
  return value !== UNKNOWN;
}
