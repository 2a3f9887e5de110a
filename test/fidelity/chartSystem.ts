/** Oracle Health as its recordings found it: two tenants at Oracle's own host, with one registered client. */
import { openOracle } from "../../app/sandbox/oracle/application.ts";
import type { OracleTenant } from "../../app/sandbox/oracle/options.ts";
import { addressesOf } from "../../app/sandbox/oracle/smart/addresses.ts";
import type { Front } from "../../infra/rehearsal/front/hosts/front.ts";
import { chartSystems, OF_PORTAL, ORIGINS } from "../../infra/rehearsal/planes/oracle/chartSystems.ts";
import { hostsOf, served } from "../../infra/rehearsal/planes/oracle/hosts.ts";

const HOST = "fhir-ehr-code.cerner.com";
const ORACLE_TENANTS = ["11111111-2222-4333-8444-555555555555", "0c1f7a52-0000-4000-8000-00000000d001"];

export async function routeOracle(front: Front): Promise<void> {
  const connections = ORACLE_TENANTS.map((oracleTenant, index) => ({
    ...OF_PORTAL,
    id: "chart-" + String(index),
    visitTypes: [...OF_PORTAL.visitTypes],
    fhirBaseUrl: `https://${HOST}/r4/${oracleTenant}`,
  }));
  const systems = chartSystems({ connections });
  const [first, ...others] = systems.map(({ oracleTenant: id }): OracleTenant => ({
    id,
    environment: "test",
  }));
  if (first === undefined) throw new Error("There is no chart system.");
  const clients = [
    {
      clientId: "0c1f7a52-0000-4000-8000-00000000d209",
      persona: "provider" as const,
      redirectUris: ["https://connector.example/callback"],
      authentication: { secret: "invented" },
      scopes: [],
    },
  ];
  const oracle = await openOracle(
    { now: () => new Date() },
    { tenants: [first, ...others], clients },
    (oracleTenant) =>
      systems.find((one) => one.oracleTenant === oracleTenant)?.at ?? addressesOf(ORIGINS, oracleTenant),
  );
  for (const host of hostsOf(systems)) front.route(host, served(oracle, systems, host));
}
