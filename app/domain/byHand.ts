/** What only a person can do beside `pulumi up`: in the order in which to begin, each with the text to paste. */
import type { StackSettings } from "../../infra/stack.ts";
import { adminConsent, administrators, ownRegistration } from "./byHand/entra.ts";
import { hostNames } from "./byHand/dns.ts";
import { codeConsole, keyReaders } from "./byHand/oracle.ts";
import { rights } from "./byHand/rights.ts";
import { accessPolicy } from "./byHand/teams.ts";
import type { Deployment } from "./byHand/task.ts";
import { tollFree } from "./byHand/tollFree.ts";
import { clientSecrets } from "./byHand/vault.ts";
import type { RehearsalResult } from "../../infra/rehearsal/report/result.ts";

/**
 * From the stack alone: what Azure makes up when it is asked (a client id, a vault's name, a site's) is looked up by the
 * text itself, because what a rehearsal sees there is invented.
 */
export function byHand(
  name: string,
  stack: StackSettings,
  scopesOf: Deployment["scopesOf"],
): RehearsalResult["byHand"] {
  const deployment: Deployment = { name, stack, scopesOf };
  return [
    rights,
    codeConsole,
    ownRegistration,
    adminConsent,
    accessPolicy,
    hostNames,
    clientSecrets,
    keyReaders,
    administrators,
    tollFree,
  ].flatMap((tasks) => tasks(deployment));
}
