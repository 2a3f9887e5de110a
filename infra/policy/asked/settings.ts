/** The connector's settings, in site and slot. */
import { numbersOf } from "../../../app/domain/defaults.ts";
import { VAULT_KEYS } from "../../../app/domain/vaultKeyNames.ts";
import type { DeployedStack } from "../../deployedStack.ts";
import { featuresOf, hasStaging } from "../../stack/choices.ts";
import {
  APPLICATION,
  asked,
  IDENTITY,
  idOf,
  mailDomains,
  SERVICE,
  siteKey,
  storageKey,
  storeKey,
  vaultKey,
  type Asked,
} from "./asked.ts";
import { addressAt, from, outputOf } from "./expected.ts";
import { publicUrl } from "./registration.ts";
import { digestsOf, ofSite } from "./site.ts";

export const settings = (said: DeployedStack): readonly Asked[] => [
  asked("web:WebAppSlotConfigurationNames settings-sticky", {
    ...ofSite(said),
    // A release that waits in the slot does no background work; otherwise somebody would be texted twice.
    appSettingNames: ["CONNECTOR_WORKER"],
    connectionStringNames: [],
    azureStorageConfigNames: [],
  }),
  asked("web:WebAppApplicationSettings settings", {
    ...ofSite(said),
    properties: { ...told(said), PACKAGE_DIGEST: digestsOf(said).site },
  }),
  ...(hasStaging(said)
    ? [
        asked("web:WebAppApplicationSettingsSlot settings-staging", {
          ...ofSite(said),
          slot: "staging",
          properties: { ...told(said), PACKAGE_DIGEST: digestsOf(said).staging, CONNECTOR_WORKER: "off" },
        }),
      ]
    : []),
];

const told = (said: DeployedStack) => ({ ...verbatimSettings(said), ...asMade(said), ...asRun(said) });

const verbatimSettings = (said: DeployedStack) => ({
  CONNECTOR_TENANT: said.tenant,
  CONNECTOR_ENVIRONMENT: said.environment,
  CONNECTOR_ORGANIZATION: text(said.organization),
  CONNECTOR_VISITS: text(said.visits),
  CONNECTOR_CONNECTIONS: text(said.connections),
  CONNECTOR_DEPARTMENTS: text(said.departments),
  CONNECTOR_NUMBERS: numbersOf(said),
  CONNECTOR_NUMBER_VERIFICATION: said.number?.verification,
  CONNECTOR_TEXTING: text(said.sms),
  CONNECTOR_MESSAGES: text(said.messages),
  CONNECTOR_STAFF_RECIPIENTS: text(said.staffRecipients),
  CONNECTOR_MAIL: text(said.mail),
  CONNECTOR_FEATURES: text(featuresOf(said)),
  CONNECTOR_APPROVALS: text(said.approvals),
  CONNECTOR_EVIDENCE: evidence(said),
  MICROSOFT_TENANT_ID: said.microsoft.tenantId,
  MICROSOFT_AUTHORITY: "https://login.microsoftonline.com",
  MICROSOFT_GRAPH: "https://graph.microsoft.com",
});

/**
 * The test stack, and the keys of its signatures, that production trusts to say that a package was tested; a test stack
 * trusts none.
 */
const evidence = ({ testStack }: DeployedStack): string | undefined =>
  testStack?.evidenceKeys && text({ stack: testStack.stack, keys: testStack.evidenceKeys });

const text = (value: object | undefined): string | undefined =>
  value === undefined ? undefined : JSON.stringify(value);

/** Settings that name what the deployment made; every address has to be this deployment's own. */
const asMade = (said: DeployedStack) => ({
  CONNECTOR_PUBLIC_URL: publicUrl(said),
  MICROSOFT_CLIENT_ID: said.microsoft.registration?.clientId ?? outputOf(APPLICATION, "clientId", GUID),
  IDENTITY_CLIENT_ID: outputOf(IDENTITY, "clientId", GUID),
  VAULT_URL: addressAt(vaultKey(said), origin(/[a-z0-9-]+\.vault\.azure\.net/)),
  VAULT_WRAPPING_KEY: VAULT_KEYS.wrapping,
  STORE_COSMOS_ENDPOINT: addressAt(storeKey(said), origin(/[a-z0-9-]+\.documents\.azure\.com/)),
  STORE_COSMOS_DATABASE: "connector",
  QUEUE_ENDPOINT: addressAt(storageKey(said), origin(/[a-z0-9]+\.queue\.core\.windows\.net/)),
  BLOB_ENDPOINT:
    evidence(said) === undefined
      ? undefined
      : addressAt(storageKey(said), origin(/[a-z0-9]+\.blob\.core\.windows\.net/)),
  COMMUNICATION_ENDPOINT: addressAt(SERVICE, origin(/[a-z0-9.-]+\.communication\.azure\.com/)),
  COMMUNICATION_MAIL_SENDER: from(mailDomains(said), mailSender(said)),
  COMMUNICATION_NUMBER:
    said.number === undefined ? undefined : from("ehr:index:PhoneNumber number", /^\+1\d{10}$/),
});

const mailSender = ({ mail }: DeployedStack): RegExp =>
  new RegExp(
    `^DoNotReply@([0-9a-f-]{36}\\.azurecomm\\.net${mail === undefined ? "" : "|" + literally(mail.domain)})$`,
  );
const literally = (text: string): string => text.replaceAll(".", "\\.");
const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const origin = (host: RegExp): RegExp => new RegExp("^https://" + host.source + "$");

/**
 * Settings about how the site runs its package: as it was built, fetched by the connector's identity, and swapped in once it
 * is ready.
 */
const asRun = (said: DeployedStack) => ({
  // EHR-WEB-21 judges which package it comes from.
  WEBSITE_RUN_FROM_PACKAGE: addressAt(
    storageKey(said),
    /^https:\/\/[a-z0-9]+\.blob\.core\.windows\.net\/packages\/[0-9a-f]{64}\.zip$/,
    [],
  ),
  WEBSITE_RUN_FROM_PACKAGE_BLOB_MI_RESOURCE_ID: idOf(said, IDENTITY),
  CONNECTOR_REVISION: from(siteKeyOrStores(said), /^[0-9a-f]{64}$/),
  SCM_DO_BUILD_DURING_DEPLOYMENT: "false",
  ENABLE_ORYX_BUILD: "false",
  WEBSITE_WARMUP_PATH: "/healthz",
  WEBSITE_WARMUP_STATUSES: "200",
  WEBSITE_SWAP_WARMUP_PING_PATH: "/readyz",
  WEBSITE_SWAP_WARMUP_PING_STATUSES: "200",
});

const siteKeyOrStores = (said: DeployedStack): readonly string[] =>
  said.publicHost === undefined ? [siteKey(said)] : [storeKey(said), vaultKey(said)];
