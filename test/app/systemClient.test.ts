/** The whole connector's own way to a chart: registered at the sandbox, proved by the vault's key or secret, at the address that its standing names. */
import { afterAll, expect, test } from "vitest";
import { hasSystemClient, type SystemChart } from "../../app/ports/systemEhr.ts";
import { startDeployment } from "../harness/deployment.ts";
import { ORACLE_TENANT, ORACLE_TEST_TENANT, withSystemClients } from "../harness/stack.ts";

const deployment = await startDeployment({ stack: withSystemClients });
const { parts, sandbox } = deployment;

afterAll(() => deployment.stop());

async function chartOf(id: string): Promise<SystemChart> {
  const connection = await parts.hospital.connection(id);
  if (connection === undefined || !hasSystemClient(connection)) throw new Error("no system client");
  const standing = await parts.standings.of(connection);
  if (!standing.ok) throw new Error(standing.reason);
  return parts.systemEhr.chart(connection, standing.endpoints, {
    as: "job",
    signal: new AbortController().signal,
  });
}

test.each([
  ["lamna", ORACLE_TENANT, "a signature"],
  ["lamna-test", ORACLE_TEST_TENANT, "a secret"],
])("%s (%s) lets it in by %s: a visit is found, read, given its links and moved on", async (id, tenant) => {
  const chart = await chartOf(id);
  const clinic = sandbox.oracle.clinic(tenant);
  const planned = await clinic.visit("tomorrowCardiology");
  const start = new Date(planned.start ?? "");
  const end = new Date(start.getTime() + 1_800_000);
  const found: string[] = [];
  for await (const page of chart.appointments({ locations: ["21000102"], from: start, before: end }))
    if (page.kind === "page") found.push(...page.appointments.map((each) => each.id));
  expect(found).toEqual([planned.id]);

  const read = async () => {
    const answer = await chart.appointment(planned.id);
    if (answer.kind !== "read") throw new Error(answer.kind);
    const { version = "", ...appointment } = answer.appointment;
    return { ...appointment, version };
  };
  const links = {
    provider: "https://visits.lamna.example/s/1",
    patient: "https://visits.lamna.example/j/1",
    start,
    end,
  };
  expect(await chart.writeLinks(await read(), links)).toEqual({ kind: "written" });
  expect((await read()).rooms).toMatchObject({ provider: links.provider, patient: links.patient });
  expect(await chart.writeStatus(await read(), "arrived")).toEqual({ kind: "written" });
  expect((await clinic.visit("tomorrowCardiology")).status).toBe("arrived");
});
