/**
 * Makes the connector's settings from stack settings and from what was provisioned. Each setting takes one value and
 * combines none, so that it is known in a preview unless that one value is not. A setting that is forgotten here does not
 * compile. The only combined one, CONNECTOR_REVISION, is added by the caller (infra/revision.ts).
 */
import type { SettingValues } from "../app/config/names.ts";
import type { Evidence } from "../app/domain/evidenceKeys.ts";
import { numbersOf } from "../app/domain/defaults.ts";
import type { StackSettings } from "./stack.ts";
import { featuresOf } from "./stack/choices.ts";

/**
 * Addresses and ids that a deployment creates. `A` is an `Output<string>` in the Pulumi program and a string on a laptop.
 */
export interface Provisioned<A> {
  readonly publicUrl: A;
  readonly clientId: A;
  readonly authority: A;
  readonly graph: A;
  readonly identityClientId: A;
  readonly vaultUrl: A;
  readonly wrappingKey: A;
  readonly packageDigest: A;
  readonly messaging?: {
    readonly communicationEndpoint: A;
    /** Address that mails come from. */
    readonly mailSender: A;
    /** Present only where this stack gets the number. */
    readonly number?: A;
  };
  /** Origin of the storage account's blobs. */
  readonly blobEndpoint?: A;
  /** The store, with the queues of background work; where the store is a SQLite file, the queues are in that file, too. */
  readonly store:
    | { readonly cosmosEndpoint: A; readonly cosmosDatabase: A; readonly queueEndpoint: A }
    | { readonly sqliteFile: A; readonly stackFile: A };
}

export type PlacedSettings<A> = Omit<SettingValues<A>, "CONNECTOR_REVISION">;

export function settings<A>(stack: StackSettings, made: Provisioned<A>): PlacedSettings<A> {
  return {
    CONNECTOR_TENANT: stack.tenant,
    CONNECTOR_ENVIRONMENT: stack.environment,
    CONNECTOR_PUBLIC_URL: made.publicUrl,
    CONNECTOR_ORGANIZATION: JSON.stringify(stack.organization),
    CONNECTOR_VISITS: JSON.stringify(stack.visits),
    ...(stack.connections && { CONNECTOR_CONNECTIONS: JSON.stringify(stack.connections) }),
    ...(stack.departments && { CONNECTOR_DEPARTMENTS: JSON.stringify(stack.departments) }),
    CONNECTOR_NUMBERS: numbersOf(stack),
    ...(stack.number?.verification && { CONNECTOR_NUMBER_VERIFICATION: stack.number.verification }),
    ...(stack.sms && { CONNECTOR_TEXTING: JSON.stringify(stack.sms) }),
    ...(stack.messages && { CONNECTOR_MESSAGES: JSON.stringify(stack.messages) }),
    ...(stack.staffRecipients && { CONNECTOR_STAFF_RECIPIENTS: JSON.stringify(stack.staffRecipients) }),
    ...(stack.mail && { CONNECTOR_MAIL: JSON.stringify(stack.mail) }),
    CONNECTOR_FEATURES: JSON.stringify(featuresOf(stack)),
    ...(stack.approvals && { CONNECTOR_APPROVALS: JSON.stringify(stack.approvals) }),
    ...(made.messaging && {
      COMMUNICATION_ENDPOINT: made.messaging.communicationEndpoint,
      COMMUNICATION_MAIL_SENDER: made.messaging.mailSender,
      ...(made.messaging.number !== undefined && { COMMUNICATION_NUMBER: made.messaging.number }),
    }),
    ...(stack.testStack?.evidenceKeys &&
      made.blobEndpoint !== undefined && {
        CONNECTOR_EVIDENCE: JSON.stringify({
          stack: stack.testStack.stack,
          keys: stack.testStack.evidenceKeys,
        } satisfies Evidence),
        BLOB_ENDPOINT: made.blobEndpoint,
      }),
    MICROSOFT_TENANT_ID: stack.microsoft.tenantId,
    MICROSOFT_CLIENT_ID: made.clientId,
    MICROSOFT_AUTHORITY: made.authority,
    MICROSOFT_GRAPH: made.graph,
    IDENTITY_CLIENT_ID: made.identityClientId,
    VAULT_URL: made.vaultUrl,
    VAULT_WRAPPING_KEY: made.wrappingKey,
    PACKAGE_DIGEST: made.packageDigest,
    ...("sqliteFile" in made.store
      ? { STORE_SQLITE_FILE: made.store.sqliteFile, CONNECTOR_STACK_FILE: made.store.stackFile }
      : {
          STORE_COSMOS_ENDPOINT: made.store.cosmosEndpoint,
          STORE_COSMOS_DATABASE: made.store.cosmosDatabase,
          QUEUE_ENDPOINT: made.store.queueEndpoint,
        }),
  };
}
