/** The integration records as they are entered in Oracle's console. */
import { expect, test } from "vitest";
import {
  formLines,
  integrationForms,
  valueOf,
  type IntegrationForm,
} from "../../../app/domain/integrationForms.ts";
import { connection, waiting } from "./lamna.ts";

const deployment = {
  stackName: "lamna-production",
  environment: "production",
  publicUrl: "https://visits.lamna.example",
} as const;
const system = { clientId: "s-1", authentication: { method: "client_secret_basic", secret: "s" } } as const;
const values = ({ entries }: IntegrationForm) =>
  Object.fromEntries(entries.map(({ name, value }) => [name, value]));
const oracles = ({ entries }: IntegrationForm) =>
  entries.filter(({ isOracles }) => isOracles === true).map(({ name }) => name);
const formsOf = (...given: Parameters<typeof integrationForms>) => {
  const [provider, patient, its, ...more] = integrationForms(...given);
  if (provider === undefined || patient === undefined || its === undefined || more.length > 0)
    throw new Error("there are three");
  return { provider, patient, its };
};

test("a connection has the provider's, the patient's and the system's, in this order", () => {
  expect(integrationForms(deployment, connection).map(({ persona }) => persona)).toEqual([
    "provider",
    "patient",
    "system",
  ]);
});

test("the provider's has what a launch needs, in the console's order", () => {
  const { provider } = formsOf(deployment, connection);
  const said = values(provider);
  const { "Standard scopes": standard, "User scopes": user, ...rest } = said;
  expect(rest).toEqual({
    "Application name": "Teams video visits, lamna-production: lamna",
    "Application type": "Provider",
    "Type of access": String(standard).includes("offline_access") ? "Offline" : "Online",
    "Application privacy": "Confidential",
    "SMART version": "SMART v1",
    "FHIR specification": "R4",
    "SMART launch URI": "https://visits.lamna.example/launch/provider",
    "Redirect URI": "https://visits.lamna.example/launch/callback/lamna",
    "JWKS URI": "https://visits.lamna.example/.well-known/jwks.json",
    Environment: "production",
    "FHIR base URL": connection.fhirBaseUrl,
    "PowerChart URL": expect.stringMatching(
      /^https:\/\/\{SMART server of the domain\}\/smart\/apps\/.*PAT_PPRCode\$$/,
    ) as string,
    "Client id": connection.provider?.clientId,
  });
  expect(String(standard).split(" ")).toContain("openid");
  expect(String(standard)).not.toContain("/");
  expect((user as readonly string[]).every((scope) => scope.includes("/"))).toBe(true);
  expect(user).toContain("user/Appointment.read");
  expect(oracles(provider)).toEqual(["Client id"]);
  expect(provider.entries.map(({ name }) => name).slice(0, 6)).toEqual([
    "Application name",
    "Application type",
    "Type of access",
    "Application privacy",
    "SMART version",
    "FHIR specification",
  ]);
});

test.each([
  [["openid", "launch", "offline_access", "user/Appointment.read"], "Offline"],
  [["openid", "launch", "user/Appointment.read"], "Online"],
])("the access of a client with the scopes %j is %s", (scopes, access) => {
  const { provider } = connection;
  if (provider === undefined) throw new Error("no provider");
  const form = formsOf(deployment, { ...connection, provider: { ...provider, scopes } }).provider;
  expect(values(form)["Type of access"]).toBe(access);
});

test("the system's is another application, and a client with a secret has no address of keys", () => {
  const { its } = formsOf(deployment, { ...connection, system });
  expect(values(its)).toEqual({
    "Application name": "Teams video visits, lamna-production: lamna, system",
    "Application type": "System",
    "Type of access": "Offline",
    "Application privacy": "Confidential",
    "SMART version": "SMART v1",
    "FHIR specification": "R4",
    Authentication: "client secret",
    "System scopes": ["system/Appointment.read", "system/Patient.read", "system/Location.read"],
    Environment: "production",
    "FHIR base URL": connection.fhirBaseUrl,
    "Client id": "s-1",
  });
  expect(oracles(its)).toEqual(["Client id"]);
});

test("the patient's says that there is none, and where patients come instead", () => {
  const { patient } = formsOf(deployment, connection);
  expect(values(patient)).toEqual({
    "Application type": "None, there is no patient launch",
    "SMART launch URI": "None, a patient comes by the join link",
    "Join link": "https://visits.lamna.example/j/{token}",
    Environment: "production",
    "FHIR base URL": connection.fhirBaseUrl,
  });
});

test("what Oracle has not given yet says where it comes from", () => {
  const { provider, its } = formsOf(deployment, waiting(connection));
  expect([values(provider)["Client id"], values(its)["Client id"]]).toEqual([
    "<from the console>",
    "<from the console>",
  ]);
  expect(values(its)["JWKS URI"]).toBe("https://visits.lamna.example/.well-known/jwks.json");
});

test("as text an entry is a line, and a list has a line for each, under its name once", () => {
  const form: IntegrationForm = {
    persona: "system",
    entries: [
      { name: "One", value: "1" },
      { name: "Many", value: ["a", "b"] },
    ],
  };
  expect(formLines(form)).toEqual([
    "One" + " ".repeat(19) + "1",
    "Many" + " ".repeat(18) + "a",
    " ".repeat(22) + "b",
  ]);
  expect(form.entries.map(valueOf)).toEqual(["1", "a b"]);
});
