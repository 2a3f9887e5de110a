/** What starts a site: its startup command, or, without one, what Azure's build tool would choose. */
import { access, readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";

/** A start that fails, with a message in the words of the site's log. */
export class StartRefused extends Error {
  override readonly name = "StartRefused";
}

/**
 * Arguments for Node.
 * @throws StartRefused
 */
export async function nodeArguments(commandLine: string, folder: string): Promise<readonly string[]> {
  const command = commandLine.trim();
  return command === "" ? guessed(folder) : parsed(command);
}

function parsed(command: string): readonly string[] {
  const shell = /[|&;<>$`()\\\n]/u.exec(command)?.[0];
  if (shell !== undefined)
    throw new StartRefused(
      `The startup command '${command}' needs a shell (${shell}): name the program and its arguments only.`,
    );
  const words = [...command.matchAll(/"([^"]*)"|'([^']*)'|([^\s"']+)/gu)].map(
    ([, double, single, plain]) => double ?? single ?? plain ?? "",
  );
  const [program, ...rest] = words;
  if (program !== "node") throw new StartRefused(`/opt/startup/startup.sh: ${program ?? ""}: not found`);
  return rest;
}

const manifest = z.looseObject({ scripts: z.looseObject({ start: z.string().optional() }).optional() });

/** The start script that Oryx chooses. https://github.com/microsoft/Oryx/blob/main/doc/runtimes/nodejs.md#run */
async function guessed(folder: string): Promise<readonly string[]> {
  const start = await startScript(folder);
  if (start !== undefined) return parsed(start);
  for (const file of ["bin/www", "server.js", "app.js", "index.js", "hostingstart.js"])
    if (await isThere(join(folder, file))) return [file];
  throw new StartRefused(
    "There is no startup command, and the package has no start script and none of bin/www, server.js, app.js, index.js: nothing to start.",
  );
}

async function startScript(folder: string): Promise<string | undefined> {
  const file = join(folder, "package.json");
  if (!(await isThere(file))) return undefined;
  return manifest.parse(JSON.parse(await readFile(file, "utf8"))).scripts?.start;
}

async function isThere(file: string): Promise<boolean> {
  try {
    await access(file);
    return true;
  } catch {
    // A file that cannot be read for any reason cannot be started, either.
    return false;
  }
}
