/** Rules about Key Vault, whose keys all sealed data depends on. */
import { VAULT_KEYS } from "../../../app/domain/vaultKeyNames.ts";
import { isListed } from "../addresses.ts";
import {
  all,
  atLeast,
  each,
  inProduction,
  is,
  isAbsent,
  isAtMost,
  isProtected,
  isThere,
  matches,
} from "../checks.ts";
import { CONTROLS } from "../controls.ts";
import { at, items, said, UNKNOWN } from "../reading.ts";
import { rule, ruleInTwoHalves, type Check, type Related, type Stack } from "../rule.ts";

const VAULT = "azure-native:keyvault:Vault";
const KEY = "azure-native:keyvault:Key";
const SECRET = "azure-native:keyvault:Secret";

const SIGNING = ["sign", "verify"];
const WRAPPING = ["wrapKey", "unwrapKey", "encrypt", "decrypt"];
/** Uses of the one key that may both decrypt and sign. */
const OF_NOTIFICATIONS = ["unwrapKey", "sign"];
const PERIOD = /^P\d+[DMY]$/;

export const keyvaultRules = [
  rule(
    "EHR-KV-01",
    {
      says: "Nobody can purge the vault",
      severity: "critical",
      control: CONTROLS.backup,
      remedy: "Set properties.enablePurgeProtection: true; it cannot be turned back.",
    },
    [VAULT],
    is("properties.enablePurgeProtection", true),
  ),
  rule(
    "EHR-KV-02",
    {
      says: "Deleted keys can be brought back, for 90 days in production",
      severity: "high",
      control: CONTROLS.backup,
      remedy: "Leave enableSoftDelete true and set softDeleteRetentionInDays: 90 (7 at least in test).",
    },
    [VAULT],
    all(
      isAtMost("properties.enableSoftDelete", true),
      atLeast("properties.softDeleteRetentionInDays", 7),
      inProduction(atLeast("properties.softDeleteRetentionInDays", 90)),
    ),
  ),
  rule(
    "EHR-KV-03",
    {
      says: "Access to the vault is given by roles, not by access policies",
      severity: "high",
      control: CONTROLS.leastPrivilege,
      remedy: "Set properties.enableRbacAuthorization: true and leave accessPolicies out.",
    },
    [VAULT],
    all(is("properties.enableRbacAuthorization", true), isAbsent("properties.accessPolicies")),
  ),
  rule(
    "EHR-KV-04",
    {
      says: "The vault takes nobody who is not listed, and nobody from outside in production",
      severity: "critical",
      control: CONTROLS.network,
      remedy:
        'Set properties.networkAcls.defaultAction: "Deny" and list single addresses; in production also properties.publicNetworkAccess: "Disabled".',
    },
    [VAULT],
    all(
      is("properties.networkAcls.defaultAction", "Deny"),
      inProduction(is("properties.publicNetworkAccess", "Disabled")),
      each("properties.networkAcls.ipRules", (one, where) => {
        const address = at(one, "value");
        return typeof address === "string" && isListed(address) ? [] : [where + " " + said(address)];
      }),
    ),
  ),
  rule(
    "EHR-KV-05",
    {
      says: "Keys and secrets expire, and a secret says what it is",
      severity: "medium",
      control: CONTROLS.encryption,
      remedy:
        "Set rotationPolicy.attributes.expiryTime on a key (P2Y); attributes.expires and contentType on a secret.",
    },
    [KEY, SECRET],
    (resource) =>
      resource.type === SECRET
        ? all(atLeast("properties.attributes.expires", 1), isThere("properties.contentType"))(resource)
        : at(resource.props, "properties.attributes.expires") !== undefined
          ? atLeast("properties.attributes.expires", 1)(resource)
          : matches(
              "properties.rotationPolicy.attributes.expiryTime",
              PERIOD,
              "a period such as P2Y",
            )(resource),
  ),
  rule(
    "EHR-KV-06",
    {
      says: "Keys are rotated by the vault",
      severity: "medium",
      control: CONTROLS.encryption,
      remedy:
        'Give rotationPolicy.lifetimeActions an action of type "rotate" with a trigger when the key is made: a policy cannot be added by a later deployment.',
    },
    [KEY],
    ({ props }) => {
      const actions = items(props, "properties.rotationPolicy.lifetimeActions");
      const rotates =
        actions !== UNKNOWN &&
        actions.some(
          (one) =>
            String(at(one, "action.type")).toLowerCase() === "rotate" &&
            [at(one, "trigger.timeAfterCreate"), at(one, "trigger.timeBeforeExpiry")].some(
              (when) => typeof when === "string" && PERIOD.test(when),
            ),
        );
      return rotates ? [] : ["properties.rotationPolicy.lifetimeActions has no rotate action"];
    },
  ),
  ruleInTwoHalves(
    "EHR-KV-07",
    {
      says: "Azure's own services have no way around the vault's firewall and roles",
      severity: "high",
      control: CONTROLS.network,
      remedy:
        'Set properties.networkAcls.bypass: "None" ("AzureServices" only where a key of this vault encrypts the store) and leave enabledForDeployment, enabledForDiskEncryption and enabledForTemplateDeployment out.',
    },
    [VAULT],
    all(
      is("properties.networkAcls.bypass", "None", "AzureServices"),
      ...["Deployment", "DiskEncryption", "TemplateDeployment"].map((what) =>
        isAtMost("properties.enabledFor" + what, false),
      ),
    ),
    // Cosmos can reach a customer's key only as one of Azure's trusted services.
    (stack) =>
      stack
        .of(VAULT)
        .filter(({ props }) => at(props, "properties.networkAcls.bypass") !== "None")
        .filter((vault) => !encryptsStore(stack, vault))
        .map((about) => ({
          about,
          says: "networkAcls.bypass is not None, and no store is encrypted by its keys",
        })),
  ),
  rule(
    "EHR-KV-08",
    {
      says: "A key is strong, stays in the vault and has one use",
      severity: "high",
      control: CONTROLS.encryption,
      remedy:
        "Set keyOps to sign and verify, or to wrapKey and unwrapKey (the key graph-notifications alone to unwrapKey and sign); RSA of 3072 bits or more (graph-notifications of 2048), or EC of P-256 or more; never exportable.",
    },
    [KEY],
    all(
      oneUse,
      isAtMost("properties.attributes.exportable", false),
      isAtMost("properties.attributes.enabled", true),
      strength,
    ),
  ),
  rule(
    "EHR-KV-09",
    {
      says: "Production's vault cannot be deleted by mistake",
      severity: "high",
      control: CONTROLS.backup,
      remedy: "Give the vault the resource option protect: true.",
    },
    [VAULT],
    inProduction(isProtected),
  ),
];

const encryptsStore = (stack: Stack, vault: Related): boolean =>
  stack
    .of("azure-native:cosmosdb:DatabaseAccount")
    .flatMap((account) => account.fedBy("keyVaultKeyUri"))
    .some((key) => key === vault || key.needs().includes(vault));

function oneUse({ props }: Parameters<Check>[0]): readonly string[] {
  const uses = items(props, "properties.keyOps");
  if (uses === UNKNOWN || uses.length === 0) return ["properties.keyOps must say what the key is for"];
  const only = (allowed: readonly string[]) =>
    uses.every((use) => typeof use === "string" && allowed.includes(use));
  // Its signature is only for the certificate that others encrypt for.
  const isNotifications = at(props, "keyName") === VAULT_KEYS.graphNotifications;
  return only(SIGNING) || only(WRAPPING) || (isNotifications && only(OF_NOTIFICATIONS))
    ? []
    : ["properties.keyOps must be for signing or for wrapping, not for both"];
}

function strength(resource: Parameters<Check>[0]): readonly string[] {
  const kind = at(resource.props, "properties.kty");
  if (kind === "EC" || kind === "EC-HSM")
    return is("properties.curveName", "P-256", "P-384", "P-521")(resource);
  // Equivalent to 128 bits of a symmetric key (NIST SP 800-57, part 1, table 2); Graph's notifications ask for more speed.
  const isNotifications = at(resource.props, "keyName") === VAULT_KEYS.graphNotifications;
  if (kind === "RSA" || kind === "RSA-HSM")
    return atLeast("properties.keySize", isNotifications ? 2048 : 3072)(resource);
  return ["properties.kty " + said(kind) + "; it must be RSA or EC"];
}
