/** Names of the connector's settings, and what each holds, in the words that a message uses. */

/** Settings that every deployment has, and what each holds, in the words that an error message uses. */
export const REQUIRED = {
  CONNECTOR_TENANT: "the hospital's short name",
  CONNECTOR_ENVIRONMENT: "local, test or production",
  CONNECTOR_PUBLIC_URL:
    "the address people and vendors reach the connector at, like https://visits.example.org",
  CONNECTOR_ORGANIZATION: "the hospital's name and phone, as JSON",
  CONNECTOR_VISITS: "when patients' links open and close, as JSON",
  MICROSOFT_TENANT_ID: "the directory's tenant id",
  MICROSOFT_CLIENT_ID: "the client id of the app registration",
  MICROSOFT_AUTHORITY: "the sign-in authority, like https://login.microsoftonline.com",
  MICROSOFT_GRAPH: "the Microsoft Graph address, like https://graph.microsoft.com",
  IDENTITY_CLIENT_ID: "the client id of the user-assigned managed identity",
  VAULT_URL: "the key vault's address",
  VAULT_WRAPPING_KEY: "the name of the vault key that wraps the connector's own keys",
  PACKAGE_DIGEST: "the SHA-256 of the running package, 64 hexadecimal digits",
  CONNECTOR_REVISION: "the SHA-256 over the other settings, 64 hexadecimal digits",
} as const;

/** Settings that may be absent. Exactly one of the STORE_ pair must be there. */
export const OPTIONAL = {
  CONNECTOR_CONNECTIONS: "the stack's connections, as a JSON list",
  CONNECTOR_DEPARTMENTS: "the stack's departments, as a JSON list",
  CONNECTOR_NUMBERS: "stack or portal: who gets the phone number",
  CONNECTOR_NUMBER_VERIFICATION:
    "notStarted, submitted, approved or rejected: how far the carriers' verification of the number was at the first deployment",
  CONNECTOR_TEXTING:
    "the consents to texts, the connections they are for, and whether patients get them, as JSON",
  CONNECTOR_MESSAGES: "how many days ahead and at which hours patients get messages, as JSON",
  CONNECTOR_STAFF_RECIPIENTS: "the phones and mails that a test or a pilot may write to, as JSON",
  CONNECTOR_MAIL: "the hospital's own domain for mails, and how many may be sent from it, as JSON",
  CONNECTOR_FEATURES: "which features are on, as JSON: staffNames, presence, attendance, callQuality",
  CONNECTOR_APPROVALS: "who must agree before something is changed, as JSON",
  CONNECTOR_EVIDENCE: "the test stack and the public keys that it vouches by, as JSON; needs BLOB_ENDPOINT",
  BLOB_ENDPOINT: "the storage account's address for blobs, where the records of promotions are",
  CONNECTOR_WORKER: "on or off: whether this process takes background work",
  COMMUNICATION_ENDPOINT: "the Communication Services resource's address",
  COMMUNICATION_NUMBER: "the number that texts are sent from, like +18335550100",
  COMMUNICATION_MAIL_SENDER: "the address that mails are sent from, like DoNotReply@mail.example.org",
  QUEUE_ENDPOINT: "the storage account's address for queues",
  STORE_COSMOS_ENDPOINT: "the Cosmos account's address",
  STORE_COSMOS_DATABASE: "the Cosmos database's name",
  CONNECTOR_STACK_FILE:
    "the name of the stack file as administrators know it, such as stacks/Pulumi.local.yaml (environment local only)",
  STORE_SQLITE_FILE: "the path of the SQLite file (environment local only)",
} as const;

export type RequiredSetting = keyof typeof REQUIRED;
export type OptionalSetting = keyof typeof OPTIONAL;
export type SettingName = RequiredSetting | OptionalSetting;

/**
 * The settings that infra produces: every required name, and the optional ones that apply. `A` is a string, or an `Output`
 * of one.
 */
export type SettingValues<A> = Readonly<Record<RequiredSetting, string | A>> &
  Readonly<Partial<Record<OptionalSetting, string | A>>>;
