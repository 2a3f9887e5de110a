import * as pulumi from "@pulumi/pulumi";
import { describe, expect, test } from "vitest";
import { ofType, record } from "./components/recorded.ts";
import { holdsFor, settingsOf, type NamedStack } from "./programChecks.ts";
import { SAMPLES, sampleStack } from "./sampleStacks.ts";
import { lamnaProduction, lamnaTest as withoutRelease, lamnaWith } from "./stacks.ts";
import { outputOf, signedIn, wholeProgram } from "./wholeProgram.ts";

const lamnaTest = { ...withoutRelease, release: { site: "7e".repeat(32) } };
holdsFor(
  await Promise.all(SAMPLES.map(async (name): Promise<NamedStack> => [name, await sampleStack(name)])),
);

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
    ...["TXT", "TXT"].map((type) => expect.objectContaining({ name: "mail.lamna.example", type }) as unknown),
    ...["selector1", "selector2"].map((selector) => ({
      name: selector + "-azurecomm-prod-net._domainkey.mail.lamna.example",
      type: "CNAME",
      value: selector + "-azurecomm-prod-net._domainkey.azurecomm.net",
    })),
  ]);
});

test("a test deployment is found where Azure put it", async () => {
  const program = await wholeProgram(lamnaTest);
  const host = "https://app-lamna-test1a2b3c4d.azurewebsites.net";
  expect(await outputOf(program, "siteAddress")).toBe(host);
  expect(settingsOf(program.resources)["CONNECTOR_PUBLIC_URL"]).toBe(host);
  expect(await outputOf(program, "dns")).toEqual([]);
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

  test("production that follows another production is refused by that one's own file", async () => {
    const follower = lamnaWith("testStack.stack", "lamna-production", lamnaProduction);
    const recording = record(follower, () => undefined, { name: "north-production" });
    expect(await refusalOf(recording)).toContain(
      "testStack.stack: lamna-production is a production stack, as its own file says",
    );
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
