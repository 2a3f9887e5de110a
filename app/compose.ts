/** Settings -> adapters -> flows. The only file that knows which adapter stands behind which port. */
import { randomBytes } from "node:crypto";
import { openCosmosStore } from "./adapters/cosmos/store.ts";
import { accessToken, appCredential, assertion, managedIdentity } from "./adapters/entra/credential.ts";
import { eventGridCallers } from "./adapters/entra/eventGridCallers.ts";
import { staffSignIn } from "./adapters/entra/staffSignIn.ts";
import { openEhr } from "./adapters/fhir/ehr.ts";
import { graphDirectory } from "./adapters/graph/directory.ts";
import { graphMeetings } from "./adapters/graph/meetings.ts";
import { openKeyring } from "./adapters/keyvault/keyring.ts";
import { openVault } from "./adapters/keyvault/vault.ts";
import { openSqliteStore } from "./adapters/sqlite/store.ts";
import type { Wait } from "./domain/retry.ts";
import { stackHospital } from "./records/stackHospital.ts";
import type { Settings } from "./config/readSettings.ts";
import { openStandings } from "./records/standings.ts";
import type { Log } from "./log.ts";
import type { Store } from "./ports/store.ts";
import type { Flows } from "./server.ts";
import { openVisits } from "./records/visits.ts";

export interface Composed extends Flows {
  /** Asks every connection how it stands. */
  probeAll(): Promise<void>;
  close(): Promise<void>;
}

/** @throws when the store or the vault cannot be used; trying again later is safe. */
export async function compose(settings: Settings, log: Log, now: () => Date, wait: Wait): Promise<Composed> {
  const local = settings.environment === "local";
  const { authority, tenantId, clientId, graph } = settings.microsoft;
  const identity = managedIdentity(settings.microsoft.identityClientId);
  const app = appCredential({ authority, tenantId, clientId, identity });
  const store = openStore(settings, now);
  try {
    const vault = openVault({ url: settings.vault.url, credential: identity, now, trustAnyVaultHost: local });
    const keyring = await openKeyring({
      vault,
      store,
      wrappingKey: settings.vault.wrappingKey,
      random: randomBytes,
      onStillWrappedByOldVersion: (fault) => log.error("keys.not_wrapped_anew", fault),
    });
    const hospital = stackHospital(settings);
    const ehr = openEhr({ vault, now, wait, allowLoopback: local });
    const standings = openStandings({ ehr, hospital, store, log, now });
    const token = accessToken(app, graph + "/.default");
    const meetings = graphMeetings({ graph, token, now, wait });
    const visits = openVisits({ store, meetings, keyring, hospital });
    return {
      hospital,
      vault,
      store,
      launch: {
        hospital,
        standings,
        ehr,
        visits,
        staffSignIn: staffSignIn({
          authority,
          tenantId,
          clientId,
          assertion: assertion(identity),
          allowHttp: local,
        }),
        directory: graphDirectory({ graph, token, now, wait }),
        store,
        keyring,
        log,
        now,
        publicUrl: settings.publicUrl,
        serves: settings.environment === "test" ? "test" : "production",
      },
      events: { eventGrid: eventGridCallers({ authority, tenantId, clientId, now }), log },
      probeAll: () => standings.probeAll(),
      close: () => store.close(),
    };
  } catch (error) {
    await store.close();
    throw error;
  }
}

function openStore(settings: Settings, now: () => Date): Store {
  if (settings.store.kind === "sqlite") return openSqliteStore({ file: settings.store.file, now });
  const { endpoint, database } = settings.store;
  const credential = managedIdentity(settings.microsoft.identityClientId);
  return openCosmosStore({ endpoint, database, credential, now });
}
