/** Mistakes in stack files, each with the sentence that names the key and the remedy. */
import { describe, expect, test } from "vitest";
import { parseStack } from "../../../infra/stack.ts";
import { configFaults } from "../../../infra/stack/config.ts";
import { lamnaProduction, lamnaTest, lamnaWith } from "../stacks.ts";

const NAME = "lamna-production";
const faultsOf = (stack: unknown, name?: string): readonly string[] => {
  const verdict = parseStack(stack, { name });
  return verdict.ok ? [] : verdict.faults;
};
const starting = (words: string) =>
  expect.stringMatching(new RegExp("^" + words.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"))) as unknown;

describe("ids in capitals", () => {
  const id = "5B0C3A52-0000-4000-8000-00000000ABCD";
  test.each([
    "azure.subscriptionId",
    "microsoft.tenantId",
    "deployers.0.objectId",
    "departments.0.organizer",
    "sms.consents.sendOnBehalf.by",
    "microsoft.registration.clientId",
    "microsoft.registration.objectId",
    "microsoft.registration.servicePrincipalId",
  ])("become small letters: %s", (path) => {
    const registration = { clientId: id, objectId: id, servicePrincipalId: id };
    const base = {
      ...lamnaProduction,
      microsoft: { ...lamnaProduction.microsoft, registration },
    };
    const verdict = parseStack(lamnaWith(path, id, base));
    const said: unknown = path
      .split(".")
      .reduce<unknown>(
        (found, key) => (found as Record<string, unknown>)[key],
        verdict.ok ? verdict.stack : undefined,
      );
    expect(said).toBe(id.toLowerCase());
  });

  test("are the same deployer as in small letters", () => {
    const deployer = { objectId: "7d0c5a1e-0000-4000-8000-00000000d0e1", kind: "user" };
    const twice = [deployer, { ...deployer, objectId: deployer.objectId.toUpperCase() }];
    expect(faultsOf({ ...lamnaTest, deployers: twice })).toEqual([
      starting(`deployers[1]: ${deployer.objectId} is listed already`),
    ]);
  });
});

describe("the production stack itself as its test stack", () => {
  test.each(["lamna-production", "Lamna-Production"])("is refused: %s", (stack) => {
    expect(faultsOf(lamnaWith("testStack.stack", stack, lamnaProduction), NAME)).toEqual([
      starting("testStack.stack: lamna-production is this production stack itself; name the test stack"),
    ]);
  });

  test("is not what another stack is", () => {
    expect(faultsOf(lamnaProduction, NAME)).toEqual([]);
  });
});

describe("a blank at the end of a text", () => {
  test.each([
    ["connections.0.fhirBaseUrl", "https://fhir-ehr.cerner.com/r4/t ", "connections[0].fhirBaseUrl"],
    ["connections.0.provider.clientId", " 4f1f2d5c", "connections[0].provider.clientId"],
    ["organization.name", "Lamna\n", "organization.name"],
    ["departments.0.locations.0", "21304876 ", "departments[0].locations[0]"],
    ["owners.team", "Digital Care\u00a0", "owners.team"],
  ])("is refused before it is printed anywhere: %s", (path, text, key) => {
    expect(faultsOf(lamnaWith(path, text))).toContainEqual(
      key + ": must not begin or end with a blank or a line break",
    );
  });

  test("or a line break within it", () => {
    expect(faultsOf(lamnaWith("organization.name", "Lamna\nHealthcare"))).toEqual([
      "organization.name: must be one line without tabs",
    ]);
  });

  test.each([
    ["departments.0.name", "Heart\u202Ecinilc", "departments[0].name", "U+202E"],
    ["connections.0.name", "La\u200Bmna", "connections[0].name", "U+200B"],
  ])("or a character that nobody sees: %s", (path, text, key, code) => {
    expect(faultsOf(lamnaWith(path, text))).toEqual([
      `${key}: must not have a character that nobody sees (${code}); type it anew instead of pasting it`,
    ]);
  });
});

describe("a name of Azure's as the public host", () => {
  test.each([
    "lamna.azurewebsites.net",
    "fd-lamna.z01.azurefd.net",
    "a.eastus.cloudapp.azure.com",
    "lamna.trafficmanager.net",
  ])("is refused in production, which may not leave it out: %s", (host) => {
    expect(faultsOf(lamnaWith("publicHost", host, lamnaProduction))).toEqual([
      "publicHost: is a name of Azure's; it must be one of the hospital's own, such as visits.lamna.example",
    ]);
  });

  test("may be left out in test", () => {
    expect(faultsOf(lamnaWith("publicHost", "lamna.azurewebsites.net"))).toContainEqual(
      expect.stringMatching(/, or leave it out to use the site's$/),
    );
  });
});

test.each([
  [
    "number.areaCode",
    833,
    'number.areaCode: must be 800, 833, 844, 855, 866, 877 or 888; put it in quotes: "833"',
  ],
  [
    "number.areaCode",
    834,
    'number.areaCode: must be 800, 833, 844, 855, 866, 877 or 888; put it in quotes: "834"',
  ],
])("digits without quotes where one of some texts belongs: %s %j", (path, value, words) => {
  expect(faultsOf(lamnaWith(path, value, lamnaProduction))).toEqual([words]);
});

describe("an encrypted value", () => {
  const encrypted = { secure: "v1:abc=:def=" };
  test.each([
    ["microsoft.tenantId", "microsoft.tenantId"],
    ["azure.subscriptionId", "azure.subscriptionId"],
    ["connections.0.provider.clientId", "connections[0].provider.clientId"],
    ["organization", "organization"],
    ["deployFrom", "deployFrom"],
    ["number.areaCode", "number.areaCode"],
    ["connections.0.provider.authentication", "connections[0].provider.authentication"],
    ["budget.monthlyAmount", "budget.monthlyAmount"],
  ])("is told as one, once: %s", (path, key) => {
    expect(faultsOf(lamnaWith(path, encrypted, lamnaProduction))).toEqual([
      starting(key + ": is an encrypted value (secure:), which has no place here"),
    ]);
  });

  test("as the whole is told so, too", () => {
    expect(faultsOf(encrypted)).toEqual([
      starting("teams-ehr-connector:connector: is an encrypted value (secure:)"),
    ]);
  });
});

test.each(["microsoft.tenantId", "azure.subscriptionId", "deployers.0.objectId"])(
  "an id that is not there is missing, and not of the wrong shape: %s",
  (path) => {
    expect(faultsOf(lamnaWith(path, undefined))).toEqual([
      path.replace(".0", "[0]") + ": is missing; see stacks/README.md",
    ]);
  },
);

describe("a signing key with the name of one of the connector's own", () => {
  test.each(["connector-wrapping", "Connector-Wrapping", "store-encryption", "evidence"])("%s", (key) => {
    expect(faultsOf(lamnaWith("connections.0.provider.authentication.key", key))).toEqual([
      `connections[0].provider.authentication.key: ${key} is the name of a key of the connector's own; choose another one, such as fhir-client-lamna-test`,
    ]);
  });
});

test.each([
  ["deployfrom", ["203.0.113.10"], "deployfrom: is not a setting; did you mean deployFrom?"],
  ["network.publicHost", "v.lamna.example", "network.publicHost: is not a setting; did you mean publicHost?"],
  [
    "departments.0.location",
    ["1"],
    "departments[0].location: is not a setting; did you mean departments[0].locations?",
  ],
  [
    "publicHost",
    "visite.münchen.example",
    "publicHost: must be written as certificates have it: visite.xn--mnchen-3ya.example",
  ],
  ["azure.location", "East US 2", "azure.location: write eastus2 in place of East US 2"],
  [
    "budget.monthlyAmount",
    "1500 EUR",
    "budget.monthlyAmount: must be a whole number without its currency, such as 1500",
  ],
])("what somebody probably meant is said: %s %j", (path, value, words) => {
  expect(faultsOf(lamnaWith(path, value, lamnaProduction))).toContainEqual(starting(words));
});

test("a consent of a day to come is refused", () => {
  expect(faultsOf(lamnaWith("sms.consents.sendOnBehalf.at", "2931-01-01", lamnaProduction))).toEqual([
    "sms.consents.sendOnBehalf.at: is in the future; a consent has the day on which it was given",
  ]);
});

describe("a key under config beside ours", () => {
  test.each(["teams-ehr-connector:conector", "connector", "teams-ehr-connector:sms", "aws:region"])(
    "is refused: %s",
    (key) => {
      expect(configFaults(["teams-ehr-connector:connector", key])).toEqual([
        starting(`config.${key}: is not a setting; everything stands under teams-ehr-connector:connector`),
      ]);
    },
  );

  test.each(["azure-native:location", "azuread:tenantId", "pulumi:tags"])(
    "is a provider's or the engine's business: %s",
    (key) => expect(configFaults([key])).toEqual([]),
  );
});
