import { describe, expect, test } from "vitest";
import { readSettings } from "../../../app/config/readSettings.ts";

const handedOver = {
  PORT: "8080",
  CONNECTOR_TENANT: "lamna",
  CONNECTOR_ENVIRONMENT: "production",
  CONNECTOR_PUBLIC_URL: "https://visits.lamna.example",
  CONNECTOR_ORGANIZATION: JSON.stringify({ name: "Lamna Healthcare", phone: "(202) 555-0100" }),
  CONNECTOR_VISITS: "{}",
  MICROSOFT_TENANT_ID: "5b0c3a52-0000-4000-8000-000000000001",
  MICROSOFT_CLIENT_ID: "4f1f2d5c-0000-4000-8000-00000000c001",
  MICROSOFT_AUTHORITY: "https://login.microsoftonline.com",
  MICROSOFT_GRAPH: "https://graph.microsoft.com",
  IDENTITY_CLIENT_ID: "4f1f2d5c-0000-4000-8000-00000000c002",
  VAULT_URL: "https://lamna.vault.azure.net",
  VAULT_WRAPPING_KEY: "wrapping",
  PACKAGE_DIGEST: "ab".repeat(32),
  CONNECTOR_REVISION: "cd".repeat(32),
  STORE_COSMOS_ENDPOINT: "https://lamna.documents.azure.com",
  STORE_COSMOS_DATABASE: "connector",
  QUEUE_ENDPOINT: "https://lamna.queue.core.windows.net",
};
const read = (changes: Readonly<Record<string, string>> = {}) => readSettings({ ...handedOver, ...changes });

test("what is not said stays unsaid; the number is the portal's, and nothing is on that needs an edge", () => {
  const settings = read();
  expect(settings.messaging).toMatchObject({
    numbers: "portal",
    verification: undefined,
    texting: undefined,
    rules: undefined,
    mailing: undefined,
    mailSender: undefined,
  });
  expect(settings.approvals).toBeUndefined();
  expect(settings.features).toEqual({
    staffNames: true,
    presence: false,
    attendance: true,
    callQuality: false,
  });
});

test("what is said is there, parsed", () => {
  const features = { staffNames: false, presence: true, attendance: false, callQuality: true };
  expect(
    read({
      CONNECTOR_NUMBERS: "stack",
      CONNECTOR_NUMBER_VERIFICATION: "rejected",
      CONNECTOR_MESSAGES: '{"aheadDays":7,"hours":"always"}',
      CONNECTOR_MAIL: '{"domain":"mail.lamna.example","limits":{"perMinute":60,"perHour":500}}',
      COMMUNICATION_MAIL_SENDER: "DoNotReply@mail.lamna.example",
      CONNECTOR_FEATURES: JSON.stringify(features),
      CONNECTOR_APPROVALS: '{"testOverride":true}',
    }),
  ).toMatchObject({
    messaging: {
      numbers: "stack",
      verification: "rejected",
      rules: { aheadDays: 7, hours: "always" },
      mailing: { domain: "mail.lamna.example", limits: { perMinute: 60, perHour: 500 } },
      mailSender: "DoNotReply@mail.lamna.example",
    },
    features,
    approvals: { testOverride: true },
  });
});

test("a number that a stack file was let have before, and that nobody can call, keeps nothing from starting", () => {
  const { organization } = read({
    CONNECTOR_ORGANIZATION: JSON.stringify({ name: "Lamna Healthcare", phone: "555-0100" }),
  });
  expect(organization.phone).toBe("555-0100");
});

describe("what cannot be used is refused by its name", () => {
  test.each<[name: string, value: string, words: string]>([
    ["CONNECTOR_NUMBERS", "nobody", 'is "nobody"; it holds stack or portal: who gets the phone number'],
    ["CONNECTOR_NUMBER_VERIFICATION", "pending", 'is "pending"; it holds notStarted, submitted, approved or'],
    ["CONNECTOR_MESSAGES", "14", "Invalid input"],
    ["CONNECTOR_MESSAGES", "{", "is not JSON"],
    ["CONNECTOR_MESSAGES", '{"hours":{"from":"21:00","to":"08:00"}}', "hours to must be later than from"],
    ["CONNECTOR_MESSAGES", '{"aheadDays":0}', "aheadDays Too small"],
    ["CONNECTOR_MAIL", '{"domain":"clinic@lamna.example"}', "domain must be a domain such as"],
    ["CONNECTOR_MAIL", '{"domain":"mail.lamna.example","limits":{"perMinute":60}}', "limits perHour"],
    ["COMMUNICATION_MAIL_SENDER", "mail.lamna.example", "must be a mail address like"],
    [
      "CONNECTOR_FEATURES",
      '{"staffNames":true,"presence":"yes","attendance":true,"callQuality":true}',
      "presence Invalid input",
    ],
    ["CONNECTOR_APPROVALS", '{"secondPerson":"yes"}', "secondPerson Invalid input"],
    ["CONNECTOR_TEXTING", '{"connections":["lamna"],"live":true}', "consents Invalid input"],
  ])("%s=%s", (name, value, words) => {
    expect(() => read({ [name]: value })).toThrow("\n  " + name + " " + words);
  });
});

test("a feature that an older release's program does not tell is off", () => {
  expect(read({ CONNECTOR_FEATURES: '{"staffNames":true,"presence":true,"later":true}' }).features).toEqual({
    staffNames: true,
    presence: true,
    attendance: false,
    callQuality: false,
  });
});
