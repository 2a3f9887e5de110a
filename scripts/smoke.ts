/**
 * `npm run smoke -- <url> --client <client id>`: makes a connector do the canary visit of each connection now, which
 * concerns no patient. It uses a token of whoever is signed in to Azure, or the one in CONNECTOR_TOKEN. `--json` for
 * programs. Exit code 0: no step failed; 1: one did; 2: the connector could not be asked.
 */
import { parseArgs } from "node:util";
import { deployer, withDeadline } from "../infra/dataplane/credential.ts";
import { deployerEnvironment } from "../infra/dataplane/environment.ts";
import { ExplainedError } from "./local/stackFile.ts";
import { askCanary, connectorAt, operatorToken } from "./smoke/ask.ts";
import { list } from "./smoke/list.ts";

const USAGE = "npm run smoke -- <url> --client <client id of its app registration> [--json]";

async function smoke(args: readonly string[], given: string | undefined): Promise<number> {
  const { values, positionals } = asked(args);
  const [url] = positionals;
  if (url === undefined || positionals.length > 1 || (given === undefined && values.client === undefined))
    throw new ExplainedError(USAGE);
  const at = connectorAt(url);
  const credential = withDeadline(deployer(deployerEnvironment()));
  const told = await askCanary(at, given ?? (await operatorToken(credential, values.client ?? "")));
  process.stdout.write((values.json === true ? JSON.stringify(told, undefined, 2) : list(told)) + "\n");
  return told.isWell ? 0 : 1;
}

/** @throws ExplainedError */
function asked(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: { client: { type: "string" }, json: { type: "boolean" } },
      allowPositionals: true,
    });
  } catch (cause) {
    throw new ExplainedError(USAGE, { cause });
  }
}

try {
  process.exitCode = await smoke(process.argv.slice(2), process.env["CONNECTOR_TOKEN"]);
} catch (fault) {
  const words =
    fault instanceof ExplainedError ? fault.message : fault instanceof Error ? fault.stack : String(fault);
  process.stderr.write((words ?? "") + "\n");
  process.exitCode = 2;
}
