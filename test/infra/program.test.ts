import * as pulumi from "@pulumi/pulumi";
import { beforeAll, beforeEach, expect, test, vi } from "vitest";
import { lamnaTest, lamnaWith } from "./stacks.ts";

interface Made {
  readonly type: string;
  readonly inputs: Readonly<Record<string, unknown>>;
}

const made: Made[] = [];

beforeAll(async () => {
  await pulumi.runtime.setMocks(
    {
      newResource: ({ type, name, ...resource }) => {
        const inputs = resource.inputs as Made["inputs"];
        made.push({ type, inputs });
        return { id: name + "-id", state: { name: inputs["resourceGroupName"], ...inputs } };
      },
      call: () => ({}),
    },
    "teams-ehr-connector",
    "lamna-test",
    false,
  );
});

beforeEach(() => {
  made.length = 0;
  vi.resetModules();
});

function up(stack: unknown): Promise<Record<string, pulumi.Output<string>>> {
  pulumi.runtime.setAllConfig(
    stack === undefined ? {} : { "teams-ehr-connector:connector": JSON.stringify(stack) },
  );
  return import("../../infra/index.ts");
}

const valueOf = <T>(output: pulumi.Output<T> | undefined): Promise<T> =>
  new Promise((resolve, reject) => {
    if (output === undefined) reject(new Error("the program has no such output"));
    else output.apply(resolve);
  });

test("a deployment has a resource group of its own, in its geography, that says whose it is", async () => {
  const outputs = await up(lamnaTest);
  expect(await valueOf(outputs["resourceGroup"])).toBe("rg-lamna-test");
  expect(await valueOf(outputs["location"])).toBe("eastus2");
  expect(made).toMatchObject([
    {
      type: "azure-native:resources:ResourceGroup",
      inputs: {
        resourceGroupName: "rg-lamna-test",
        location: "eastus2",
        tags: { tenant: "lamna", environment: "test" },
      },
    },
  ]);
});

test.each([
  ["europe", "northeurope"],
  ["asiaPacific", "southeastasia"],
])("a stack in %s stands in %s", async (geography, location) => {
  const outputs = await up(lamnaWith("geography", geography));
  expect(await valueOf(outputs["location"])).toBe(location);
});

test.each([
  ["no settings at all", undefined, "teams-ehr-connector:connector: is missing"],
  ["a local stack", lamnaWith("environment", "local"), "environment: is local, which npm start runs"],
  ["a wrong tenant", lamnaWith("tenant", "L"), "tenant: must be 2 to 16"],
  ["a typing error", lamnaWith("conections", []), "conections: is not a setting"],
])(
  "%s is refused before anything is made, in words that name the key and the file",
  async (_what, stack, words) => {
    const refusal: unknown = await up(stack).then(
      () => undefined,
      (error: unknown) => error,
    );
    expect(pulumi.RunError.isInstance(refusal)).toBe(true);
    expect(String(refusal)).toContain("stacks/Pulumi.lamna-test.yaml cannot be deployed:");
    expect(String(refusal)).toContain(words);
    expect(made).toEqual([]);
  },
);
