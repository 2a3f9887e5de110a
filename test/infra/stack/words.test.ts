/** Mistakes in stack files, each with the sentence that names the key and the remedy. */
import { describe, expect, test } from "vitest";
import { parseStack, type StackSettingsInput } from "../../../infra/stack.ts";
import { configFaults } from "../../../infra/stack/config.ts";
import { lamnaConnection, lamnaProduction, lamnaTest, lamnaWith } from "../stacks.ts";

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
    const other = (digit: string) => id.slice(0, -1) + digit;
    const registration = { clientId: other("1"), objectId: other("2"), servicePrincipalId: other("3") };
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
      key + ": must not begin or end with a blank or a line break; take it out",
    );
  });

  const whole = {
    ...lamnaProduction,
    azure: { ...lamnaProduction.azure, location: "westus3" },
    retention: { logsDays: 365 },
    sizes: { plan: "P1v3" },
    numbers: "stack",
    events: { systemTopic: "texts-of-lamna" },
    staffRecipients: { phones: ["+12025550171"], mails: ["clinic@lamna.example"] },
    connections: [
      {
        ...lamnaConnection,
        messages: { kinds: ["reminder"] },
        signIn: {
          authorizationEndpoint: "https://ehr.example.org/a",
          tokenEndpoint: "https://ehr.example.org/t",
        },
      },
    ],
  };
  const paths = (value: unknown, path = ""): string[] =>
    typeof value === "object" && value !== null
      ? Object.entries(value).flatMap(([name, inner]) => paths(inner, path === "" ? name : path + "." + name))
      : typeof value === "string"
        ? [path]
        : [];
  const textAt = (path: string) =>
    path.split(".").reduce<unknown>((found, name) => (found as Record<string, unknown>)[name], whole);

  test.each(paths(whole))("is all that is said of %s, because anything else would mislead", (path) => {
    const key = path.replace(/\.(\d+)/g, "[$1]");
    const base = whole as unknown as StackSettingsInput;
    for (const blank of [" ", "\u00a0"])
      expect(faultsOf(lamnaWith(path, String(textAt(path)) + blank, base))).toEqual([
        key + ": must not begin or end with a blank or a line break; take it out",
      ]);
  });

  test("or a line break within it", () => {
    expect(faultsOf(lamnaWith("organization.name", "Lamna\nHealthcare"))).toEqual([
      "organization.name: must be one line without tabs; write blanks instead",
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

describe("what is read, and is meant otherwise", () => {
  const texts = lamnaProduction.sms;
  const europe = { ...lamnaTest, geography: "europe" };
  test.each<[what: string, stack: unknown, says: string]>([
    [
      "a phone that no text reaches",
      { ...lamnaTest, staffRecipients: { phones: ["+12025550171", "+493055501000"] } },
      "staffRecipients.phones[1]: is no number that texts arrive at, which are mobile numbers of the United States",
    ],
    [
      "a toll-free number among the staff",
      { ...lamnaTest, staffRecipients: { phones: ["+18335550199"] } },
      "staffRecipients.phones[0]: is no number that texts arrive at",
    ],
    [
      "a region with its continent",
      { ...europe, azure: { ...lamnaTest.azure, location: "(Europe) Germany West Central" } },
      "azure.location: write germanywestcentral in place of (Europe) Germany West Central",
    ],
    [
      "a consent of another century",
      {
        ...lamnaProduction,
        sms: {
          ...texts,
          consents: { ...texts.consents, sendOnBehalf: { ...texts.consents.sendOnBehalf, at: "1926-11-04" } },
        },
      },
      "sms.consents.sendOnBehalf.at: is 1926-11-04, before there were texts; say the day",
    ],
    [
      "a connection that is texted twice",
      { ...lamnaProduction, sms: { ...texts, connections: ["lamna-test", "lamna-test"] } },
      "sms.connections[1]: lamna-test is listed already; take one out",
    ],
  ])("%s", (_what, stack, says) => {
    expect(faultsOf(stack)).toEqual([starting(says)]);
  });

  test.each(["1990-01-01", "2019-05-06"])("a consent of a standing agreement is none of these: %s", (at) => {
    const { sendOnBehalf } = texts.consents;
    const consents = { ...texts.consents, sendOnBehalf: { ...sendOnBehalf, at } };
    expect(faultsOf({ ...lamnaProduction, sms: { ...texts, consents } })).toEqual([]);
  });

  test("a stack that is no test stack of this hospital as the test stack, by what its own file says and not by its name", () => {
    const { tenant } = lamnaProduction;
    const files = new Map([
      ["berlin", { environment: "production", tenant }],
      ["lower-prod", { environment: "test", tenant }],
      ["local", { environment: "local", tenant }],
      ["elbe-test", { environment: "test", tenant: "elbe" }],
    ]);
    const faultsAfter = (testStack: string) => {
      const verdict = parseStack(lamnaWith("testStack.stack", testStack, lamnaProduction), {
        name: NAME,
        siblingOf: (stack) => files.get(stack),
      });
      return verdict.ok ? [] : verdict.faults;
    };
    expect(faultsAfter("berlin")).toEqual([
      "testStack.stack: berlin is a production stack, as its own file says; name the test stack whose packages it runs",
    ]);
    expect(faultsAfter("local")).toEqual([
      starting("testStack.stack: local is environment: local, as its own file says; name"),
    ]);
    expect(faultsAfter("elbe-test")).toEqual([
      starting("testStack.stack: elbe-test is another hospital's, as its own file says (tenant: elbe); name"),
    ]);
    for (const name of ["lower-prod", "lamna.prod", "berlin-production"])
      expect(faultsAfter(name), name).toEqual([]);
  });
});

test("the public host cannot be the mail domain as well, because DNS allows nothing beside a CNAME", () => {
  const { publicHost } = lamnaProduction;
  expect(faultsOf(lamnaWith("mail.domain", publicHost, lamnaProduction))).toEqual([
    starting("mail.domain: is publicHost, which DNS leads to Front Door by a CNAME record, and beside one"),
  ]);
  expect(faultsOf(lamnaWith("mail.domain", "mail." + publicHost, lamnaProduction))).toEqual([]);
});

describe("a name of Azure's as the public host", () => {
  test.each([
    "lamna.azurewebsites.net",
    "fd-lamna.z01.azurefd.net",
    "a.eastus.cloudapp.azure.com",
    "lamna.trafficmanager.net",
    "lamna.azure-api.net",
    "lamna.azurestaticapps.net",
    "lamna.azurecontainerapps.io",
    "lamna.sharepoint.com",
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

/** A hospital in Germany as it would write its production, from stacks/README.md alone. */
const german: StackSettingsInput = {
  ...lamnaProduction,
  geography: "europe",
  azure: { ...lamnaProduction.azure, location: "germanywestcentral" },
  encryption: "customerKeys",
  number: undefined,
  sms: { ...lamnaProduction.sms, live: false },
  events: { accepted: "Event data of texts may be kept in any Microsoft data center" },
};

describe("what is easily written otherwise", () => {
  test("is not what the stack file says", () => {
    expect(faultsOf(JSON.parse(JSON.stringify(german)), NAME)).toEqual([]);
  });

  test.each<[path: string, value: unknown, words: string]>([
    ["geography", "EU", "geography: must be americas, europe or asiaPacific"],
    [
      "azure.location",
      "germanynorth",
      "azure.location: germanynorth is not in the geography europe; it has ",
    ],
    [
      "departments.0.timeZone",
      "CET+1",
      "departments[0].timeZone: must be a time zone such as America/Chicago",
    ],
    [
      "departments.0.organizer",
      "telehealth@lamna.example",
      "departments[0].organizer: must be an object id of the hospital's directory",
    ],
    ["deployFrom", ["10.0.0.5"], "deployFrom[0]: must be a public IPv4 address, or a range on its boundary"],
    ["deployFrom", ["2001:db8::1"], "deployFrom[0]: must be a public IPv4 address"],
    ["network.addressSpace", "8.8.8.0/23", "network.addressSpace: must be a private range such as"],
    [
      "network.allow",
      ["198.51.100.0/24"],
      "network.allow: has no effect behind Front Door, which lets everybody in and the firewall decides; leave it out",
    ],
    ["encryption", true, "encryption: must be microsoftKeys or customerKeys"],
    [
      "events.accepted",
      true,
      'events.accepted: must be, word for word, what a person accepts: "Event data of texts may be kept in any Microsoft data center"',
    ],
    [
      "microsoft.registration",
      "3d7e5b1c-0000-4000-8000-0000000000c1",
      "microsoft.registration: must be a group of settings; each of its settings stands on a line of its own",
    ],
    [
      "testStack",
      "lamna-test",
      "testStack: must be a group of settings; each of its settings stands on a line of its own below it",
    ],
    [
      "testStack.stack",
      "Pulumi.lamna-test.yaml",
      "testStack.stack: must be the name of a stack, such as lamna-test",
    ],
    [
      "connections.0.provider.authentication.secret",
      "lamna-secret",
      "connections[0].provider.authentication.secret: does not go with what stands beside it; leave it out",
    ],
    [
      "sms.connections",
      ["lamna"],
      "sms.connections[0]: no connection of this stack has the id lamna; it has lamna-test",
    ],
    [
      "mail.domain",
      "visits@lamna.example",
      "mail.domain: must be a domain such as mail.lamna.example, without @",
    ],
    ["messages.hours", { from: 8, to: 20 }, "messages.hours: must be always, or from and to, such as"],
    ["release.site", "latest", "release.site: must be a package's SHA-256, 64 hexadecimal digits in quotes"],
    ["budget.from", "12/2026", "budget.from: must be a month such as 2026-12"],
  ])("%s: %j", (path, value, words) => {
    const faults = faultsOf(lamnaWith(path, value, german), NAME);
    expect(faults).toContainEqual(starting(words));
    expect(faults.join()).not.toContain("put it in quotes");
  });

  test.each([
    ["objectId", "clientId", "App registrations"],
    ["servicePrincipalId", "objectId", "Enterprise applications"],
    ["servicePrincipalId", "clientId", "Enterprise applications"],
  ] as const)("one id of a registration for another: %s as %s", (key, other, where) => {
    const ids = {
      clientId: "3d7e5b1c-0000-4000-8000-0000000000c1",
      objectId: "3d7e5b1c-0000-4000-8000-0000000000c2",
      servicePrincipalId: "3d7e5b1c-0000-4000-8000-0000000000c3",
    };
    const registration = { ...ids, [key]: ids[other] };
    expect(faultsOf(lamnaWith("microsoft.registration", registration, german), NAME)).toEqual([
      starting(
        `microsoft.registration.${key}: is the same as ${other}, and Entra gives each an id of its own; take it from ${where}`,
      ),
    ]);
  });
});

describe("a name that only the hospital's own network knows", () => {
  test.each(["visits.lamna.local", "visits.lamna.internal", "visits.lamna.lan", "a.lamna.home.arpa"])(
    "as the public host is refused, since nobody certifies it: %s",
    (host) => {
      expect(faultsOf(lamnaWith("publicHost", host, lamnaProduction))).toEqual([
        starting("publicHost: must be a name that the internet's DNS knows"),
      ]);
    },
  );

  test("as a chart system's is refused, since the site in Azure does not find it", () => {
    const path = "connections.0.fhirBaseUrl";
    expect(faultsOf(lamnaWith(path, "https://fhir.lamna.local/r4", lamnaProduction))).toEqual([
      starting("connections[0].fhirBaseUrl: has a name that only the hospital's own network knows"),
    ]);
    expect(faultsOf(lamnaWith(path, "https://fhir.local-lamna.example/r4", lamnaProduction))).toEqual([]);
  });
});

test.each(["gmail.com", "lamna.onmicrosoft.com", "mail.lamna.local"])(
  "a domain in whose DNS the hospital can write nothing sends no mail: %s",
  (domain) => {
    expect(faultsOf(lamnaWith("mail.domain", domain, lamnaProduction))).toEqual([
      starting("mail.domain: is no domain in whose DNS the hospital can add the records"),
    ]);
  },
);

describe("a time zone", () => {
  test.each(["EST", "MST", "HST", "UTC", "GMT", "Etc/GMT+5", "etc/utc", "+01:00"])(
    "that is the same all year and no place's is refused: %s",
    (zone) => {
      expect(faultsOf(lamnaWith("departments.0.timeZone", zone, lamnaProduction))).toEqual([
        starting("departments[0].timeZone: is no place's, and has no summer time; name the place, such as"),
      ]);
    },
  );

  test.each(["America/Phoenix", "Pacific/Honolulu", "Europe/Berlin", "US/Eastern", "EST5EDT", "CET"])(
    "of a place, or with summer time, is taken: %s",
    (zone) => {
      expect(faultsOf(lamnaWith("departments.0.timeZone", zone, lamnaProduction))).toEqual([]);
    },
  );
});

describe("address ranges", () => {
  test.each(["network.allow", "deployFrom"])("%s are as wide as the policies allow, and as many", (key) => {
    const faultsWith = (ranges: readonly string[]) => faultsOf(lamnaWith(key, ranges));
    expect(faultsWith(["53.1.0.0/16"])).toEqual([]);
    for (const wide of ["53.0.0.0/8", "53.2.0.0/15"])
      expect(faultsWith([wide]), wide).toEqual([
        starting(
          `${key}[0]: must be a public IPv4 address, or a range on its boundary such as 203.0.113.0/24, not wider than /16`,
        ),
      ]);
    const many = Array.from({ length: 101 }, (_, index) => `53.1.${String(index)}.1`);
    expect(faultsWith(many.slice(1))).toEqual([]);
    expect(faultsWith(many)).toEqual([
      starting(key + ": must be 100 entries at most; write neighbours as one range"),
    ]);
  });
});

describe("an id that is another's, or nobody's", () => {
  test("the directory's is not the subscription's", () => {
    const { subscriptionId } = lamnaProduction.azure;
    expect(faultsOf(lamnaWith("microsoft.tenantId", subscriptionId, lamnaProduction))).toEqual([
      starting("microsoft.tenantId: is the same as azure.subscriptionId, and each has an id of its own"),
    ]);
  });

  test.each(["azure.subscriptionId", "microsoft.tenantId", "deployers.0.objectId"])(
    "a template's zeros are nobody's: %s",
    (path) => {
      expect(faultsOf(lamnaWith(path, "00000000-0000-0000-0000-000000000000", lamnaProduction))).toEqual([
        expect.stringMatching(/, and not the zeros that stand in a template$/),
      ]);
    },
  );
});

test("Oracle's sandbox is no production system", () => {
  const sandbox = "https://fhir-ehr-code.cerner.com/r4/ec2458f2-1e24-41c8-b71b-0e701af7583d";
  const connections = [{ ...lamnaConnection, environment: "production", fhirBaseUrl: sandbox }];
  expect(faultsOf({ ...lamnaProduction, connections })).toEqual([
    starting("connections[0].fhirBaseUrl: is Oracle's sandbox, which is never a production system"),
  ]);
});

test("packages lie in a storage account and nowhere else, since whoever deploys shows a token for storage there", () => {
  const faultsAt = (address: string) => faultsOf(lamnaWith("testStack.packages", address, lamnaProduction));
  expect(faultsAt("https://stlamnatest.blob.core.windows.net/packages")).toEqual([]);
  for (const host of ["stlamnatest.blob.core.windows.net.evil.example", "stlamnatest.blob.evil.example"])
    expect(faultsAt(`https://${host}/packages`), host).toEqual([
      starting("testStack.packages: must be a container's address such as https://stlamnatest.blob"),
    ]);
});

test("settings that the engine could not hand to the program are told with their length", () => {
  const [department] = lamnaProduction.departments;
  const many = (count: number) =>
    Array.from({ length: count }, (_, index) => ({
      ...department,
      id: "d" + String(index),
      locations: ["l" + String(index)],
    }));
  expect(faultsOf({ ...lamnaProduction, departments: many(100) })).toEqual([]);
  expect(faultsOf({ ...lamnaProduction, departments: many(900) })).toEqual([
    expect.stringMatching(
      /^teams-ehr-connector:connector: is \d+ KiB long .*, and 128 KiB is the most; leave/,
    ),
  ]);
});
