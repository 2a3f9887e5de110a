import { randomBytes } from "node:crypto";
import { delimiter, dirname, join } from "node:path";
import { pathToFileURL } from "node:url";

/** What programs need to run at all. A person's cloud accounts, proxies and Pulumi settings stay outside. */
const PASSED = /^(LANG|LC_.*|TZ|SystemRoot|SystemDrive|ComSpec|PATHEXT|WINDIR)$/i;

/** The environment of an engine that keeps everything in `folder` and downloads nothing; `node` is the one that runs now. */
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
    // What compilers and caches leave behind goes with the folder, too.
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
    // Without it there is no --event-log.
    PULUMI_DEBUG_COMMANDS: "true",
  };
}
