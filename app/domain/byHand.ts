/** What only a person can do besides `pulumi up`, in the order in which to begin, each with the text to paste. */
import type { Deployment } from "./byHand/deployment.ts";
import { hostNames, mailDomain } from "./byHand/dns.ts";
import { adminConsent, administrators, ownRegistration } from "./byHand/entra.ts";
import { codeConsole, keyReaders } from "./byHand/oracle.ts";
import { placeInside } from "./byHand/place.ts";
import { rights } from "./byHand/rights.ts";
import type { Task } from "./byHand/task.ts";
import { accessPolicy } from "./byHand/teams.ts";
import { tollFree } from "./byHand/tollFree.ts";
import { clientSecrets } from "./byHand/vault.ts";

/**
 * The tasks, made only from what the hospital says. What Azure makes up when it is asked (a client id, a vault's name, a
 * site's name) is looked up by commands in the text itself, because a rehearsal would see invented values there.
 */
export function byHand(deployment: Deployment): readonly Task[] {
  return [
    rights,
    codeConsole,
    ownRegistration,
    adminConsent,
    placeInside,
    accessPolicy,
    hostNames,
    mailDomain,
    clientSecrets,
    keyReaders,
    administrators,
    tollFree,
  ].flatMap((tasks) => tasks(deployment));
}
