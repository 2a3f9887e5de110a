import { Router } from "express";
import { afterAll, beforeAll, expect, test } from "vitest";
import { providerFlow } from "../../../../app/flows/provider/provider.ts";
import type { Flow, House } from "../../../../app/web/flow.ts";
import { startDeployment, type Deployment } from "../../../harness/deployment.ts";

let deployment: Deployment;
let flow: Flow<"meeting" | "room">;
let house: House;
beforeAll(async () => {
  deployment = await startDeployment({
    stack: (stack, charts) => ({
      ...stack,
      connections: [
        ...(stack.connections ?? []).slice(0, 1),
        {
          id: "lamna-gone",
          name: "A chart system that is gone",
          fhirBaseUrl: charts + "/r4/nobody",
          environment: "production",
          provider: {
            clientId: "connector-provider",
            authentication: { method: "private_key_jwt", key: "fhir-client" },
          },
        },
        {
          id: "lamna-awaited",
          name: "A chart system without a registration yet",
          fhirBaseUrl: charts + "/r4/awaited",
          environment: "production",
        },
      ],
      departments: (stack.departments ?? []).filter(({ connection }) => connection === "lamna"),
    }),
  });
  house = {
    renderPage: () => "",
    caller: () => "somebody",
    stopping: new AbortController().signal,
    adminConsent: { begin: () => Promise.resolve(), answers: () => Router() },
    microsoftSignIn: {
      begin: () => Promise.resolve(),
      answers: () => [(_request, _response, next) => next()],
    },
  };
  flow = providerFlow(deployment.parts, house);
});
afterAll(() => deployment.stop());

test("the clinicians' flow says how each registered connection stands, and why one does not", async () => {
  const before = deployment.sandbox.oracle.received().length;
  const ofConnections = async () => (await flow.checks()).filter(({ name }) => name === "connection");
  const unasked = await ofConnections();
  expect(unasked.map(({ of, fault }) => [of, fault])).toEqual([
    ["lamna", undefined],
    ["lamna-gone", undefined],
  ]);
  expect(deployment.sandbox.oracle.received()).toHaveLength(before);
  await deployment.probeAll();
  const checks = await ofConnections();
  expect(checks.map(({ name, of, fault }) => [name, of, fault === undefined])).toEqual([
    ["connection", "lamna", true],
    ["connection", "lamna-gone", false],
  ]);
  expect(checks[1]?.fault).toMatch(/\S{3,}/);
});

test("each process asks its connections hourly, also one that takes no work", async () => {
  expect(flow.ticks).toMatchObject([
    { name: "connections.probe", concerns: "this-process", everySeconds: 3600 },
  ]);
  const before = deployment.logged.length;
  await flow.ticks[0]?.run({ signal: new AbortController().signal });
  expect(deployment.logged.slice(before).join("")).toMatch(/connection\.ready.*lamna"/s);
});

test("what Teams has not taken over is told it again the sooner the nearer the visit is", async () => {
  const now = deployment.parts.jobs.now();
  const meeting = async (start: Date | undefined) => {
    const visits = {
      catchUp: () => Promise.resolve("unavailable"),
      byId: () => Promise.resolve(start && { start }),
    };
    const parts = { ...deployment.parts, visits } as unknown as Parameters<typeof providerFlow>[0];
    const { jobs } = providerFlow(parts, house);
    const signal = new AbortController().signal;
    return jobs.meeting({ id: "j", of: { visit: "v" }, due: now, tries: 1, signal });
  };
  const outcome = { kind: "not-now", reason: "graph.unavailable" };
  expect(await meeting(new Date(now.getTime() - 60_000))).toEqual({
    ...outcome,
    ...{ afterSeconds: 15, growsToSeconds: 15 },
  });
  expect(await meeting(undefined)).toEqual(outcome);
});
