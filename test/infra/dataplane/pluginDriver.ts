/** Drives our plugin over gRPC as Pulumi's engine does, for one resource. */
import grpc from "@grpc/grpc-js";
import services from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import messages from "@pulumi/pulumi/proto/provider_pb.js";
import empty from "google-protobuf/google/protobuf/empty_pb.js";
import { onTestFinished } from "vitest";
import type { Properties } from "../../../infra/dataplane/properties.ts";
import { serve } from "../../../infra/dataplane/server.ts";
import { read as toProperties, written as toStruct } from "../../../infra/protocol/wire.ts";

export { UNKNOWN } from "../../../infra/dataplane/properties.ts";

type ServeOptions = Parameters<typeof serve>[0];
type Served = Pick<ServeOptions, "credential" | "wait"> & Partial<ServeOptions>;

export interface PluginDriver {
  /** Resolves to the failures, each as the property and the reason. */
  check(inputs: Properties, before?: Properties): Promise<[string, string][]>;
  diff(before: Properties, inputs: Properties): Promise<{ changes: string[]; replaces: string[] }>;
  preview(inputs: Properties): Promise<Properties>;
  create(inputs: Properties): Promise<{ id: string; outputs: Properties }>;
  read(id: string, inputs?: Properties): Promise<{ id: string; inputs: Properties; outputs: Properties }>;
  previewUpdate(id: string, before: Properties, inputs: Properties): Promise<Properties>;
  update(id: string, inputs: Properties): Promise<Properties>;
  delete(id: string, inputs: Properties): Promise<void>;
  cancel(): Promise<void>;
  /** The plugin's messages and warnings. */
  readonly said: string[];
  readonly warned: string[];
}

export async function drivePlugin(
  type: "PhoneNumber" | "Package" | "Ready",
  options: Served,
): Promise<PluginDriver> {
  const said: string[] = [];
  const warned: string[] = [];
  const log = {
    say: (_urn: string, words: string) => void said.push(words),
    warn: (_urn: string, words: string) => void warned.push(words),
  };
  const serving = await serve({ log, readyWithinSeconds: 60, now: () => new Date(), ...options });
  const client = new services.ResourceProviderClient(
    "127.0.0.1:" + String(serving.port),
    grpc.credentials.createInsecure(),
  );
  onTestFinished(() => {
    client.close();
    serving.stop();
  });
  const urn = `urn:pulumi:lamna-test::teams-ehr-connector::ehr:parts:Part$ehr:index:${type}::it`;

  const check = async (inputs: Properties, before: Properties = {}) => {
    const request = new messages.CheckRequest();
    request.setUrn(urn);
    request.setNews(toStruct(inputs));
    request.setOlds(toStruct(before));
    const response = await answered<messages.CheckResponse>((done) => client.check(request, done));
    return response
      .getFailuresList()
      .map((failure): [string, string] => [failure.getProperty(), failure.getReason()]);
  };
  const make = async (inputs: Properties, preview: boolean) => {
    const request = new messages.CreateRequest();
    request.setUrn(urn);
    request.setProperties(toStruct(inputs));
    request.setPreview(preview);
    const response = await answered<messages.CreateResponse>((done) => client.create(request, done));
    return { id: response.getId(), outputs: toProperties(response.getProperties()) };
  };
  const change = async (id: string, before: Properties, inputs: Properties, preview: boolean) => {
    const request = new messages.UpdateRequest();
    request.setId(id);
    request.setUrn(urn);
    request.setOlds(toStruct(before));
    request.setNews(toStruct(inputs));
    request.setPreview(preview);
    const response = await answered<messages.UpdateResponse>((done) => client.update(request, done));
    return toProperties(response.getProperties());
  };

  return {
    said,
    warned,
    check,
    preview: async (inputs) => (await make(inputs, true)).outputs,
    create: (inputs) => make(inputs, false),
    previewUpdate: (id, before, inputs) => change(id, before, inputs, true),
    update: (id, inputs) => change(id, {}, inputs, false),
    diff: async (before, inputs) => {
      const request = new messages.DiffRequest();
      request.setUrn(urn);
      request.setOldInputs(toStruct(before));
      request.setNews(toStruct(inputs));
      const response = await answered<messages.DiffResponse>((done) => client.diff(request, done));
      return { changes: response.getDiffsList(), replaces: response.getReplacesList() };
    },
    read: async (id, inputs = {}) => {
      const request = new messages.ReadRequest();
      request.setId(id);
      request.setUrn(urn);
      request.setInputs(toStruct(inputs));
      const response = await answered<messages.ReadResponse>((done) => client.read(request, done));
      return {
        id: response.getId(),
        inputs: toProperties(response.getInputs()),
        outputs: toProperties(response.getProperties()),
      };
    },
    delete: async (id, inputs) => {
      const request = new messages.DeleteRequest();
      request.setId(id);
      request.setUrn(urn);
      request.setOldInputs(toStruct(inputs));
      await answered((done) => client.delete(request, done));
    },
    cancel: async () => {
      await answered((done) => client.cancel(new empty.Empty(), done));
    },
  };
}

/** Resolves a call. A failure becomes an error with the details that the engine would show. */
function answered<T>(
  call: (done: (error: grpc.ServiceError | null, response?: T) => void) => unknown,
): Promise<T> {
  return new Promise((resolve, reject) => {
    call((error, response) => {
      if (error !== null) reject(new Error(error.details));
      else if (response === undefined) reject(new Error("no response"));
      else resolve(response);
    });
  });
}
