/** Rules about the Cosmos DB account that holds everything the connector keeps. */
import { isListed } from "../addresses.ts";
import { all, each, inProduction, is, isAbsent, isAtMost, isProtected, isThere } from "../checks.ts";
import { CONTROLS } from "../controls.ts";
import { locationViolations } from "../locations.ts";
import { at, items, said, UNKNOWN } from "../reading.ts";
import { rule, type Check } from "../rule.ts";

const ACCOUNT = "azure-native:cosmosdb:DatabaseAccount";

export const cosmosAccountRules = [
  rule(
    "EHR-COS-01",
    {
      says: "The store takes no account keys",
      severity: "critical",
      control: CONTROLS.identity,
      remedy: "Set disableLocalAuth: true; the connector signs in by its managed identity.",
    },
    [ACCOUNT],
    is("disableLocalAuth", true),
  ),
  rule(
    "EHR-COS-02",
    {
      says: "No key changes the store's shape",
      severity: "high",
      control: CONTROLS.access,
      remedy: "Set disableKeyBasedMetadataWriteAccess: true.",
    },
    [ACCOUNT],
    is("disableKeyBasedMetadataWriteAccess", true),
  ),
  rule(
    "EHR-COS-03",
    {
      says: "The store speaks TLS 1.2",
      severity: "high",
      control: CONTROLS.transmissionEncryption,
      remedy: 'Set minimalTlsVersion: "Tls12".',
    },
    [ACCOUNT],
    is("minimalTlsVersion", "Tls12"),
  ),
  rule(
    "EHR-COS-04",
    {
      says: "Production's store has no public address",
      severity: "critical",
      control: CONTROLS.network,
      remedy: 'Set publicNetworkAccess: "Disabled" and reach the account by its private endpoint.',
    },
    [ACCOUNT],
    inProduction(is("publicNetworkAccess", "Disabled")),
  ),
  rule(
    "EHR-COS-05",
    {
      says: "The store's firewall lets in neither all of Azure nor everybody",
      severity: "critical",
      control: CONTROLS.network,
      remedy:
        'Set networkAclBypass: "None"; list single addresses, never 0.0.0.0 (which means every Azure customer). An open account without address or subnet rules takes everybody.',
    },
    [ACCOUNT],
    all(is("networkAclBypass", "None"), isAbsent("networkAclBypassResourceIds"), addressRules, notOpen),
  ),
  rule(
    "EHR-COS-06",
    {
      says: "The store can be restored to any moment",
      severity: "high",
      control: CONTROLS.backup,
      remedy: 'Set backupPolicy: { type: "Continuous" }; it cannot be turned back.',
    },
    [ACCOUNT],
    is("backupPolicy.type", "Continuous"),
  ),
  rule(
    "EHR-COS-07",
    {
      says: "Every copy of the store lies in the deployment's geography",
      severity: "critical",
      control: CONTROLS.minimumNecessary,
      remedy: "Choose every locations[].locationName from the geography's regions.",
    },
    [ACCOUNT],
    (resource) => {
      const list = items(resource.props, "locations");
      if (list === UNKNOWN || list.length === 0)
        return ["locations " + said(list === UNKNOWN ? UNKNOWN : undefined)];
      return list.flatMap((one, index) =>
        locationViolations(
          "locations[" + String(index) + "].locationName",
          at(one, "locationName"),
          resource.said.geography,
        ),
      );
    },
  ),
  rule(
    "EHR-COS-08",
    {
      says: "Production's store spans availability zones",
      severity: "medium",
      control: CONTROLS.recovery,
      remedy: "Set isZoneRedundant: true for every location.",
    },
    [ACCOUNT],
    inProduction(
      each("locations", (one, where) => {
        const value = at(one, "isZoneRedundant");
        return value === true ? [] : [where + ".isZoneRedundant " + said(value) + "; it must be true"];
      }),
    ),
  ),
  rule(
    "EHR-COS-09",
    {
      says: "Production does not run on the free tier",
      severity: "low",
      control: CONTROLS.recovery,
      remedy: "Leave enableFreeTier out or false.",
    },
    [ACCOUNT],
    inProduction(isAtMost("enableFreeTier", false)),
  ),
  rule(
    "EHR-COS-10",
    {
      says: "The store is encrypted with the hospital's own key where the hospital asks for it",
      severity: "high",
      control: CONTROLS.encryption,
      remedy:
        "Set keyVaultKeyUri, identity and defaultIdentity, or say encryption: microsoftKeys in the stack file. Say it before the first update: Azure gives up no such key again, and takes one for a store that exists only in several separate updates.",
    },
    [ACCOUNT],
    (resource) =>
      resource.said.encryption === "customerKeys"
        ? all(isThere("keyVaultKeyUri"), isThere("identity.type"), isThere("defaultIdentity"))(resource)
        : [],
  ),
  rule(
    "EHR-COS-11",
    {
      says: "Production's store cannot be deleted by mistake",
      severity: "high",
      control: CONTROLS.backup,
      remedy: "Give the account the resource option protect: true.",
    },
    [ACCOUNT],
    inProduction(isProtected),
  ),
  rule(
    "EHR-COS-15",
    {
      says: "The store has no second way in",
      severity: "medium",
      control: CONTROLS.access,
      remedy:
        "Leave out cors, the analytical store, multiple write regions and capabilities other than EnableServerless.",
    },
    [ACCOUNT],
    all(
      isAbsent("cors"),
      isAtMost("enableAnalyticalStorage", false),
      isAtMost("enableMultipleWriteLocations", false),
      isAtMost("kind", "GlobalDocumentDB"),
      each("capabilities", (one, where) =>
        at(one, "name") === "EnableServerless" ? [] : [where + ".name " + said(at(one, "name"))],
      ),
    ),
  ),
];

function addressRules({ props }: Parameters<Check>[0]): readonly string[] {
  const list = items(props, "ipRules");
  if (list === UNKNOWN) return ["ipRules " + said(UNKNOWN)];
  return list.flatMap((one, index) => {
    const address = at(one, "ipAddressOrRange");
    return typeof address === "string" && isListed(address)
      ? []
      : [
          "ipRules[" +
            String(index) +
            "] " +
            said(address) +
            "; it must be one address or a block of one owner",
        ];
  });
}

function notOpen({ props }: Parameters<Check>[0]): readonly string[] {
  if (at(props, "publicNetworkAccess") === "Disabled") return [];
  const addresses = items(props, "ipRules");
  const subnets = items(props, "virtualNetworkRules");
  const filtered =
    at(props, "isVirtualNetworkFilterEnabled") === true && subnets !== UNKNOWN && subnets.length > 0;
  return filtered || (addresses !== UNKNOWN && addresses.length > 0)
    ? []
    : ["publicNetworkAccess is not Disabled, and no address or subnet rule says who may come in"];
}
