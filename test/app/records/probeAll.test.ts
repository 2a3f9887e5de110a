import { expect, test } from "vitest";
import type { ConfiguredConnection } from "../../../app/domain/hospital.ts";
import { jsonLog } from "../../../app/log.ts";
import type { Probe } from "../../../app/ports/ehr.ts";
import { openStandings, type StandingsDeps } from "../../../app/records/standings.ts";

test("however many connections there are, a few are asked at a time, and each once", async () => {
  const connections = Array.from({ length: 500 }, (_, index) => ({
    id: "c" + String(index),
    fhirBaseUrl: "https://fhir.example/r4/" + String(index),
    provider: { clientId: "x" },
  })) as unknown as ConfiguredConnection[];
  const asked = new Set<string>();
  let [under, most] = [0, 0];
  const now = () => new Date();
  const standings = openStandings({
    ehr: {
      async probe({ id }: ConfiguredConnection): Promise<Probe> {
        asked.add(id);
        most = Math.max(most, ++under);
        await new Promise((resolve) => setImmediate(resolve));
        under--;
        return { ok: false, why: "settings", obstacle: "refused", reason: "no" } as unknown as Probe;
      },
    },
    hospital: { connections: () => Promise.resolve(connections) },
    store: {},
    log: jsonLog(() => undefined, now),
    now,
  } as unknown as StandingsDeps);
  await standings.probeAll();
  expect([asked.size, most]).toEqual([500, 8]);
});
