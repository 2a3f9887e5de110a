/**
 * Error hooks that wait for Azure: for a change in Entra, which takes some minutes until it is known everywhere, and for the
 * network, a site or a domain while it is being changed. Each waits for what passes where it is used, and for nothing else:
 * a right that is missing and a name that is taken would be waited for in vain.
 */
import * as pulumi from "@pulumi/pulumi";
import { azureSecondMs } from "../dataplane/environment.ts";

/**
 * Seconds to wait before each new attempt, in order: ten minutes together, since a role may take that long to work
 * (https://learn.microsoft.com/azure/role-based-access-control/troubleshooting#symptom---role-assignment-changes-are-not-being-detected).
 */
export const WAITS_SECONDS: readonly number[] = [5, 15, 30, 60, 90, 120, 130, 150];

/**
 * Words of refusals while a role or an identity is not yet known in every part of Azure
 * (https://learn.microsoft.com/azure/event-grid/secure-webhook-delivery for the first;
 * https://github.com/pulumi/pulumi-azure-native/issues/890 has a key's, https://aka.ms/storagekeyvaultaccesspolicy is what
 * storage says of a customer's key), or while what a failed attempt left behind is still being removed. Entra says
 * "reference-property objects" and "valid application object" of what it has just made itself
 * (https://github.com/hashicorp/terraform-provider-azuread/issues/699 and /581).
 */
const REPLICATING =
  /webhook.*(validation|handshake)|AADSTS(50105|500011|501051|700016|7000215)|not authorized|is not (assigned|a member)|does not have (access|permission|authorization)|already exist|key ?vault.*forbidden|authentication issue on the key ?vault|KeyVaultAuthenticationFailure|AadClientCredentialsGrantFailure|queried reference-property objects are not present|does not reference a valid application object/is;

/**
 * Words of refusals while the network, a site or its plan is being changed, by somebody else or by Azure after its answer:
 * what this program itself changes comes in turn (https://github.com/Azure/azure-rest-api-specs/issues/11143, and
 * https://github.com/pulumi/pulumi-azure-native/issues/903 for a site).
 */
const CHANGES =
  /SubnetsNotProvisioned|ReferencedResourceNotProvisioned|AnotherOperationInProgress|another operation is in progress/i;

/** What Communication Services say of a domain of a moment ago (https://github.com/Azure/bicep/issues/11354). */
const NEW_DOMAIN = /InvalidLinkedDomains/i;

/** Whether a refusal goes away by itself where roles, identities and the network are needed. */
export const isPassing = (refusal: string): boolean => REPLICATING.test(refusal) || CHANGES.test(refusal);

interface Awaited {
  readonly isPassing: (refusal: string) => boolean;
  /** When Azure refuses so: the end of a sentence. */
  readonly when: string;
  /** What to do where ten minutes were not enough, in whole sentences. */
  readonly next: string;
}

const AWAITED = {
  everything: {
    isPassing,
    when: "while a role, the network or a part that it needs is new",
    next: "Run pulumi up again. If it is refused once more, what Azure's words name is missing: a right (infra/README.md, Who needs which right), or an object whose id is in the stack file.",
  },
  change: {
    isPassing: (refusal) => CHANGES.test(refusal),
    when: "while another change of the same site or plan is under way",
    next: "Run pulumi up again. If it is refused once more, Azure or somebody else is still at work on it: Azure portal, Activity log of its resource group, says who and on what.",
  },
  domain: {
    isPassing: (refusal) => NEW_DOMAIN.test(refusal),
    when: "while the domain that mails come from is new",
    next: "Run pulumi up again. If it is refused once more, the domain cannot be linked: Azure portal, Email Communication Services, Provision domains, says whether it is verified.",
  },
} as const satisfies Readonly<Record<string, Awaited>>;

/** An error hook that retries while one kind of refusal goes away by itself, for ten minutes in all. */
export const waitsFor =
  (kind: keyof typeof AWAITED) =>
  async ({ name, failedOperation, errors }: pulumi.ErrorHookArgs): Promise<boolean> => {
    const [latest] = errors;
    const { when, next, ...awaited }: Awaited = AWAITED[kind];
    if (failedOperation === "delete" || latest === undefined || !awaited.isPassing(latest)) return false;
    const wait = WAITS_SECONDS[errors.length - 1];
    if (wait === undefined) {
      void pulumi.log.error(
        `${name}: Azure has refused this for ten minutes, as it does for some minutes ${when}. ${next}`,
      );
      return false;
    }
    void pulumi.log.info(
      `${name}: Azure refuses this, as it does ${when}. Trying again in ${String(wait)} s, for ten minutes in all …`,
    );
    await new Promise((resolve) => setTimeout(resolve, wait * azureSecondMs()));
    return true;
  };

/** Retries while what was made or changed a moment ago is not yet known everywhere in Azure. */
export const patience = waitsFor("everything");

/** @param name unique in the program: what is waited for, as the engine shows it */
export const patiently = (name: string): pulumi.ResourceHookBinding => ({
  onError: [new pulumi.ErrorHook(name, patience)],
});

/**
 * For a site and what belongs to it: waits for another change of the same, and not for a right or a name.
 * @param change unique in the program
 */
export const whileItChanges = (change: string): pulumi.ResourceHookBinding => ({
  onError: [new pulumi.ErrorHook(change + "-while-it-changes", waitsFor("change"))],
});

/**
 * For Communication Services: waits for the domain that is linked to them.
 * @param service unique in the program
 */
export const whileItsDomainIsNew = (service: string): pulumi.ResourceHookBinding => ({
  onError: [new pulumi.ErrorHook(service + "-while-its-domain-is-new", waitsFor("domain"))],
});
