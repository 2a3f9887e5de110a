import { describe, expect, test } from "vitest";
import type { Deployment } from "../../../app/domain/byHand/deployment.ts";
import { deploymentOf } from "../../../infra/stack/byHand.ts";
import { stackOf, tasksOf } from "../rehearsal/reportResults.ts";
import { lamnaProduction, lamnaTest, lamnaWith } from "../stacks.ts";

const { connections: _connections, departments: _departments, ...bare } = lamnaTest;
const registration = {
  clientId: "11111111-0000-4000-8000-00000000c11e",
  objectId: "11111111-0000-4000-8000-00000000000b",
  servicePrincipalId: "11111111-0000-4000-8000-000000000057",
};

test("the texts hear what production's stack file says", () => {
  const stack = stackOf(lamnaProduction);
  expect(deploymentOf("lamna-production", stack)).toEqual({
    name: "lamna-production",
    tenant: "lamna",
    environment: "production",
    organization: lamnaProduction.organization,
    ownersMail: "digital-care@lamna.example",
    mailDomain: "mail.lamna.example",
    publicHost: "visits.lamna.example",
    behindEdge: true,
    microsoft: { tenantId: lamnaProduction.microsoft.tenantId, consent: "byPerson" },
    subscriptionId: lamnaProduction.azure.subscriptionId,
    deploysFromInside: false,
    deployers: lamnaProduction.deployers,
    features: { staffNames: true, presence: true, attendance: true, callQuality: false },
    connections: stack.connections,
    departments: stack.departments,
    wantedNumber: { from: "stack", verification: "approved" },
  });
});

describe("what a stack says otherwise or leaves out", () => {
  test.each<[said: unknown, heard: Partial<Deployment>]>([
    [lamnaTest, { environment: "test", publicHost: undefined, behindEdge: false, wantedNumber: undefined }],
    [lamnaWith("deployFrom", undefined), { deploysFromInside: true }],
    [bare, { connections: [], departments: [] }],
    [lamnaWith("numbers", "portal"), { wantedNumber: { from: "portal", verification: "notStarted" } }],
    [lamnaWith("number", {}), { wantedNumber: { from: "stack", verification: "notStarted" } }],
    [
      lamnaWith("features", { staffNames: false, attendance: false }),
      { features: { staffNames: false, attendance: false, callQuality: false } },
    ],
    [
      lamnaWith("microsoft", { ...lamnaTest.microsoft, registration, consent: "granted" }),
      { microsoft: { ...lamnaTest.microsoft, registration, consent: "granted" } },
    ],
    [
      {
        ...lamnaTest,
        network: {},
        edge: "frontDoor",
        publicHost: "visits-test.lamna.example",
      },
      { behindEdge: true, publicHost: "visits-test.lamna.example" },
    ],
  ])("%#", (said, heard) => {
    expect(deploymentOf("lamna-test", stackOf(said))).toMatchObject(heard);
  });
});

test("nobody verifies a number with American carriers for a deployment that can have none", () => {
  const { number: _number, ...silent } = lamnaProduction;
  const sms = { ...silent.sms, live: false };
  const titles = (said: object) =>
    tasksOf("lamna-production", { ...silent, sms, ...said }).map(({ title }) => title);
  const events = { accepted: "Event data of texts may be kept in any Microsoft data center" };
  expect(titles({})).toContain("Toll-free verification");
  expect(titles({ geography: "europe", events })).not.toContain("Toll-free verification");
});

test("nobody deploys a laptop's stack by hand", () => {
  expect(() => deploymentOf("local", stackOf({ ...lamnaTest, environment: "local" }))).toThrow(
    /^environment: is local/,
  );
});

test("a stack's tasks are in the order in which to begin", () => {
  expect(tasksOf("lamna-production", lamnaProduction).map(({ title }) => title)).toEqual([
    "Rights of who runs pulumi up",
    "Oracle's code console: Lamna test domain",
    "Consent in Entra",
    "Application access policy in Teams",
    "The hospital's DNS",
    "The mail domain's DNS",
    "Who administers the connector",
  ]);
});
