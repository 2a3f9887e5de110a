/** Drives a provider by its protocol as Pulumi's engine does: check, then diff, create, update, read, delete. */
import grpc from "@grpc/grpc-js";
import type * as protocol from "@pulumi/pulumi/proto/provider_pb.js";
import messages from "@pulumi/pulumi/proto/provider_pb.js";
import services from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import { createHash } from "node:crypto";
import struct, { type Struct } from "google-protobuf/google/protobuf/struct_pb.js";
import { startProviders, type StartOptions } from "../../../../infra/rehearsal/startProviders.ts";
import { asksMore } from "../../../azure/asksMore.ts";
import type { Cloud } from "../../../../infra/rehearsal/azure/controlPlane/model.ts";

export type Values = Record<string, unknown>;

export const SUBSCRIPTION = "11111111-0000-4000-8000-000000000001";
export const TENANT = "aaaaaaaa-0000-4000-8000-000000000001";
export const DEPLOYER = "dddddddd-0000-4000-8000-000000000001";
export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** What the engine records of a resource. */
export interface Kept {
  readonly token: string;
  readonly name: string;
  readonly id: string;
  readonly inputs: Values;
  readonly outputs: Values;
}

export interface Difference {
  readonly changed: readonly string[];
  readonly replaces: readonly string[];
  readonly deleteBeforeReplace: boolean;
}

export interface ProviderDriver extends Attached {
  readonly cloud: Cloud;
  readonly debugProviders: string;
}

/** Both providers, called as the engine calls them. */
export interface Attached {
  client(token: string): Client;
  check(token: string, name: string, inputs: Values, olds?: Values): Promise<Values>;
  /** Checks the inputs and creates the resource. */
  create(token: string, name: string, inputs: Values): Promise<Kept>;
  preview(token: string, name: string, inputs: Values): Promise<Values>;
  diff(kept: Kept, inputs: Values): Promise<Difference>;
  update(kept: Kept, inputs: Values): Promise<Kept>;
  previewUpdate(kept: Kept, inputs: Values): Promise<Values>;
  /** Resolves to undefined if the resource is gone. */
  refresh(kept: Kept): Promise<Kept | undefined>;
  import(token: string, id: string): Promise<Kept | undefined>;
  delete(kept: Kept): Promise<void>;
  invoke(token: string, args: Values): Promise<Values>;
  stop(): void;
}

type Client = InstanceType<typeof services.ResourceProviderClient>;

const written = (values: Values): Struct => struct.Struct.fromJavaScript(values as never);
const read = (message: Struct | undefined): Values => message?.toJavaScript() ?? {};
const urnOf = (token: string, name: string) =>
  `urn:pulumi:lamna-test::teams-ehr-connector::${token}::${name}`;

/** Makes one call of the protocol. */
export function call<Request, Response>(
  method: (
    request: Request,
    callback: (error: grpc.ServiceError | null, response: Response) => void,
  ) => unknown,
  request: Request,
): Promise<Response> {
  return new Promise((resolve, reject) => {
    method(request, (error, response) => {
      if (error === null) resolve(response);
      else reject(error);
    });
  });
}

export async function driveProviders(options: Partial<StartOptions> = {}): Promise<ProviderDriver> {
  const running = await startProviders({
    subscriptionId: SUBSCRIPTION,
    tenantId: TENANT,
    deployer: { objectId: DEPLOYER, clientId: "cccccccc-0000-4000-8000-000000000001" },
    now: () => new Date("2026-11-25T10:00:00Z"),
    more: asksMore,
    ...options,
  });
  const attached = attach(running.debugProviders);
  return {
    ...attached,
    cloud: running.cloud,
    debugProviders: running.debugProviders,
    stop: () => {
      attached.stop();
      running.stop();
    },
  };
}

/** @param debugProviders the value of PULUMI_DEBUG_PROVIDERS: `name:port` of each provider, separated by commas */
export function attach(debugProviders: string): Attached {
  const clients = new Map(
    debugProviders.split(",").map((one) => {
      const [name = "", port = ""] = one.split(":");
      return [
        name,
        new services.ResourceProviderClient("127.0.0.1:" + port, grpc.credentials.createInsecure()),
      ] as const;
    }),
  );
  const client = (token: string): Client => {
    const found = clients.get(token.split(":")[0] ?? "");
    if (found === undefined) throw new Error(`Nobody provides ${token} here.`);
    return found;
  };

  async function check(token: string, name: string, inputs: Values, olds: Values = {}): Promise<Values> {
    const request = new messages.CheckRequest()
      .setUrn(urnOf(token, name))
      .setOlds(written(olds))
      .setNews(written(inputs))
      .setRandomseed(createHash("sha256").update(urnOf(token, name)).digest());
    const answer = await call<protocol.CheckRequest, protocol.CheckResponse>(
      (one, done) => client(token).check(one, done),
      request,
    );
    const failures = answer.getFailuresList().map((one) => one.getReason());
    if (failures.length > 0) throw new Error(failures.join("; "));
    return read(answer.getInputs());
  }

  async function created(token: string, name: string, inputs: Values, preview: boolean) {
    const request = new messages.CreateRequest()
      .setUrn(urnOf(token, name))
      .setProperties(written(inputs))
      .setPreview(preview);
    const answer = await call<protocol.CreateRequest, protocol.CreateResponse>(
      (one, done) => client(token).create(one, done),
      request,
    );
    return { id: answer.getId(), outputs: read(answer.getProperties()) };
  }

  async function updated(kept: Kept, news: Values, preview: boolean): Promise<Values> {
    const request = new messages.UpdateRequest()
      .setId(kept.id)
      .setUrn(urnOf(kept.token, kept.name))
      .setOlds(written(kept.outputs))
      .setOldInputs(written(kept.inputs))
      .setNews(written(news))
      .setPreview(preview);
    const answer = await call<protocol.UpdateRequest, protocol.UpdateResponse>(
      (one, done) => client(kept.token).update(one, done),
      request,
    );
    return read(answer.getProperties());
  }

  async function reading(
    request: protocol.ReadRequest,
    token: string,
    name: string,
  ): Promise<Kept | undefined> {
    const answer = await call<protocol.ReadRequest, protocol.ReadResponse>(
      (one, done) => client(token).read(one, done),
      request,
    );
    if (answer.getId() === "") return undefined;
    return {
      token,
      name,
      id: answer.getId(),
      inputs: read(answer.getInputs()),
      outputs: read(answer.getProperties()),
    };
  }

  return {
    client,
    check,
    create: async (token, name, inputs) => {
      const checked = await check(token, name, inputs);
      return { token, name, inputs: checked, ...(await created(token, name, checked, false)) };
    },
    preview: async (token, name, inputs) =>
      (await created(token, name, await check(token, name, inputs), true)).outputs,
    diff: async (kept, inputs) => {
      const request = new messages.DiffRequest()
        .setId(kept.id)
        .setUrn(urnOf(kept.token, kept.name))
        .setOlds(written(kept.outputs))
        .setOldInputs(written(kept.inputs))
        .setNews(written(await check(kept.token, kept.name, inputs, kept.inputs)));
      const answer = await call<protocol.DiffRequest, protocol.DiffResponse>(
        (one, done) => client(kept.token).diff(one, done),
        request,
      );
      return {
        changed: answer
          .getDetaileddiffMap()
          .toArray()
          .map(([path]) => path),
        replaces: answer.getReplacesList(),
        deleteBeforeReplace: answer.getDeletebeforereplace(),
      };
    },
    update: async (kept, inputs) => {
      const checked = await check(kept.token, kept.name, inputs, kept.inputs);
      return { ...kept, inputs: checked, outputs: await updated(kept, checked, false) };
    },
    previewUpdate: async (kept, inputs) =>
      updated(kept, await check(kept.token, kept.name, inputs, kept.inputs), true),
    refresh: (kept) =>
      reading(
        new messages.ReadRequest()
          .setId(kept.id)
          .setUrn(urnOf(kept.token, kept.name))
          .setProperties(written(kept.outputs))
          .setInputs(written(kept.inputs)),
        kept.token,
        kept.name,
      ),
    import: (token, id) =>
      reading(new messages.ReadRequest().setId(id).setUrn(urnOf(token, "imported")), token, "imported"),
    delete: async (kept) => {
      const request = new messages.DeleteRequest()
        .setId(kept.id)
        .setUrn(urnOf(kept.token, kept.name))
        .setProperties(written(kept.outputs));
      await call((one: protocol.DeleteRequest, done) => client(kept.token).delete(one, done), request);
    },
    invoke: async (token, args) => {
      const request = new messages.InvokeRequest().setTok(token).setArgs(written(args));
      const answer = await call<protocol.InvokeRequest, protocol.InvokeResponse>(
        (one, done) => client(token).invoke(one, done),
        request,
      );
      return read(answer.getReturn());
    },
    stop: () => {
      for (const one of clients.values()) one.close();
    },
  };
}
