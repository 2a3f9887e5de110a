import { describe, expect, test } from "vitest";
import { readSettings } from "../../app/config/readSettings.ts";
import { revisionOf, withRevision } from "../../infra/revision.ts";
import { settings, type Provisioned } from "../../infra/settings.ts";
import { parseStack, type StackSettings } from "../../infra/stack.ts";
import { lamnaConnection, lamnaDepartment, lamnaProduction, lamnaTest } from "./stacks.ts";

const QUEUES = "https://stlamna.queue.core.windows.net";
const made: Provisioned<string> = {
  publicUrl: "https://visits.lamna.example",
  clientId: "4f1f2d5c-0000-4000-8000-00000000c001",
  authority: "https://login.microsoftonline.com",
  graph: "https://graph.microsoft.com",
  identityClientId: "4f1f2d5c-0000-4000-8000-00000000c002",
  vaultUrl: "https://lamna.vault.azure.net",
  wrappingKey: "wrapping",
  packageDigest: "ab".repeat(32),
  store: {
    cosmosEndpoint: "https://lamna.documents.azure.com",
    cosmosDatabase: "connector",
    queueEndpoint: QUEUES,
  },
};

function stackOf(value: unknown): StackSettings {
  const verdict = parseStack(value);
  if (!verdict.ok) throw new Error(verdict.faults.join("\n"));
  return verdict.stack;
}

const placed = (stack: StackSettings) => withRevision(settings(stack, made));

/** The environment that App Service gives the process: our settings, and a port. */
const handedOver = (stack: StackSettings, changes: Record<string, string | undefined> = {}) => ({
  ...placed(stack),
  PORT: "8080",
  ...changes,
});

test("the connector reads what a deployment placed", () => {
  const stack = stackOf(lamnaTest);
  expect(readSettings(handedOver(stack))).toMatchObject({
    tenant: "lamna",
    environment: "test",
    publicUrl: made.publicUrl,
    port: 8080,
    organization: stack.organization,
    visits: stack.visits,
    connections: stack.connections,
    departments: stack.departments,
    microsoft: {
      tenantId: stack.microsoft.tenantId,
      clientId: made.clientId,
      authority: made.authority,
      graph: made.graph,
      identityClientId: made.identityClientId,
    },
    vault: { url: made.vaultUrl, wrappingKey: made.wrappingKey },
    store: { kind: "cosmos", endpoint: "https://lamna.documents.azure.com", database: "connector" },
    queue: { kind: "storage", endpoint: QUEUES },
    packageDigest: made.packageDigest,
    revision: revisionOf(settings(stack, made)),
  });
});

describe("the revision", () => {
  const some = { VAULT_URL: "https://lamna.vault.azure.net", CONNECTOR_TENANT: "lamna" };

  test("is another one for every setting that is changed, added or taken away", () => {
    const { VAULT_URL: _vault, ...fewer } = some;
    const others = [{ ...some, CONNECTOR_TENANT: "lamna2" }, { ...some, MORE: "" }, fewer];
    const revisions = [some, ...others].map(revisionOf);
    expect(new Set(revisions).size).toBe(4);
    expect(revisions.join(" ")).toMatch(/^[0-9a-f]{64}( [0-9a-f]{64}){3}$/);
  });

  test("does not depend on the order in which they are placed", () => {
    const turned = Object.fromEntries(Object.entries(some).reverse());
    expect(revisionOf(turned)).toBe(revisionOf(some));
  });

  test("tells a value from the name beside it", () => {
    expect(revisionOf({ A: "BC" })).not.toBe(revisionOf({ AB: "C" }));
  });
});

test("a stack that leaves connections and departments to the portal starts with none", () => {
  const { connections: _connections, departments: _departments, ...rest } = lamnaTest;
  expect(readSettings(handedOver(stackOf(rest)))).toMatchObject({ connections: [], departments: [] });
});

test("texts, number and queue arrive as the stack and the deployment have them", () => {
  const stack = stackOf(lamnaProduction);
  const messaging = {
    communicationEndpoint: "https://acs-lamna-production.unitedstates.communication.azure.com",
    mailSender: "DoNotReply@mail.lamna.example",
    number: "+18335550100",
  };
  const read = readSettings({ ...withRevision(settings(stack, { ...made, messaging })), PORT: "8080" });
  expect(read).toMatchObject({
    messaging: {
      endpoint: messaging.communicationEndpoint,
      numbers: "stack",
      number: messaging.number,
      mailSender: messaging.mailSender,
      verification: "approved",
      texting: stack.sms,
      staffRecipients: undefined,
    },
    queue: { kind: "storage", endpoint: QUEUES },
    worker: true,
  });
});

test("a test deployment knows whom alone it may text and mail", () => {
  const staffRecipients = { phones: ["+12025550171"], mails: ["clinic-test@lamna.example"] };
  const read = readSettings(handedOver(stackOf({ ...lamnaTest, staffRecipients })));
  expect(read.messaging.staffRecipients).toEqual(staffRecipients);
});

describe("what a stack says of messages, mail, features and approvals", () => {
  test("arrives as it was said", () => {
    const { organizer, ...department } = lamnaDepartment;
    const stack = stackOf({
      ...lamnaProduction,
      organization: { ...lamnaProduction.organization, textName: "Lamna" },
      features: { callQuality: true },
      connections: [
        {
          ...lamnaConnection,
          system: { ...lamnaConnection.provider, clientId: "system" },
          writeBack: { links: true, status: { arrived: true } },
          messages: { kinds: ["reminder"], remindMinutesBefore: [2880, 60] },
        },
      ],
      departments: [
        {
          ...department,
          organizers: [organizer, "7d0c5a1e-0000-4000-8000-00000000a002"],
          nameInTexts: true,
        },
      ],
    });
    expect(readSettings(handedOver(stack))).toMatchObject({
      organization: stack.organization,
      connections: stack.connections,
      departments: stack.departments,
      messaging: {
        rules: { aheadDays: 21, hours: { from: "07:30", to: "20:00" } },
        mailing: { domain: "mail.lamna.example" },
      },
      features: { staffNames: true, presence: true, attendance: true, callQuality: true },
      approvals: { secondPerson: true },
    });
  });

  test("stays unsaid where a stack is silent, but for the features, which only the deployment knows", () => {
    const read = readSettings(handedOver(stackOf(lamnaTest)));
    expect(read.messaging).toMatchObject({
      numbers: "stack",
      verification: undefined,
      rules: undefined,
      mailing: undefined,
    });
    expect(read.approvals).toBeUndefined();
    expect(read.features).toEqual({
      staffNames: true,
      presence: false,
      attendance: true,
      callQuality: false,
    });
  });
});

test("a number that the stack gets is not seeded by more than the stack says", () => {
  const { sms: _later, ...early } = lamnaProduction;
  const read = (number: object) => readSettings(handedOver(stackOf({ ...early, number }))).messaging;
  expect(read({})).toMatchObject({ numbers: "stack", verification: undefined });
  expect(read({ verification: "rejected" })).toMatchObject({ numbers: "stack", verification: "rejected" });
});

test.each([
  ["americas", "portal"],
  ["europe", "stack"],
  ["asiaPacific", "stack"],
])("in %s, a production that says nothing of a number leaves it to the %s", (geography, numbers) => {
  const { number: _number, sms: _sms, ...silent } = lamnaProduction;
  const said = { ...silent, geography };
  expect(readSettings(handedOver(stackOf(said))).messaging).toMatchObject({ numbers });
});

test("a staging slot's sticky setting turns background work off", () => {
  expect(readSettings(handedOver(stackOf(lamnaTest), { CONNECTOR_WORKER: "off" })).worker).toBe(false);
});

describe("a setting that is not there is named", () => {
  const optional = /^(CONNECTOR_(CONNECTIONS|DEPARTMENTS|NUMBERS|FEATURES)|STORE_)/;
  const required = Object.keys(placed(stackOf(lamnaTest))).filter((name) => !optional.test(name));

  test.each(required)("%s", (name) => {
    const without = () => readSettings(handedOver(stackOf(lamnaTest), { [name]: undefined }));
    expect(without).toThrow(new RegExp("\\n {2}" + name + " is missing; it holds .{5,}"));
  });

  test("the store, whose settings come in two kinds", () => {
    const without = { STORE_COSMOS_ENDPOINT: undefined, STORE_COSMOS_DATABASE: undefined };
    expect(() => readSettings(handedOver(stackOf(lamnaTest), without))).toThrow(
      "STORE_COSMOS_ENDPOINT or STORE_SQLITE_FILE must be there",
    );
  });
});

test("everything that is wrong is told at once, a line for each", () => {
  const wrong = {
    PORT: undefined,
    VAULT_URL: "vault",
    PACKAGE_DIGEST: "latest",
    CONNECTOR_REVISION: "7",
    CONNECTOR_WORKER: "later",
    CONNECTOR_TEXTING: "yes",
    COMMUNICATION_NUMBER: "833",
  };
  const told = messageOf(() => readSettings(handedOver(stackOf(lamnaTest), wrong)));
  expect(told.split("\n  ").slice(1).sort()).toEqual([
    "COMMUNICATION_NUMBER must be a phone number like +18335550100",
    "CONNECTOR_REVISION must be 64 hexadecimal digits",
    "CONNECTOR_TEXTING is not JSON; pulumi up writes it anew from the stack file",
    'CONNECTOR_WORKER is "later"; it holds on or off: whether this process takes background work',
    "PACKAGE_DIGEST must be 64 hexadecimal digits",
    "PORT must be a port number; the platform sets it",
    "VAULT_URL is not an address; it should start with https://",
  ]);
});

function messageOf(attempt: () => unknown): string {
  try {
    attempt();
  } catch (error) {
    return String(error);
  }
  return "";
}
