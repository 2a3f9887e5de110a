/** The policy pack as the engine runs it: in a process of its own, called over gRPC on loopback. */
import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import grpc from "@grpc/grpc-js";
import services from "@pulumi/pulumi/proto/analyzer_grpc_pb.js";
import messages from "@pulumi/pulumi/proto/analyzer_pb.js";
import empty from "google-protobuf/google/protobuf/empty_pb.js";
import struct from "google-protobuf/google/protobuf/struct_pb.js";
import { STACK_KEY } from "../../infra/stack.ts";

const runner = createRequire(import.meta.url).resolve("@pulumi/pulumi/cmd/run-policy-pack/index.js");
const folder = fileURLToPath(new URL("../../infra/policy", import.meta.url));

/** A resource in the form that the engine sends. */
export interface Shown {
  readonly type: string;
  readonly name: string;
  readonly urn: string;
  readonly props: Readonly<Record<string, unknown>>;
  readonly propertyDependencies?: Readonly<Record<string, readonly string[]>>;
  readonly dependencies?: readonly string[];
  readonly parent?: string | undefined;
  readonly opts?: { readonly protect?: boolean; readonly ignoreChanges?: readonly string[] };
}

export interface Said {
  readonly policy: string;
  readonly message: string;
  readonly isMandatory: boolean;
}

export interface Pack {
  /** Names of the rules, and how many rules have each of the texts that people read. */
  readonly describe: () => Promise<
    readonly { readonly name: string; readonly remedy: string; readonly reference: string }[]
  >;
  readonly analyze: (resource: Shown) => Promise<readonly Said[]>;
  readonly analyzeStack: (resources: readonly Shown[]) => Promise<readonly Said[]>;
  readonly stop: () => void;
}

/**
 * @param stack the settings in its file, which the engine puts into the environment; undefined for a pack that knows no
 * stack
 */
export async function startPack(stack: object | undefined): Promise<Pack> {
  const config = stack === undefined ? {} : { [STACK_KEY]: JSON.stringify(stack) };
  const child = spawn(process.execPath, [runner, "127.0.0.1:0", folder], {
    cwd: folder,
    env: { ...process.env, PULUMI_CONFIG: JSON.stringify(config) },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const port = await new Promise<string>((resolve, reject) => {
    child.stdout.once("data", (bytes: Buffer) => resolve(bytes.toString().trim()));
    child.once("exit", (code) => reject(new Error("the pack ended with code " + String(code))));
  });
  const client = new services.AnalyzerClient("127.0.0.1:" + port, grpc.credentials.createInsecure());
  return {
    describe: async () => {
      const info = await answered<messages.AnalyzerInfo>((done) =>
        client.getAnalyzerInfo(new empty.Empty(), done),
      );
      return info.getPoliciesList().map((policy) => ({
        name: policy.getName(),
        remedy: policy.getRemediationSteps(),
        reference: policy.getFramework()?.getReference() ?? "",
      }));
    },
    analyze: async (resource) => {
      const request = new messages.AnalyzeRequest();
      fill(request, resource);
      return said(await answered<messages.AnalyzeResponse>((done) => client.analyze(request, done)));
    },
    analyzeStack: async (resources) => {
      const request = new messages.AnalyzeStackRequest();
      request.setResourcesList(resources.map(inStack));
      return said(await answered<messages.AnalyzeResponse>((done) => client.analyzeStack(request, done)));
    },
    stop: () => {
      client.close();
      child.kill();
    },
  };
}

function fill(to: messages.AnalyzeRequest | messages.AnalyzerResource, shown: Shown): void {
  const options = new messages.AnalyzerResourceOptions();
  options.setProtect(shown.opts?.protect ?? false);
  options.setIgnorechangesList([...(shown.opts?.ignoreChanges ?? [])]);
  to.setType(shown.type);
  to.setName(shown.name);
  to.setUrn(shown.urn);
  to.setProperties(
    struct.Struct.fromJavaScript(shown.props as Parameters<typeof struct.Struct.fromJavaScript>[0]),
  );
  to.setOptions(options);
}

function inStack(shown: Shown): messages.AnalyzerResource {
  const resource = new messages.AnalyzerResource();
  fill(resource, shown);
  resource.setParent(shown.parent ?? "");
  const fed = Object.entries(shown.propertyDependencies ?? {});
  resource.setDependenciesList([
    ...new Set([...(shown.dependencies ?? []), ...fed.flatMap(([, urns]) => urns)]),
  ]);
  for (const [property, urns] of fed) {
    const feeders = new messages.AnalyzerPropertyDependencies();
    feeders.setUrnsList([...urns]);
    resource.getPropertydependenciesMap().set(property, feeders);
  }
  return resource;
}

const said = (response: messages.AnalyzeResponse): readonly Said[] =>
  response.getDiagnosticsList().map((diagnostic) => ({
    policy: diagnostic.getPolicyname(),
    message: diagnostic.getMessage(),
    isMandatory: diagnostic.getEnforcementlevel() === messages.EnforcementLevel.MANDATORY,
  }));

const answered = <Response>(
  ask: (done: (error: grpc.ServiceError | null, response: Response) => void) => unknown,
): Promise<Response> =>
  new Promise((resolve, reject) => {
    ask((error, response) => (error === null ? resolve(response) : reject(error)));
  });
