/**
 * `npm run preflight -- <stack>`: asks Azure and Entra, with the sign-in that `pulumi up` uses, whether they would let it
 * through. Exit code 0: nothing stands in the way; 1: something does, or nothing could be asked.
 */
import { Resolver } from "node:dns/promises";
import { AZURE_CONSTANTS } from "../infra/components/azureConstants.ts";
import { deployer, withDeadline } from "../infra/dataplane/credential.ts";
import { deployerEnvironment } from "../infra/dataplane/environment.ts";
import { ExplainedError } from "./local/stackFile.ts";
import { asking } from "./preflight/asking.ts";
import { askingDns } from "./preflight/dns.ts";
import { patientOf } from "./preflight/patient.ts";
import { exitCode, list, preflight } from "./preflight/preflight.ts";
import { signedIn } from "./preflight/signedIn.ts";

const stopping = new AbortController();
process.once("SIGINT", () => stopping.abort());

try {
  const { name, stack } = await patientOf(process.argv.slice(2));
  const credential = withDeadline(deployer(deployerEnvironment()));
  await signedIn(credential);
  const findings = await preflight({
    stack,
    azure: asking(AZURE_CONSTANTS.management, credential, stopping.signal),
    graph: asking(AZURE_CONSTANTS.graph, credential, stopping.signal),
    authorities: askingDns(new Resolver({ timeout: 3000, tries: 2 })),
  });
  process.stdout.write(list(name, findings) + "\n");
  process.exitCode = exitCode(findings);
} catch (fault) {
  const words =
    fault instanceof ExplainedError ? fault.message : fault instanceof Error ? fault.stack : String(fault);
  process.stderr.write((words ?? "") + "\n");
  process.exitCode = 1;
}
