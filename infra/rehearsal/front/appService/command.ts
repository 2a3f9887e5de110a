/** What starts a site: its startup command. */

/** A start that fails, with a message in the words of the site's log. */
export class StartRefused extends Error {
  override readonly name = "StartRefused";
}

/**
 * Arguments for Node. The program always says a startup command, so what Azure's build tool would choose without one is not
 * looked for (https://github.com/microsoft/Oryx/blob/main/doc/runtimes/nodejs.md#run).
 * @throws StartRefused
 */
export function nodeArguments(commandLine: string): readonly string[] {
  const command = commandLine.trim();
  if (command === "")
    throw new StartRefused(
      "There is no startup command (appCommandLine in infra/components/siteArguments.ts).",
    );
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
