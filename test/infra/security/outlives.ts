/**
 * Security tests about what stays after a destroy, which no policy can see: the number and what it depends on, keys, and
 * what is shared.
 */
import { kindOf } from "../components/recorded.ts";
import { ofKinds, type SecurityTest } from "./securityTest.ts";

const WHERE_IT_IS_PROTECTED = [
  "communication:EmailService",
  "communication:Domain",
  "communication:CommunicationService",
  "ehr:index:PhoneNumber",
];
/** Kinds that always stay: a key cannot be made anew, and a site fetches its package again at every restart. */
const ALWAYS = ["keyvault:Key", "ehr:index:Package"];
const PRINCIPAL = "azuread:index/servicePrincipal:ServicePrincipal";
const GROUP = "resources:ResourceGroup";

export const outlivesTests: readonly SecurityTest[] = [
  {
    name: "the number outlives a production, and keys, packages and what is Microsoft's any deployment",
    kinds: [...WHERE_IT_IS_PROTECTED, ...ALWAYS, PRINCIPAL, GROUP],
    faults: (deployment) =>
      ofKinds(deployment, ...WHERE_IT_IS_PROTECTED, ...ALWAYS, PRINCIPAL, GROUP).flatMap((resource) => {
        const { protect, retainOnDelete } = resource.options;
        const kind = kindOf(resource);
        const kept = ALWAYS.includes(kind) || (kind === PRINCIPAL ? resource.name !== "connector" : protect);
        return retainOnDelete === kept
          ? []
          : [resource.name + ": retainOnDelete is " + String(retainOnDelete)];
      }),
  },
];
