/** What the connector is told: it starts with it, and every address in it is this deployment's own. */
import { readSettings } from "../../../app/config/readSettings.ts";
import { hasEdge } from "../../../infra/stack/choices.ts";
import { publicUrl } from "./registration.ts";
import { at, isProduction, must, nameOf, ofKinds, type SecurityTest } from "./securityTest.ts";

const KINDS = ["web:WebAppApplicationSettings", "web:WebAppApplicationSettingsSlot"];

export const settingTests: readonly SecurityTest[] = [
  {
    name: "the connector starts with its settings",
    kinds: KINDS,
    faults: (deployment) =>
      ofKinds(deployment, ...KINDS).flatMap(({ inputs }) => refusal(inputs["properties"])),
  },
  must(
    "the connector trusts and tells nobody but this deployment's own resources",
    KINDS,
    (resource, deployment) => ({
      "properties.MICROSOFT_AUTHORITY": "https://login.microsoftonline.com",
      "properties.MICROSOFT_GRAPH": "https://graph.microsoft.com",
      "properties.MICROSOFT_TENANT_ID": deployment.stack.microsoft.tenantId,
      "properties.MICROSOFT_CLIENT_ID": "7d0c5a1e-0000-4000-8000-00000000c111",
      "properties.IDENTITY_CLIENT_ID": "7d0c5a1e-0000-4000-8000-00000000c0f1",
      "properties.VAULT_URL":
        "https://" + nameOf(deployment, "keyvault:Key", "vaultName") + ".vault.azure.net",
      "properties.STORE_COSMOS_ENDPOINT":
        "https://" +
        nameOf(deployment, "cosmosdb:SqlResourceSqlDatabase", "accountName") +
        ".documents.azure.com",
      "properties.STORE_COSMOS_DATABASE": nameOf(
        deployment,
        "cosmosdb:SqlResourceSqlDatabase",
        "databaseName",
      ),
      "properties.QUEUE_ENDPOINT":
        "https://" + nameOf(deployment, "storage:Queue", "accountName") + ".queue.core.windows.net",
      "properties.COMMUNICATION_ENDPOINT":
        "https://" +
        nameOf(deployment, "communication:CommunicationService", "communicationServiceName") +
        ".unitedstates.communication.azure.com",
      "properties.COMMUNICATION_NUMBER": deployment.stack.number === undefined ? undefined : "+18335550100",
      "properties.CONNECTOR_PUBLIC_URL": publicUrl(deployment),
      "properties.WEBSITE_RUN_FROM_PACKAGE":
        "https://" +
        nameOf(deployment, "storage:BlobContainer", "accountName") +
        ".blob.core.windows.net/packages/" +
        String(at(resource, "properties.PACKAGE_DIGEST")) +
        ".zip",
    }),
  ),
  must("the connector is told what the hospital says in its stack file", KINDS, (_, { stack }) => ({
    "properties.CONNECTOR_TENANT": stack.tenant,
    "properties.CONNECTOR_ENVIRONMENT": stack.environment,
    "properties.CONNECTOR_NUMBERS": stack.number === undefined ? "portal" : "stack",
    "properties.CONNECTOR_NUMBER_VERIFICATION": stack.number?.verification,
    "properties.CONNECTOR_CONNECTIONS": said(stack.connections),
    "properties.CONNECTOR_DEPARTMENTS": said(stack.departments),
    "properties.CONNECTOR_ORGANIZATION": said(stack.organization),
    "properties.CONNECTOR_VISITS": said(stack.visits),
    "properties.CONNECTOR_TEXTING": said(stack.sms),
    "properties.CONNECTOR_MESSAGES": said(stack.messages),
    "properties.CONNECTOR_MAIL_DOMAIN": stack.mail?.domain,
    "properties.CONNECTOR_FEATURES": said({
      staffNames: stack.features.staffNames,
      presence: stack.features.presence ?? hasEdge(stack),
      attendance: stack.features.attendance ?? true,
      callQuality: stack.features.callQuality ?? false,
    }),
    "properties.CONNECTOR_APPROVALS": said(stack.approvals),
    "properties.CONNECTOR_STAFF_RECIPIENTS": said(stack.staffRecipients),
    "properties.VAULT_WRAPPING_KEY": "connector-wrapping",
  })),
  must("what runs is the package as it was built: App Service builds nothing", KINDS, () => ({
    "properties.SCM_DO_BUILD_DURING_DEPLOYMENT": "false",
    "properties.ENABLE_ORYX_BUILD": "false",
    "properties.CONNECTOR_REVISION": /^[0-9a-f]{64}$/,
  })),
  must("a release that is not ready takes no patient", KINDS, () => ({
    "properties.WEBSITE_SWAP_WARMUP_PING_PATH": "/readyz",
    "properties.WEBSITE_SWAP_WARMUP_PING_STATUSES": "200",
    "properties.WEBSITE_WARMUP_PATH": "/healthz",
    "properties.WEBSITE_WARMUP_STATUSES": "200",
  })),
  must(
    "only the site does background work, so that nobody is texted twice",
    [...KINDS, "web:WebAppSlotConfigurationNames"],
    (resource) =>
      resource.type.endsWith("SlotConfigurationNames")
        ? { appSettingNames: ["CONNECTOR_WORKER"], azureStorageConfigNames: [], connectionStringNames: [] }
        : { "properties.CONNECTOR_WORKER": resource.type.endsWith("Slot") ? "off" : undefined },
  ),
  must(
    "a package comes from the test deployment's container, or from whoever deploys",
    ["ehr:index:Package"],
    (_, deployment) => ({
      container: "packages",
      blobEndpoint:
        "https://" + nameOf(deployment, "storage:BlobContainer", "accountName") + ".blob.core.windows.net",
      from: isProduction(deployment)
        ? { blobEndpoint: "https://stlamnat1a2b3c4d.blob.core.windows.net", container: "packages" }
        : undefined,
    }),
  ),
  must(
    "production takes packages from the test deployment that its stack file names",
    ["pulumi:pulumi:StackReference"],
    (_, { stack }) => ({
      name: "organization/teams-ehr-connector/" + String(stack.testStack?.stack),
    }),
  ),
  must(
    "a deployment is done only when what was built answers at its own address",
    ["ehr:index:Ready"],
    (ready, deployment) => ({
      sites: ofKinds(deployment, ...KINDS).map((settings) => ({
        address:
          ready.name === "readiness-edge" && !settings.type.endsWith("Slot")
            ? "https://front-endpoint1a2b3c4d-1a2b3c.z01.azurefd.net"
            : "https://" +
              String(at(settings, "name")) +
              (settings.type.endsWith("Slot") ? "-staging" : "") +
              ".azurewebsites.net",
        digest: at(settings, "properties.PACKAGE_DIGEST"),
        revision: at(settings, "properties.CONNECTOR_REVISION"),
      })),
    }),
  ),
];

function refusal(properties: unknown): readonly string[] {
  try {
    readSettings({ ...(properties as Readonly<Record<string, string>>), PORT: "8080" });
    return [];
  } catch (error) {
    return [String(error)];
  }
}

/** As the setting's text; nothing where the stack file says nothing. */
const said = (value: object | undefined): string | undefined =>
  value === undefined ? undefined : JSON.stringify(value);
