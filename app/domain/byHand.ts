/** What only a person can do beside `pulumi up`: in the order in which to begin, each with the text to paste. */
import type { Deployment } from "./byHand/deployment.ts";
import { hostNames, mailDomain } from "./byHand/dns.ts";
import { adminConsent, administrators, ownRegistration } from "./byHand/entra.ts";
import { codeConsole, keyReaders } from "./byHand/oracle.ts";
import { rights } from "./byHand/rights.ts";
import type { Task } from "./byHand/task.ts";
import { accessPolicy } from "./byHand/teams.ts";
import { tollFree } from "./byHand/tollFree.ts";
import { clientSecrets } from "./byHand/vault.ts";

/**
 * From what the hospital says alone: what Azure makes up when it is asked (a client id, a vault's name, a site's) is looked
 * up by the text itself, because what a rehearsal sees there is invented.
 */
export function byHand(deployment: Deployment): readonly Task[] {
  return [
    rights,
    codeConsole,
    ownRegistration,
    adminConsent,
    accessPolicy,
    hostNames,
    mailDomain,
    clientSecrets,
    keyReaders,
    administrators,
    tollFree,
  ].flatMap((tasks) => tasks(deployment));
}
