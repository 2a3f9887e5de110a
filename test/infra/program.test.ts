import * as pulumi from "@pulumi/pulumi";
import { beforeAll, describe, expect, test } from "vitest";
import { readSettings } from "../../app/config.ts";
import { judge } from "../policy/judge.ts";
import { asJudged, ofType, one, type Recorded } from "./components/recorded.ts";
import { clientOf, SAMPLES, sampleStack } from "./sampleStacks.ts";
import { lamnaProduction, lamnaTest as withoutRelease, lamnaWith } from "./stacks.ts";
import { outputOf, signedIn, wholeProgram, type Program } from "./wholeProgram.ts";

const lamnaTest = { ...withoutRelease, release: { site: "7e".repeat(32) } };
const stacks: [string, Record<string, unknown>][] = [
  ...(await Promise.all(
    SAMPLES.map(async (name): Promise<[string, Record<string, unknown>]> => [name, await sampleStack(name)]),
  )),
  ["a restricted test", { ...lamnaTest, network: { ...lamnaTest.network, mode: "restricted" } }],
  [
    "a European production with its own encryption key",
    {
      ...lamnaProduction,
      geography: "europe",
      encryption: "customerKeys",
      events: { accepted: "Event data of texts may be kept in any Microsoft data center" },
    },
  ],
];

const settingsOf = (all: readonly Recorded[], type = "azure-native:web:WebAppApplicationSettings") =>
  one(all, type).inputs["properties"] as Readonly<Record<string, string>>;

describe.each(stacks)("%s", (_name, stack) => {
  let up: Program;
  let preview: Program;
  beforeAll(async () => {
    const client = clientOf(stack);
    up = await wholeProgram(stack, { client });
    preview = await wholeProgram(stack, { client, preview: true });
  });

  test("passes every policy", async () => {
    expect(await judge(asJudged(up.resources))).toEqual([]);
  });

  test("is decided in a first preview already", async () => {
    expect(await judge(asJudged(preview.resources))).toEqual([]);
  });

  test("gives the connector settings that it can start with", () => {
    const settings = readSettings({ ...settingsOf(up.resources), PORT: "8080" });
    expect(settings).toMatchObject({ tenant: stack["tenant"], store: { kind: "cosmos" }, worker: true });
  });

  test("shows in a preview every setting that does not depend on something new", () => {
    const unknown = Object.entries(settingsOf(preview.resources)).filter(
      ([, value]) => typeof value !== "string",
    );
    expect(unknown.map(([name]) => name).sort()).toEqual(
      [
        "COMMUNICATION_ENDPOINT",
        ...("number" in stack ? ["COMMUNICATION_NUMBER"] : []),
        ...(stack["publicHost"] === undefined ? ["CONNECTOR_PUBLIC_URL"] : []),
        "CONNECTOR_REVISION",
        "IDENTITY_CLIENT_ID",
        "MICROSOFT_CLIENT_ID",
        "QUEUE_ENDPOINT",
        "STORE_COSMOS_ENDPOINT",
        "VAULT_URL",
        "WEBSITE_RUN_FROM_PACKAGE",
        "WEBSITE_RUN_FROM_PACKAGE_BLOB_MI_RESOURCE_ID",
      ].sort(),
    );
  });
});

test("site and slot differ in their packages and in who takes background work, and in nothing else", async () => {
  const release = { site: "5e".repeat(32), staging: "6f".repeat(32) };
  const { resources } = await wholeProgram({ ...lamnaProduction, release });
  const site = settingsOf(resources);
  const slot = settingsOf(resources, "azure-native:web:WebAppApplicationSettingsSlot");
  const different = Object.keys({ ...site, ...slot }).filter((name) => site[name] !== slot[name]);
  expect(different.sort()).toEqual([
    "CONNECTOR_REVISION",
    "CONNECTOR_WORKER",
    "PACKAGE_DIGEST",
    "WEBSITE_RUN_FROM_PACKAGE",
  ]);
  expect(one(resources, "azure-native:web:WebAppSlotConfigurationNames").inputs["appSettingNames"]).toEqual([
    "CONNECTOR_WORKER",
  ]);
});

test("after a swap that the stack file records, site and slot have the settings that Azure gave them", async () => {
  const [old, next] = ["5e".repeat(32), "6f".repeat(32)];
  const before = await wholeProgram({ ...lamnaProduction, release: { site: old, staging: next } });
  const after = await wholeProgram({ ...lamnaProduction, release: { site: next, staging: old } });
  const slot = "azure-native:web:WebAppApplicationSettingsSlot";
  const { CONNECTOR_WORKER: _sticky, ...swappedIn } = settingsOf(before.resources, slot);
  expect(settingsOf(after.resources)).toEqual(swappedIn);
});

test("a stack says where people and vendors find the deployment", async () => {
  const program = await wholeProgram(lamnaProduction);
  expect(await outputOf(program, "addresses")).toMatchObject({
    launch: { production: "https://visits.lamna.example/launch/provider" },
    portal: "https://visits.lamna.example/portal",
  });
  expect(await outputOf(program, "integrationRecords")).toHaveLength(1);
  expect(await outputOf(program, "dns")).toEqual([
    { name: "visits.lamna.example", type: "CNAME", value: expect.stringContaining(".azurefd.net") as string },
    { name: "_dnsauth.visits.lamna.example", type: "TXT", value: "proof" },
  ]);
});

test("a test deployment is found where Azure put it", async () => {
  const program = await wholeProgram(lamnaTest);
  const host = "https://app-lamna-test1a2b3c4d.azurewebsites.net";
  expect(await outputOf(program, "siteAddress")).toBe(host);
  expect(settingsOf(program.resources)["CONNECTOR_PUBLIC_URL"]).toBe(host);
  expect(program.outputs["dns"]).toEqual([]);
});

test("outside the Americas there are no events until somebody accepts where they go", async () => {
  const { resources } = await wholeProgram({ ...lamnaTest, geography: "europe" });
  expect(ofType(resources, "azure-native:eventgrid:SystemTopicEventSubscription")).toEqual([]);
});

describe("before anything is made", () => {
  test.each([
    ["no settings at all", undefined, "teams-ehr-connector:connector: is missing"],
    ["a local stack", lamnaWith("environment", "local"), "environment: is local, which npm start runs"],
    ["a wrong tenant", lamnaWith("tenant", "L"), "tenant: must be 2 to 16"],
    ["a typing error", lamnaWith("conections", []), "conections: is not a setting"],
  ])("%s is refused in words that name the key and the file", async (_what, stack, words) => {
    const refusal = await refusalOf(wholeProgram(stack));
    expect(refusal).toContain("stacks/Pulumi.lamna-test.yaml cannot be deployed:");
    expect(refusal).toContain(words);
  });

  test.each([
    ["subscription", { ...signedIn, subscriptionId: "another" }, "azure.subscriptionId: is 0c1f7a52"],
    ["directory", { ...signedIn, tenantId: "another" }, "microsoft.tenantId: is 5b0c3a52"],
  ])("somebody who is signed in to another %s is told", async (_what, client, words) => {
    const refusal = await refusalOf(wholeProgram(lamnaTest, { client }));
    expect(refusal).toContain(words);
    expect(refusal).toContain("you are signed in to");
  });
});

async function refusalOf(program: Promise<unknown>): Promise<string> {
  try {
    await program;
  } catch (error) {
    expect(pulumi.RunError.isInstance(error)).toBe(true);
    return String(error);
  }
  return "nothing was refused";
}
