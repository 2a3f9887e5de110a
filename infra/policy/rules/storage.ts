/** Rules about storage: the container of packages, whose blobs are the code that runs, and the queues. */
import { isListed } from "../addresses.ts";
import { all, atLeast, each, inProduction, is, isAbsent, isAtMost, isProtected } from "../checks.ts";
import { CONTROLS } from "../controls.ts";
import { at, said } from "../reading.ts";
import { rule, ruleInTwoHalves } from "../rule.ts";

const ACCOUNT = "azure-native:storage:StorageAccount";
const BLOBS = "azure-native:storage:BlobServiceProperties";

export const storageRules = [
  rule(
    "EHR-STO-01",
    {
      says: "Storage speaks HTTPS with TLS 1.2 or newer only",
      severity: "critical",
      control: CONTROLS.transmissionEncryption,
      remedy: 'Set enableHttpsTrafficOnly: true and minimumTlsVersion: "TLS1_2".',
    },
    [ACCOUNT],
    all(is("enableHttpsTrafficOnly", true), is("minimumTlsVersion", "TLS1_2", "TLS1_3")),
  ),
  rule(
    "EHR-STO-02",
    {
      says: "No blob can be made public",
      severity: "critical",
      control: CONTROLS.access,
      remedy: "Set allowBlobPublicAccess: false.",
    },
    [ACCOUNT],
    is("allowBlobPublicAccess", false),
  ),
  rule(
    "EHR-STO-03",
    {
      says: "Storage takes no account keys",
      severity: "critical",
      control: CONTROLS.identity,
      remedy: "Set allowSharedKeyAccess: false; without keys there are no shared access signatures either.",
    },
    [ACCOUNT],
    is("allowSharedKeyAccess", false),
  ),
  rule(
    "EHR-STO-04",
    {
      says: "Storage takes nobody who is not listed",
      severity: "critical",
      control: CONTROLS.network,
      remedy:
        'Set networkRuleSet.defaultAction: "Deny" and bypass: "None"; list the app\'s subnet and the addresses that may deploy.',
    },
    [ACCOUNT],
    all(
      is("networkRuleSet.defaultAction", "Deny"),
      is("networkRuleSet.bypass", "None"),
      isAbsent("networkRuleSet.resourceAccessRules"),
      each("networkRuleSet.ipRules", (one, where) => {
        const address = at(one, "iPAddressOrRange");
        return typeof address === "string" && isListed(address) ? [] : [where + " " + said(address)];
      }),
    ),
  ),
  rule(
    "EHR-STO-05",
    {
      says: "Storage has no local users, SFTP or NFS",
      severity: "high",
      control: CONTROLS.access,
      remedy: "Set isLocalUserEnabled: false and leave isSftpEnabled and enableNfsV3 out.",
    },
    [ACCOUNT],
    all(is("isLocalUserEnabled", false), isAtMost("isSftpEnabled", false), isAtMost("enableNfsV3", false)),
  ),
  ruleInTwoHalves(
    "EHR-STO-06",
    {
      says: "A package that is overwritten or deleted can be brought back for 30 days",
      severity: "high",
      control: CONTROLS.backup,
      remedy:
        "Give the account BlobServiceProperties with isVersioningEnabled: true, and deleteRetentionPolicy and containerDeleteRetentionPolicy of 30 days or more.",
    },
    [BLOBS],
    all(
      is("isVersioningEnabled", true),
      is("deleteRetentionPolicy.enabled", true),
      atLeast("deleteRetentionPolicy.days", 30),
      isAtMost("deleteRetentionPolicy.allowPermanentDelete", false),
      is("containerDeleteRetentionPolicy.enabled", true),
      atLeast("containerDeleteRetentionPolicy.days", 30),
      isAbsent("cors.corsRules"),
    ),
    (stack) =>
      stack
        .of(ACCOUNT)
        .filter((account) => !stack.of(BLOBS).some((blobs) => blobs.needs().includes(account)))
        .map((about) => ({ about, says: "has no BlobServiceProperties" })),
  ),
  rule(
    "EHR-STO-07",
    {
      says: "A container is private",
      severity: "critical",
      control: CONTROLS.access,
      remedy: 'Set publicAccess: "None".',
    },
    ["azure-native:storage:BlobContainer"],
    is("publicAccess", "None"),
  ),
  rule(
    "EHR-STO-08",
    {
      says: "Data in storage does not leave the hospital's directory",
      severity: "high",
      control: CONTROLS.minimumNecessary,
      remedy:
        "Set allowCrossTenantReplication: false and defaultToOAuthAuthentication: true; copies go within the directory only.",
    },
    [ACCOUNT],
    all(
      is("allowCrossTenantReplication", false),
      is("defaultToOAuthAuthentication", true),
      isAtMost("allowedCopyScope", "AAD", "PrivateLink"),
    ),
  ),
  rule(
    "EHR-STO-09",
    {
      says: "Production's storage spans availability zones and cannot be deleted by mistake",
      severity: "high",
      control: CONTROLS.recovery,
      remedy:
        'Set sku.name: "Standard_ZRS" (or Standard_GZRS where both regions lie in the geography) and give the account the resource option protect: true.',
    },
    [ACCOUNT],
    inProduction(all(is("sku.name", "Standard_ZRS", "Standard_GZRS"), isProtected)),
  ),
  rule(
    "EHR-STO-10",
    {
      says: "Production's storage has a public address only for those who deploy",
      severity: "high",
      control: CONTROLS.network,
      remedy:
        'Set publicNetworkAccess: "Disabled", or "Enabled" with the deployers\' addresses in networkRuleSet.ipRules.',
    },
    [ACCOUNT],
    inProduction((resource) =>
      is("publicNetworkAccess", "Disabled")(resource).length === 0
        ? []
        : all(
            is("publicNetworkAccess", "Disabled", "Enabled"),
            atLeast("networkRuleSet.ipRules.length", 1),
          )(resource),
    ),
  ),
];
