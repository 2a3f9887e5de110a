/** Converts the engine's requests to the command lines and environments that Pulumi's runners for Node take. */
import { createRequire } from "node:module";
import { join } from "node:path";
import type analyzer from "@pulumi/pulumi/proto/analyzer_pb.js";
import type language from "@pulumi/pulumi/proto/language_pb.js";
import type { Start } from "./children.ts";

type Environment = Readonly<Record<string, string | undefined>>;

interface ProgramLocation {
  readonly root: string;
  readonly folder: string;
  readonly entry: string;
  /** `runtime.options` of Pulumi.yaml, PulumiPlugin.yaml or PulumiPolicy.yaml. */
  readonly options: Readonly<Record<string, unknown>>;
}

/** Starts Pulumi's runner for programs, with the program's own configuration. */
export function programStart(request: language.RunRequest, engine: string, environment: Environment): Start {
  const location = programLocationOf(request.getInfo());
  return {
    args: [
      ...nodeArguments(location),
      runner("run", location.folder),
      ...["--monitor", request.getMonitorAddress(), "--engine", engine],
      ...["--project", request.getProject(), "--stack", request.getStack()],
      ...["--organization", request.getOrganization()],
      ...["--root-directory", location.root, "--pwd", location.folder],
      ...["--parallel", String(request.getParallel())],
      ...(request.getDryrun() ? ["--dry-run"] : []),
      location.entry,
      ...request.getArgsList(),
    ],
    cwd: location.folder,
    env: {
      ...environment,
      ...typeScript(location),
      ...configuration(request.getConfigMap(), request.getConfigsecretkeysList()),
    },
  };
}

/** Starts Pulumi's runner for provider plugins, in the folder in which the engine works. */
export function pluginStart(request: language.RunPluginRequest): Start {
  const location = programLocationOf(request.getInfo());
  return {
    args: [
      ...nodeArguments(location),
      runner("run-plugin", location.folder),
      location.folder,
      ...request.getArgsList(),
    ],
    cwd: request.getPwd(),
    env: { ...environmentOf(request), ...typeScript(location) },
  };
}

/**
 * Starts Pulumi's runner for policy packs. A pack reads the stack that it judges from its environment, so it is started once
 * the engine has named the stack; without a stack it is only asked what its policies are.
 */
export function packStart(
  request: language.RunPluginRequest,
  stack: analyzer.AnalyzerStackConfigureRequest | undefined,
): Start {
  const location = programLocationOf(request.getInfo());
  return {
    args: [
      ...nodeArguments(location),
      runner("run-policy-pack", location.folder),
      ...request.getArgsList(),
      location.folder,
    ],
    cwd: location.folder,
    env: {
      ...environmentOf(request),
      ...typeScript(location),
      ...(stack === undefined ? {} : stackSettings(stack)),
    },
  };
}

function stackSettings(stack: analyzer.AnalyzerStackConfigureRequest): Environment {
  return {
    ...configuration(stack.getConfigMap(), stack.getConfigSecretKeysList()),
    PULUMI_NODEJS_ORGANIZATION: stack.getOrganization(),
    PULUMI_NODEJS_PROJECT: stack.getProject(),
    PULUMI_NODEJS_STACK: stack.getStack(),
    PULUMI_NODEJS_DRY_RUN: String(stack.getDryRun()),
  };
}

function configuration(
  values: { forEach(take: (value: string, key: string) => void): void },
  secretKeys: readonly string[],
): Environment {
  const read: Record<string, string> = {};
  values.forEach((value, key) => {
    read[key] = value;
  });
  return { PULUMI_CONFIG: JSON.stringify(read), PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(secretKeys) };
}

function programLocationOf(info: language.ProgramInfo | undefined): ProgramLocation {
  if (info === undefined) throw new Error("the engine named no program to run");
  return {
    root: info.getRootDirectory(),
    folder: info.getProgramDirectory(),
    entry: info.getEntryPoint(),
    options: info.getOptions()?.toJavaScript() ?? {},
  };
}

/** The runner in the `@pulumi/pulumi` that the program itself would load. */
function runner(name: string, folder: string): string {
  const module = "@pulumi/pulumi/cmd/" + name;
  try {
    return createRequire(join(folder, "program.js")).resolve(module);
  } catch (cause) {
    throw new Error(module + " is not installed for " + folder + "; run npm ci in the project's folder", {
      cause,
    });
  }
}

function nodeArguments({ options }: ProgramLocation): readonly string[] {
  const said = options["nodeargs"];
  return typeof said === "string" ? said.split(/\s+/).filter((word) => word !== "") : [];
}

/** Without this setting, Pulumi's runner compiles a program with ts-node. */
const typeScript = ({ options }: ProgramLocation): Environment => ({
  PULUMI_NODEJS_TYPESCRIPT: options["typescript"] === false ? undefined : "true",
});

function environmentOf(request: language.RunPluginRequest): Environment {
  return Object.fromEntries(
    request.getEnvList().map((entry) => {
      // Windows has hidden variables whose names begin with `=`, such as `=C:`.
      const at = entry.indexOf("=", 1);
      return [entry.slice(0, at), entry.slice(at + 1)];
    }),
  );
}
