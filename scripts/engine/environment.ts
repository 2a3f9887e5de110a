/**
 * The environment in which an engine of tests and rehearsals runs: away from this person's accounts, proxies and state.
 */
import { randomBytes } from "node:crypto";
import { delimiter, dirname, join } from "node:path";
import { pathToFileURL } from "node:url";

/**
 * Variables that programs need to run at all. Those about a person's cloud accounts, proxies and Pulumi settings are not
 * passed on.
 */
const PASSED = /^(LANG|LC_.*|TZ|SystemRoot|SystemDrive|ComSpec|PATHEXT|WINDIR)$/i;

/**
 * The environment of an engine that keeps everything in `folder` and downloads nothing; its `node` is the one that runs now.
 */
export function engineEnvironment(
  folder: string,
  surroundings: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
  const passed = Object.entries(surroundings).flatMap(([name, value]) =>
    value !== undefined && PASSED.test(name) ? [[name, value] as const] : [],
  );
  return {
    ...Object.fromEntries(passed),
    PATH: [dirname(process.execPath), surroundings["PATH"] ?? ""].join(delimiter),
    // Temporary files of compilers and caches are in the folder as well, so they are removed with it.
    TMPDIR: join(folder, "temporary"),
    TEMP: join(folder, "temporary"),
    TMP: join(folder, "temporary"),
    HOME: join(folder, "home"),
    USERPROFILE: join(folder, "home"),
    PULUMI_HOME: join(folder, "pulumi"),
    PULUMI_BACKEND_URL: pathToFileURL(join(folder, "state")).href,
    PULUMI_CONFIG_PASSPHRASE: randomBytes(24).toString("base64url"),
    PULUMI_SKIP_UPDATE_CHECK: "true",
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    PULUMI_IGNORE_AMBIENT_PLUGINS: "true",
    NO_COLOR: "1",
    // The option --event-log exists only with this variable.
    PULUMI_DEBUG_COMMANDS: "true",
  };
}
