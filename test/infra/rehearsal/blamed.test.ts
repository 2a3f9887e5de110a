/** Tests how takeAway.slow.test.ts judges whether words lead to a missing part. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { filesOf, isNamed, MADE_IN } from "./blamed.ts";

const codeOf = (file: string): string =>
  readFileSync(new URL(`../../../infra/components/${file}.ts`, import.meta.url), "utf8");

test.each(Object.entries(MADE_IN))(
  "%s is made in one of the files that are to be blamed for it",
  (kind, files) => {
    const [module = "", type = ""] = kind.split(":");
    const made = files.map(codeOf).filter((code) => code.includes(`new ${module}.${type}(`));
    expect(made.length).toBeGreaterThan(0);
  },
);

const GROUP = "/subscriptions/0c1f/resourceGroups/rg-lamna-test";
const made = (type: string, name: string, id: string) => ({
  type,
  name,
  id,
  inputs: { location: "eastus2" },
});
const queue = made(
  "azure-native:storage:Queue",
  "work",
  `${GROUP}/providers/Microsoft.Storage/storageAccounts/stlamnat1/queueServices/default/queues/work`,
);
const subnet = made(
  "azure-native:network:Subnet",
  "app",
  `${GROUP}/providers/Microsoft.Network/virtualNetworks/vnet/subnets/app`,
);
const database = made(
  "azure-native:cosmosdb:SqlResourceSqlDatabase",
  "connector",
  `${GROUP}/providers/Microsoft.DocumentDB/databaseAccounts/cosmos-lamna/sqlDatabases/connector`,
);
const roleOn = (name: string) =>
  made(
    "azure-native:authorization:RoleAssignment",
    name,
    `${GROUP}/roleAssignments/7d0c5a1e-0000-4000-8000-00000000f001`,
  );
const consent = made(
  "azuread:index/appRoleAssignment:AppRoleAssignment",
  "User.ReadBasic.All",
  "/servicePrincipals/1/appRoleAssignedTo/2",
);

test.each([
  ["the file that makes it", queue, "There is no queue work, which infra/components/storage.ts makes."],
  [
    "one of several files",
    queue,
    "The role or the queue is missing (infra/components/storage.ts and network.ts).",
  ],
  ["its id", subnet, `Microsoft.Web/sites app: The resource '${subnet.id}' was not found.`],
  ["its id, in other capitals", subnet, `The resource '${subnet.id.toUpperCase()}' was not found.`],
  ["the permission that it consents to", consent, "nobody has consented to User.ReadBasic.All (…)."],
  [
    "the file that makes such a role",
    roleOn("use-fhir-lamna-test"),
    "A role is missing, which infra/components/secrets.ts makes.",
  ],
] as const)("words name a part by %s", (_how, part, told) => {
  expect(isNamed(told, part)).toBe(true);
});

test.each([
  ["another file", queue, "There is no queue work, which infra/components/data.ts makes."],
  [
    "another part's file, although its name is a word in it",
    database,
    "The connector is not ready: infra/components/secrets.ts makes the key.",
  ],
  ["its kind", queue, "A queue was asked and answered 404."],
  ["an everyday word that it is called", database, "The connector answered 500."],
  ["what other parts have, too", subnet, "Nothing answers in eastus2, in the group rg-lamna-test."],
  ["a part of its id", subnet, `The resource '${subnet.id}lication' was not found.`],
  [
    "the file that makes other roles",
    roleOn("messaging"),
    "A role is missing, which infra/components/storage.ts makes.",
  ],
] as const)("words do not name a part by %s", (_how, part, told) => {
  expect(isNamed(told, part)).toBe(false);
});

test("a role is made beside what it is on", () => {
  const names = [
    "packages",
    "packages-7d0c5a1e",
    "work-poison",
    "secrets",
    "use-x",
    "store-encryption",
    "messaging",
    "number-7d0c",
  ];
  expect(names.map((name) => filesOf(roleOn(name)).join())).toEqual([
    "storage",
    "storage",
    "storage",
    "secrets",
    "secrets",
    "secrets",
    "messaging",
    "messaging",
  ]);
});
