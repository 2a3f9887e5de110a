/** A connection of the portal as flows know it: both registrations, each proved by the deployment's key or its own sealed secret. */
import { expect, test } from "vitest";
import {
  configuredOf,
  secretContext,
  type PortalConnection,
} from "../../../app/records/portalConnections.ts";
import { hasSystemClient } from "../../../app/ports/systemEhr.ts";

const value: PortalConnection = {
  name: "Lamna Healthcare",
  fhirBaseUrl: "https://fhir-ehr.cerner.com/r4/8d2f3c1a-5b7e-4c09-9a61-2e4f6b8d0c11/",
  environment: "production",
  visitTypes: ["Video Visit"],
  enabled: true,
  provider: { clientId: "p-1", authentication: { method: "client_secret_basic", sealedSecret: "sealed-1" } },
};
const configured = (change: Partial<PortalConnection>) =>
  configuredOf("lamna", { ...value, ...change }, false);

test("the system client signs with the deployment's key", () => {
  const connection = configured({
    system: { clientId: "s-1", authentication: { method: "private_key_jwt" } },
  });
  expect(connection && hasSystemClient(connection)).toBe(true);
  expect(connection?.system).toEqual({
    clientId: "s-1",
    authentication: { method: "private_key_jwt", key: "fhir-portal", algorithm: "RS384" },
  });
});

test("its secret is its own, and opens nothing of the provider's", () => {
  const system = {
    clientId: "s-1",
    authentication: { method: "client_secret_basic", sealedSecret: "sealed-2" } as const,
  };
  const connection = configured({ system });
  expect(connection?.system?.authentication).toEqual({
    method: "client_secret_basic",
    sealed: "sealed-2",
    context: secretContext("lamna", "system"),
  });
  expect(secretContext("lamna", "system")).not.toBe(secretContext("lamna", "provider"));
});

test("without one nothing is read without a person; off, there is no connection", () => {
  const connection = configured({});
  expect(connection && hasSystemClient(connection)).toBe(false);
  expect(configured({ enabled: false })).toBeUndefined();
});
