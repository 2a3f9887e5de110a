/**
 * Makes adapters from the settings, and records from the adapters: everything that the flows choose from. Only this file
 * knows which adapter implements which port.
 */
import { randomBytes, randomInt } from "node:crypto";
import { openPromotions, STORAGE_SCOPE } from "./adapters/blobs/promotions.ts";
import { openNumbers, type NumbersOptions } from "./adapters/acs/numbers.ts";
import { openSending } from "./adapters/acs/sending.ts";
import { openCosmosStore } from "./adapters/cosmos/store.ts";
import { accessToken, appTokens, assertion, managedIdentity } from "./adapters/entra/credential.ts";
import { apiCallers } from "./adapters/entra/apiCallers.ts";
import { eventGridCallers } from "./adapters/entra/eventGridCallers.ts";
import { entraGrants } from "./adapters/entra/grants.ts";
import { graphCallers } from "./adapters/entra/graphCallers.ts";
import { staffSignIn } from "./adapters/entra/staffSignIn.ts";
import { openEhr } from "./adapters/fhir/ehr.ts";
import { openSystemEhr } from "./adapters/fhir/system/systemEhr.ts";
import { graphAttendance } from "./adapters/graph/attendance.ts";
import { graphCallRecords } from "./adapters/graph/callRecords.ts";
import { graphCallEvents } from "./adapters/graph/callEvents.ts";
import { graphDirectory } from "./adapters/graph/directory.ts";
import { graphMeetings } from "./adapters/graph/meetings.ts";
import { openKeyring } from "./adapters/keyvault/keyring.ts";
import { openNotificationKey } from "./adapters/keyvault/notificationKey.ts";
import { openVault } from "./adapters/keyvault/vault.ts";
import { openSqliteQueue } from "./adapters/sqlite/queue.ts";
import { openSqliteStore } from "./adapters/sqlite/store.ts";
import { openStorageQueue } from "./adapters/storageQueue/queue.ts";
import { PATHS } from "./domain/addresses.ts";
import { graphPermissions, rolesIn } from "./domain/graphPermissions.ts";
import { JOB_KINDS, JOBS_AT_ONCE } from "./domain/job.ts";
import { LAST_EPOCH } from "./domain/linkToken.ts";
import type { Wait } from "./domain/retry.ts";
import { stackNameIn } from "./domain/promotion.ts";
import { evidenceKeysOf } from "./domain/evidenceKeys.ts";
import { VAULT_KEYS } from "./domain/vaultKeyNames.ts";
import type { Settings } from "./config/readSettings.ts";
import type { Log } from "./log.ts";
import { mailSenderOf } from "./domain/mailing.ts";
import type { Parts } from "./parts.ts";
import type { Queue } from "./ports/queue.ts";
import type { Store } from "./ports/store.ts";
import { openAnswers } from "./records/answers.ts";
import { openAudit } from "./records/audit.ts";
import { openClientStates } from "./records/clientStates.ts";
import { openCanaries } from "./records/canaries.ts";
import { openDataRegions } from "./records/dataRegions.ts";
import { openFoundVisits } from "./records/foundVisits.ts";
import { openHeard } from "./records/heard.ts";
import { openHoldings } from "./records/holdings.ts";
import { openHospital } from "./records/hospital.ts";
import { openJobs } from "./records/jobs.ts";
import { keptKeys } from "./records/keys.ts";
import { openMeetingCounts } from "./records/meetingCounts.ts";
import { openAboutLocations } from "./records/aboutLocations.ts";
import { withReach } from "./records/reach.ts";
import { openMessages } from "./records/messages.ts";
import { openNotifications } from "./records/notifications.ts";
import { openOptOuts } from "./records/optOuts.ts";
import { openPortalSessions } from "./records/portalSessions.ts";
import { openPresences } from "./records/presences.ts";
import { openPortalSettings } from "./records/portalSettings.ts";
import { openSetOfTexts } from "./records/setOfTexts.ts";
import { openSendingRate } from "./records/sendingRate.ts";
import { openSessions } from "./records/sessions.ts";
import { openSignIns } from "./records/signIns.ts";
import { openStaffAccounts } from "./records/staffAccounts.ts";
import { openStandings } from "./records/standings.ts";
import { openTestVisits } from "./records/testVisits.ts";
import { openTicks } from "./records/ticks.ts";
import { openTraces } from "./records/traces.ts";
import { openUsages } from "./records/usages.ts";
import { openVisitChanges } from "./records/visitChanges.ts";
import { openVisits } from "./records/visits.ts";
import { openWorkStanding } from "./records/workStanding.ts";

/**
 * Composes the parts. The caller must close `store` and `queue` in the end.
 * @param wait waits between the tries of a call that is repeated
 * @throws when the store or the vault cannot be used; calling this again later is safe
 */
export async function compose(settings: Settings, log: Log, now: () => Date, wait: Wait): Promise<Parts> {
  const store = openStore(settings, log, now);
  const queue = await queueOrClose(store, settings, now);
  try {
    return await composeOn({ store, queue }, settings, log, now, wait);
  } catch (error) {
    await Promise.all([store.close(), queue.close()]);
    throw error;
  }
}

/** Opens the queue, and closes the store if that fails, because a later try opens the store again. */
async function queueOrClose(store: Store, settings: Settings, now: () => Date): Promise<Queue> {
  try {
    return openQueue(settings, now);
  } catch (error) {
    await store.close();
    throw error;
  }
}

async function composeOn(
  { store, queue }: { readonly store: Store; readonly queue: Queue },
  settings: Settings,
  log: Log,
  now: () => Date,
  wait: Wait,
): Promise<Parts> {
  const { environment, publicUrl } = settings;
  const local = environment === "local";
  const traces = openTraces({ store, log, now });
  const { authority, tenantId, clientId, graph, identityClientId } = settings.microsoft;
  const identity = managedIdentity(identityClientId);
  const tokens = appTokens({ authority, tenantId, clientId, identity, now, log }, graph + "/.default");
  const atVault = { url: settings.vault.url, credential: identity, now, trustAnyVaultHost: local };
  const vault = openVault(atVault);
  const atGraph = { graph, ...tokens, now, wait, note: traces.note };
  const meetings = graphMeetings(atGraph);

  const keyring = await openKeyring({
    vault,
    kept: keptKeys(store),
    wrappingKey: settings.vault.wrappingKey,
    random: randomBytes,
    onStillWrappedByOldVersion: (fault) => log.error("keys.not_wrapped_anew", fault),
  });
  const ehr = openEhr({ vault, keyring, log, now, wait, allowLoopback: local, note: traces.note });
  const audit = openAudit({ store, log, now });
  const portalSettings = openPortalSettings(
    { store, audit, log, now },
    { loopback: local, said: settings.approvals, stack: settings.connections },
  );
  const { texting: said, staffRecipients: listed, verification: seed, rules } = settings.messaging;
  const ofStack = { environment, said, listed, seed, rules };
  const set = await openSetOfTexts({ store, audit, log, now }, portalSettings, ofStack);
  const hospital = openHospital(settings, {
    connections: portalSettings.connectionSettings,
    departments: portalSettings.departmentSettings,
    audit,
    log,
    now,
    loopback: local,
  });
  const jobs = openJobs({ kinds: JOB_KINDS, store, queue, log });
  const ticks = openTicks({ store, log, now: queue.now });
  const newEpoch = () => randomInt(LAST_EPOCH + 1);

  return {
    publicUrl,
    environment,
    stackFile: settings.stackFile,
    clientId,
    log,
    now,
    apiCallers: apiCallers({ authority, tenantId, clientId, now }),
    attendance: settings.features.attendance ? graphAttendance({ ...atGraph, tenantId }) : undefined,
    callRecords: settings.features.callQuality ? graphCallRecords(atGraph) : undefined,
    callEvents: settings.features.presence
      ? graphCallEvents({
          ...atGraph,
          key: openNotificationKey({ ...atVault, key: VAULT_KEYS.graphNotifications }),
          webhook: publicUrl + PATHS.callEvents,
          tenantId,
        })
      : undefined,
    directory: graphDirectory(atGraph),
    ehr,
    eventGrid: eventGridCallers({ authority, tenantId, clientId, now }),
    grants: entraGrants(tokens, rolesIn(graphPermissions(settings.features))),
    graphCallers: graphCallers({ authority, tenantId, clientId, now }),
    systemEhr: openSystemEhr({
      vault,
      keyring,
      environment,
      log,
      now,
      wait,
      jobsAtOnce: JOBS_AT_ONCE,
      allowLoopback: local,
    }),
    staffSignIn: staffSignIn({
      authority,
      tenantId,
      clientId,
      graph,
      assertion: assertion(identity),
      allowHttp: local,
      note: traces.note,
      now,
    }),
    keyring,
    store,
    queue,
    vault,
    tested: settings.evidence && {
      stack: settings.evidence.stack,
      by: { stack: stackNameIn(settings.stackFile), package: settings.packageDigest },
      keys: evidenceKeysOf(settings.evidence.keys),
      promotions: openPromotions(settings.evidence.blobEndpoint, accessToken(identity, STORAGE_SCOPE)),
    },
    meetings,
    ...messagingOf(settings, set, { credential: identity, now, wait }),
    ...set,
    approvals: settings.approvals,
    answers: openAnswers({ store, keyring, now }),
    messages: openMessages({ store, keyring, now: queue.now }),
    optOuts: openOptOuts({ store, keyring, log }),
    sendingRate: openSendingRate({ store, now: queue.now }),
    audit,
    clientStates: openClientStates({ keyring }),
    dataRegions: openDataRegions(store, settings.region, settings.messaging.endpoint),
    canaries: openCanaries({ store, log, packageDigest: settings.packageDigest, now }),
    foundVisits: openFoundVisits({ store, keyring, now: queue.now }),
    heard: openHeard({ store, log, now }),
    holdings: openHoldings({ store, keyring, now }),
    hospital,
    jobs,
    meetingCounts: openMeetingCounts({ store, now }),
    notifications: openNotifications({ store, jobs, now: queue.now }),
    ...openAboutLocations({ store, now }),
    presences: openPresences({ store, keyring }),
    ticks,
    traces,
    workStanding: openWorkStanding({ jobs, ticks, log, now: queue.now }),
    portalSessions: openPortalSessions({ store, keyring, now }),
    ...portalSettings,
    sessions: openSessions({ store, keyring, hospital, now }),
    signIns: openSignIns({ store, keyring, log, now }),
    staffAccounts: openStaffAccounts({ store, keyring, log, now }),
    testVisits: openTestVisits({ store, hospital, log, now }),
    standings: openStandings({ ehr, hospital, store, log, now }),
    usages: openUsages({ store, now }),
    visitChanges: openVisitChanges({ store }),
    visits: openVisits({ store, meetings, keyring, hospital, log, now, newEpoch }),
  };
}

function messagingOf(
  { messaging }: Settings,
  set: Pick<Parts, "textingNow" | "numberPurchases">,
  by: Pick<NumbersOptions, "credential" | "now" | "wait">,
): Pick<Parts, "messaging" | "numbers"> {
  const { endpoint, number, numbers, mailing, mailSender } = messaging;
  if (endpoint === undefined) return { messaging: undefined, numbers: undefined };
  const to = { endpoint, ...by };
  const sender = mailSender === undefined ? undefined : mailSenderOf(mailSender, mailing);
  const ways = { ...openSending(to), mailSender: sender };
  return {
    messaging: withReach(ways, set.textingNow, { said: number, bought: set.numberPurchases }),
    numbers: number === undefined && numbers === "portal" ? openNumbers(to) : undefined,
  };
}

function openStore(settings: Settings, log: Log, now: () => Date): Store {
  const tell = (reason: string) => log.warn("store.notice", { reason });
  if (settings.store.kind === "sqlite") return openSqliteStore({ file: settings.store.file, now, tell });
  const { endpoint, database } = settings.store;
  const credential = managedIdentity(settings.microsoft.identityClientId);
  return openCosmosStore({ endpoint, database, credential, now, tell });
}

/** Opens the queue: on a laptop in the store's file, in Azure in the storage account. */
function openQueue(settings: Settings, now: () => Date): Queue {
  if (settings.queue.kind === "sqlite") return openSqliteQueue({ file: settings.queue.file, now });
  const credential = managedIdentity(settings.microsoft.identityClientId);
  return openStorageQueue({ endpoint: settings.queue.endpoint, credential, now });
}
