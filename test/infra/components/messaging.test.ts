import * as pulumi from "@pulumi/pulumi";
import { describe, expect, test } from "vitest";
import { recordedState } from "../../../infra/components/recordedState.ts";
import { existingResources, type Adopted } from "../../../infra/components/adoption.ts";
import { lamnaProduction, lamnaTest, lamnaWith } from "../stacks.ts";
import { Identity } from "../../../infra/components/identity.ts";
import type { DeploymentContext } from "../../../infra/components/deploymentContext.ts";
import { Messaging } from "../../../infra/components/messaging.ts";
import { recordedOnce } from "./foundation.ts";
import { ofType, one, READ_STATE, record, valueOf, type Recorded, type RecordOptions } from "./recorded.ts";

const GROUP = "azure-native:resources:ResourceGroup";
const SERVICE = "azure-native:communication:CommunicationService";
const MAIL = "azure-native:communication:EmailService";
const DOMAIN = "azure-native:communication:Domain";
const NUMBER = "ehr:index:PhoneNumber";

function messagingOn(context: DeploymentContext, adopted: Adopted = {}): Messaging {
  return new Messaging("messaging", { context, identity: new Identity("identity", { context }), adopted });
}
const up = recordedOnce(messagingOn);

const mailParts = (all: readonly Recorded[]) => [
  one(all, GROUP, "number"),
  one(all, MAIL),
  one(all, DOMAIN, "mail"),
  one(all, SERVICE),
];

test.each([
  ["test", lamnaTest],
  ["production", lamnaProduction],
])(
  "%s's Communication Services take Entra alone, and mails tell nobody who reads them",
  async (_name, stack) => {
    const all = await up(stack);
    expect(one(all, SERVICE).inputs).toMatchObject({
      location: "global",
      dataLocation: "United States",
      disableLocalAuth: true,
      publicNetworkAccess: "Enabled",
      identity: { type: "SystemAssigned" },
      linkedDomains: [expect.stringMatching(/\/AzureManagedDomain$/)],
    });
    expect(one(all, MAIL).inputs).toMatchObject({ location: "global", dataLocation: "United States" });
    expect(one(all, DOMAIN, "mail").inputs).toMatchObject({
      domainName: "AzureManagedDomain",
      location: "global",
      domainManagement: "AzureManaged",
      userEngagementTracking: "Disabled",
    });
  },
);

test.each([
  ["europe", "Europe"],
  ["asiaPacific", "Asia Pacific"],
])("in %s messages are kept in %s", async (geography, dataLocation) => {
  const all = await up(lamnaWith("geography", geography));
  expect(one(all, SERVICE).inputs["dataLocation"]).toBe(dataLocation);
  expect(one(all, MAIL).inputs["dataLocation"]).toBe(dataLocation);
});

test("the number and what it hangs on have a resource group of their own", async () => {
  const all = await up(lamnaProduction);
  const group = one(all, GROUP, "number");
  expect(group.inputs["resourceGroupName"]).toBe("rg-lamna-production-number");
  for (const part of [one(all, SERVICE), one(all, MAIL), one(all, DOMAIN, "mail")])
    expect(part.propertyDependencies["resourceGroupName"]).toEqual([group.urn]);
});

test("the number is toll-free, texts both ways and calls nobody; area code and tenant are the stack's", async () => {
  const number = one(await up(lamnaProduction), NUMBER);
  expect(number.inputs).toEqual({
    endpoint: expect.stringMatching(/^https:\/\/acs-lamna-production-[0-9a-f]{8}\./) as string,
    countryCode: "US",
    phoneNumberType: "tollFree",
    areaCode: "833",
    sms: "inbound+outbound",
    calling: "none",
    tag: "lamna",
  });
  expect(number.options).toMatchObject({ protect: true, retainOnDelete: true });
});

test.each([
  ["production with a number", lamnaProduction, true],
  ["production without one", { ...lamnaProduction, number: undefined, sms: undefined }, true],
  ["a test stack with a number", { ...lamnaTest, number: {} }, true],
  ["a test stack whose number the portal gets", { ...lamnaTest, numbers: "portal" }, true],
  ["a test stack without one", lamnaTest, false],
])("what the number hangs on is protected and kept: %s (%s)", async (_name, stack, isKept) => {
  for (const part of mailParts(await up(stack)))
    expect([part.type, part.options.protect, part.options.retainOnDelete]).toEqual([
      part.type,
      isKept,
      isKept,
    ]);
});

test("without a number, and where the portal gets it, none is bought", async () => {
  expect(ofType(await up(lamnaTest), NUMBER)).toEqual([]);
  const portal = await up({ ...lamnaProduction, number: undefined, sms: undefined, numbers: "portal" });
  expect(ofType(portal, NUMBER)).toEqual([]);
});

test("the connector sends as its own identity, and may do so at its own service only", async () => {
  const all = await up(lamnaTest);
  const grant = one(all, "azure-native:authorization:RoleAssignment", "messaging");
  expect(grant.inputs["roleDefinitionId"]).toContain("09976791-48a7-449e-bb21-39d1a415f350");
  expect(grant.propertyDependencies).toMatchObject({
    scope: [one(all, SERVICE).urn],
    principalId: [one(all, "azure-native:managedidentity:UserAssignedIdentity").urn],
  });
});

test("the program is told the number, where there is one, and where mails come from", async () => {
  const told: unknown[] = [];
  await record(lamnaProduction, async (context) => {
    const messaging = messagingOn(context);
    told.push(messaging.number && (await valueOf(messaging.number)), await valueOf(messaging.mailSender));
  });
  await record(lamnaTest, (context) => void told.push(messagingOn(context).number));
  expect(told).toEqual([
    "+18335550100",
    "DoNotReply@3f0c0c3e-9a44-4a6c-8f41-0d5f7b2a1c11.azurecomm.net",
    undefined,
  ]);
});

describe("the hospital's own mail domain", () => {
  const withMail = { ...lamnaTest, mail: { domain: "mail.lamna.example" } };
  async function messagingWith(adopted: Adopted) {
    const told: { sender?: string; dns?: unknown } = {};
    const all = await record(withMail, async (context) => {
      const messaging = messagingOn(context, adopted);
      told.sender = await valueOf(messaging.mailSender);
      told.dns = await valueOf(messaging.mailRecords);
    });
    return { all, ...told };
  }

  test("is made as the hospital's, watched by nobody, and no other sender beside Azure's own is asked for", async () => {
    const { all } = await messagingWith({});
    expect(one(all, DOMAIN, "own-mail").inputs).toMatchObject({
      domainName: "mail.lamna.example",
      domainManagement: "CustomerManaged",
      userEngagementTracking: "Disabled",
      location: "global",
    });
    expect(ofType(all, "azure-native:communication:SenderUsername")).toEqual([]);
  });

  test("puts its DNS records out under their whole names", async () => {
    const { dns } = await messagingWith({});
    const key = (selector: string) => selector + "-azurecomm-prod-net._domainkey";
    expect(dns).toEqual([
      {
        name: "mail.lamna.example",
        type: "TXT",
        value: expect.stringMatching(/^ms-domain-verification=/) as string,
      },
      { name: "mail.lamna.example", type: "TXT", value: expect.stringMatching(/^v=spf1 /) as string },
      {
        name: key("selector1") + ".mail.lamna.example",
        type: "CNAME",
        value: key("selector1") + ".azurecomm.net",
      },
      {
        name: key("selector2") + ".mail.lamna.example",
        type: "CNAME",
        value: key("selector2") + ".azurecomm.net",
      },
    ]);
  });

  test("is linked and sent from once Azure has verified it, and Azure's own until then", async () => {
    const before = await messagingWith({});
    const after = await messagingWith({ ownDomainIsVerified: true });
    const linked = ({ all }: { all: readonly Recorded[] }) => one(all, SERVICE).inputs["linkedDomains"];
    expect([before.sender, linked(before)]).toEqual([
      "DoNotReply@3f0c0c3e-9a44-4a6c-8f41-0d5f7b2a1c11.azurecomm.net",
      [expect.stringMatching(/\/AzureManagedDomain$/)],
    ]);
    expect([after.sender, linked(after)]).toEqual([
      "DoNotReply@mail.lamna.example",
      [expect.stringMatching(/\/mail\.lamna\.example$/)],
    ]);
    for (const { all } of [before, after])
      expect(one(all, SERVICE).propertyDependencies["linkedDomains"]).toEqual(
        ofType(all, DOMAIN).map(({ urn }) => urn),
      );
  });
});

test.each([
  ["all four records are there", {}, true],
  ["one is missing", { dKIM2: { status: "VerificationInProgress" } }, undefined],
  ["nobody has looked yet", { domain: { status: "NotStarted" }, sPF: { status: "NotStarted" } }, undefined],
])("a mail domain is taken into use when %s", async (_name, changed, isVerified) => {
  const verified = { status: "Verified" };
  const states = { domain: verified, sPF: verified, dKIM: verified, dKIM2: verified, ...changed };
  const { adopted } = await upAgain(
    () => true,
    false,
    [],
    { mail: { domain: "mail.lamna.example" } },
    states,
  );
  expect(adopted).toMatchObject({ ownDomainId: "id of mail.lamna.example" });
  expect(adopted.ownDomainIsVerified).toBe(isVerified);
});

test.each([
  ["is looked at anew", { dKIM: { status: "VerificationInProgress" } }, true],
  ["was taken back", { dKIM: { status: "VerificationFailed" } }, undefined],
  ["is made anew and nobody has looked", { domain: { status: "NotStarted" } }, undefined],
])("a mail domain that is in use and %s", async (_name, changed, isVerified) => {
  const verified = { status: "Verified" };
  const states = { domain: verified, sPF: verified, dKIM: verified, dKIM2: verified, ...changed };
  const linked = ["ID of mail.lamna.example"];
  const mail = { mail: { domain: "mail.lamna.example" } };
  const { adopted } = await upAgain(() => true, false, [], mail, states, linked);
  expect(adopted.ownDomainIsVerified).toBe(isVerified);
});

test("at first nothing is there, and nothing is adopted", async () => {
  const { adopted, all } = await upAgain(() => false);
  expect(adopted).toEqual({});
  for (const part of mailParts(all)) expect(part.options.import).toBeUndefined();
});

test.each([false, true])(
  "what outlived a destroy is adopted under Azure's own ids (preview: %s)",
  async (preview) => {
    const { adopted, all } = await upAgain(() => true, preview);
    expect(mailParts(all).map(({ options }) => options.import)).toEqual([
      adopted.groupId,
      adopted.emailServiceId,
      adopted.domainId,
      adopted.serviceId,
    ]);
    const [group, mail, domain, service] = mailParts(all).map(({ inputs }) => inputs);
    expect(adopted).toEqual({
      groupId: "id of " + String(group?.["resourceGroupName"]),
      emailServiceId: "id of " + String(mail?.["emailServiceName"]),
      domainId: "id of " + String(domain?.["domainName"]),
      serviceId: "id of " + String(service?.["communicationServiceName"]),
    });
  },
);

test("what is adopted may have another owner until the next update, and what is the stack's own may not", async () => {
  const { all } = await upAgain(() => true);
  expect(mailParts(all).map(({ options }) => options.ignoreChanges)).toEqual([
    ["location", "tags"],
    ["tags"],
    ["tags"],
    ["tags"],
  ]);
  const held = mailParts(all).map(({ type, inputs }) => ({
    type,
    outputs: {
      name: String(
        inputs["communicationServiceName"] ??
          inputs["domainName"] ??
          inputs["emailServiceName"] ??
          inputs["resourceGroupName"],
      ),
    },
  }));
  const again = await upAgain(() => true, false, held);
  expect(again.adopted).toEqual({});
  expect(mailParts(again.all).map(({ options }) => [options.import, options.ignoreChanges])).toEqual([
    [undefined, ["location"]],
    [undefined, []],
    [undefined, []],
    [undefined, []],
  ]);
});

test("names are the same at every deployment, and nobody else's", async () => {
  const names = async (stack: unknown) => one(await up(stack), SERVICE).inputs["communicationServiceName"];
  const name = await names(lamnaTest);
  expect(name).toMatch(/^acs-lamna-test-[0-9a-f]{8}$/);
  expect(await names(lamnaWith("features", { staffNames: false }))).toBe(name);
  const elsewhere = { subscriptionId: "0c1f7a52-0000-4000-8000-00000000d002" };
  expect(await names(lamnaWith("azure", elsewhere))).not.toBe(name);
});

test("a group whose service is gone is adopted, and the service is made", async () => {
  const { adopted } = await upAgain((token) => token.endsWith("getResourceGroup"));
  expect(adopted).toEqual({ groupId: "id of rg-lamna-test-number" });
});

test.each([
  ["americas", "portal", undefined, undefined],
  ["americas", undefined, undefined, 'Say "number", or "numbers: portal" where the portal got it'],
  ["europe", undefined, undefined, 'Say another "tenant" to leave it alone. If nobody needs it'],
  // The group alone has no number, and one that this stack has made holds none of another's.
  ["americas", undefined, "getCommunicationService", undefined],
  ["americas", undefined, "nothing: the group is in the state", undefined],
])(
  "what may hold a number is not taken over where nothing would protect it: %s, %s, without %s",
  async (geography, numbers, missing, says) => {
    const group = { type: GROUP, outputs: { name: "rg-lamna-test-number" } };
    const held = missing?.startsWith("nothing") === true ? [group] : [];
    const isThere = (token: string) => missing === undefined || !token.endsWith(missing);
    const again = upAgain(isThere, false, held, { geography, numbers });
    if (says === undefined) {
      expect((await again).adopted.emailServiceId).toBeDefined();
      return;
    }
    const refusal: unknown = await again.catch((error: unknown) => error);
    expect(pulumi.RunError.isInstance(refusal)).toBe(true);
    expect(String(refusal)).toContain("number: the resource group rg-lamna-test-number is there already");
    expect(String(refusal)).toContain(says);
    expect(String(refusal)).toContain("az group delete --name rg-lamna-test-number --subscription 0c1f7a52");
  },
);

test("when Azure does not say whether it is there, nothing is made, and words say what to check", async () => {
  const made: unknown[] = [];
  const refusal: unknown = await record(
    lamnaTest,
    async (context) => {
      const adopted = await existingResources(context.stack, await recordedState());
      made.push(messagingOn(context, adopted));
    },
    {
      call: (token) => {
        if (token === READ_STATE) return { outputs: {} };
        throw new Error('Status=403 Code="AuthorizationFailed" Message="The client may not read it."');
      },
    },
  ).then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(pulumi.RunError.isInstance(refusal)).toBe(true);
  expect(String(refusal)).toContain("does not say whether rg-lamna-test-number is there");
  expect(String(refusal)).toContain("AuthorizationFailed");
  expect(made).toEqual([]);
});

interface Held {
  readonly type: string;
  readonly outputs: { readonly name: string };
}

async function upAgain(
  isThere: (token: string) => boolean,
  preview = false,
  held: readonly Held[] = [],
  more: object = {},
  verificationStates: object = {},
  linkedDomains: readonly string[] = [],
) {
  let adopted: Adopted = {};
  const call: NonNullable<RecordOptions["call"]> = (token, inputs) => {
    const asked = ["domainName", "emailServiceName", "communicationServiceName", "resourceGroupName"]
      .map((key) => inputs[key])
      .find((name) => typeof name === "string");
    if (token === READ_STATE)
      return { outputs: Object.fromEntries(held.map((one) => [one.outputs.name, one])) };
    if (isThere(token)) return { id: "id of " + String(asked), verificationStates, linkedDomains };
    throw new Error('Status=404 Code="ResourceNotFound" Message="It was not found."');
  };
  const all = await record(
    { ...lamnaTest, numbers: "portal", ...more },
    async (context) => {
      adopted = await existingResources(context.stack, await recordedState());
      messagingOn(context, adopted);
    },
    { call, preview },
  );
  return { adopted, all };
}
