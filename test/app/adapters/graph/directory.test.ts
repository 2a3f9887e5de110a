import { expect, test } from "vitest";
import { graphDirectory } from "../../../../app/adapters/graph/directory.ts";
import { serve, type Answer } from "../server.ts";

async function directoryAnswering(answer: Answer) {
  const served = await serve(() => answer);
  const token = () => Promise.resolve("t");
  return {
    directory: graphDirectory({
      graph: served.origin,
      token,
      now: () => new Date(),
      wait: () => Promise.resolve(),
    }),
    asked: served.asked,
  };
}

test("an account's name is read where it is shown, and nothing else of it", async () => {
  const { directory, asked } = await directoryAnswering({
    json: { displayName: "Ana Ruiz", userPrincipalName: "ana@lamna.example", jobTitle: "Nurse" },
  });
  expect(await directory.person("oid-1")).toEqual({ displayName: "Ana Ruiz", userName: "ana@lamna.example" });
  expect(asked.map(({ url }) => url.pathname + url.search)).toEqual([
    "/v1.0/users/oid-1?$select=displayName,userPrincipalName",
  ]);
});

test.each([404, 403, 500])("a directory that answers %i says no name, and nothing breaks", async (status) => {
  const { directory } = await directoryAnswering({ status, json: { error: { code: "X", message: "" } } });
  expect(await directory.person("oid-1")).toBeUndefined();
});

test.each([429, 503])("a page does not wait for a directory that answers %i", async (status) => {
  const { directory, asked } = await directoryAnswering({ status });
  expect(await directory.person("oid-1")).toBeUndefined();
  expect(asked).toHaveLength(1);
});

test("what is no matter of the directory is not swallowed: a mistake of ours is seen", async () => {
  let asked = 0;
  const directory = graphDirectory({
    graph: "http://127.0.0.1:1",
    token: () => Promise.resolve("t"),
    now: () => {
      asked++;
      if (asked > 1) throw new RangeError("no clock");
      return new Date();
    },
    wait: () => Promise.resolve(),
  });
  await expect(directory.person("oid-1")).rejects.toThrow(RangeError);
});

test.each([
  [200, "", true],
  [404, "Request_ResourceNotFound", false],
  // The answer is a proxy's or another service's, and says nothing about the account.
  [404, "NotFound", "not-told"],
  [403, "Request_ResourceNotFound", "not-told"],
  [401, "InvalidAuthenticationToken", "not-told"],
  [500, "InternalServerError", "not-told"],
] as const)("whether there is an account: %i %s says %s", async (status, code, says) => {
  const json = status === 200 ? { id: "oid-1" } : { error: { code, message: "" } };
  const { directory } = await directoryAnswering({ status, json });
  expect(await directory.knows("oid-1")).toBe(says);
});

test("who is refused asks once more with a new token, which may say what was granted since", async () => {
  const old = { status: 403, json: { error: { code: "Authorization_RequestDenied", message: "" } } };
  const person = { json: { displayName: "Ana Ruiz", userPrincipalName: "ana@lamna.example" } };
  let renewals = 0;
  const served = await serve(({ headers }) => (headers.authorization === "Bearer token-1" ? person : old));
  const directoryBy = (mayRenew: boolean) =>
    graphDirectory({
      graph: served.origin,
      token: () => Promise.resolve("token-" + String(renewals)),
      renewToken: () => {
        if (mayRenew) renewals += 1;
        return mayRenew;
      },
      now: () => new Date(),
      wait: () => Promise.resolve(),
    });
  expect(await directoryBy(false).person("oid-1")).toBeUndefined();
  expect(served.asked).toHaveLength(1);
  expect(await directoryBy(true).person("oid-1")).toMatchObject({ displayName: "Ana Ruiz" });
  expect([served.asked.length, renewals]).toEqual([3, 1]);
  // Another call, refused at the same moment, has already got a newer token.
  let token = 0;
  const besides = graphDirectory({
    graph: served.origin,
    token: () => Promise.resolve("token-" + String(token)),
    renewToken: () => {
      token = 1;
      return false;
    },
    now: () => new Date(),
    wait: () => Promise.resolve(),
  });
  expect(await besides.person("oid-1")).toMatchObject({ displayName: "Ana Ruiz" });
});

test("accounts are looked for by the beginning of their name, and a quotation mark in it asks nothing else", async () => {
  const account = { displayName: "Tess O'Hara", userPrincipalName: "tess@lamna.example" };
  const value = [{ ...account, id: "7d0c5a1e-0000-4000-8000-00000000a001" }, { displayName: "No id" }];
  const { directory, asked } = await directoryAnswering({ json: { value } });
  expect(await directory.search("O'Ha")).toEqual({
    accounts: [
      {
        objectId: "7d0c5a1e-0000-4000-8000-00000000a001",
        displayName: "Tess O'Hara",
        userName: "tess@lamna.example",
      },
    ],
    hasMore: false,
  });
  const text = "'O''Ha'";
  expect(asked.map(({ url }) => Object.fromEntries(url.searchParams))).toEqual([
    {
      $filter: `startswith(displayName,${text}) or startswith(userPrincipalName,${text})`,
      $select: "id,displayName,userPrincipalName",
      $top: "20",
    },
  ]);
  expect(asked[0]?.url.pathname).toBe("/v1.0/users");
  // Graph takes no plus sign for a blank.
  expect(asked[0]?.url.search).not.toContain("+");
});

test("accounts that were found are in the order of their names, and an answer that is no list tells nothing", async () => {
  const id = (number: number) => "7d0c5a1e-0000-4000-8000-00000000a00" + String(number);
  const value = ["Zoe", "ana", "Émile", "Bob", ""].map((displayName, index) => ({
    id: id(index),
    displayName,
    userPrincipalName: "x@lamna.example",
  }));
  const { directory } = await directoryAnswering({ json: { value } });
  const found = await directory.search("x");
  expect(found === "not-told" ? found : found.accounts.map(({ displayName }) => displayName)).toEqual([
    "ana",
    "Bob",
    "Émile",
    "Zoe",
  ]);
  const more = { value, "@odata.nextLink": "https://graph.example/v1.0/users?$skiptoken=x" };
  const { directory: longer } = await directoryAnswering({ json: more });
  expect(await longer.search("x")).toEqual({ ...(found as object), hasMore: true });
  const { directory: other } = await directoryAnswering({ json: { value: 1 } });
  expect(await other.search("x")).toBe("not-told");
});

const ACCOUNT = "7d0c5a1e-0000-4000-8000-00000000a001";
const ANA = { displayName: "Ana Ruiz", userPrincipalName: "ana@lamna.example" };
test.each<[what: string, answer: Answer, told: unknown]>([
  [
    "an account",
    { json: { ...ANA, id: ACCOUNT.toUpperCase(), jobTitle: "Nurse" } },
    { objectId: ACCOUNT, displayName: "Ana Ruiz", userName: "ana@lamna.example" },
  ],
  ["one without an id", { json: ANA }, "not-told"],
  ["one without a name", { json: { ...ANA, id: ACCOUNT, displayName: "" } }, "not-told"],
  ["nobody", { status: 404, json: { error: { code: "Request_ResourceNotFound", message: "" } } }, "unknown"],
  ["a directory that is away", { status: 503 }, "not-told"],
])("by its name there is %s", async (_, answer, told) => {
  const { directory, asked } = await directoryAnswering(answer);
  expect(await directory.account("ana/x@lamna.example")).toEqual(told);
  expect(asked[0] && asked[0].url.pathname + asked[0].url.search).toBe(
    "/v1.0/users/ana%2Fx%40lamna.example?$select=id,displayName,userPrincipalName",
  );
});

test("whether there is an account is asked by its id, and nothing else of it", async () => {
  const { directory, asked } = await directoryAnswering({ json: { id: "oid-1" } });
  await directory.knows("oid/1");
  expect(asked.map(({ url }) => url.pathname + url.search)).toEqual(["/v1.0/users/oid%2F1?$select=id"]);
});

test.each([
  ["no name", { userPrincipalName: "ana@lamna.example" }],
  ["an empty name", { ...ANA, displayName: "" }],
  ["a name in which nothing is seen", { ...ANA, displayName: " \u200b" }],
  ["a name of signs alone", { ...ANA, displayName: " , " }],
  ["no name to sign in", { displayName: "Ana Ruiz" }],
])("whoever has %s is shown by none", async (_, json) => {
  const { directory } = await directoryAnswering({ json });
  expect(await directory.person("oid/1")).toBeUndefined();
});

test.each([403, 500])("a directory that answers %i to a search has told nothing", async (status) => {
  const { directory } = await directoryAnswering({ status, json: { error: { code: "X", message: "" } } });
  expect(await directory.search("O")).toBe("not-told");
});
