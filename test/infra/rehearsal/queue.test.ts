/**
 * The queues by plain HTTP, as the published REST API and recorded answers have it. The connector's client is in
 * test/contracts/queue.
 */
import { expect, onTestFinished, test } from "vitest";
import type { Properties } from "../../../infra/rehearsal/azure/controlPlane/json.ts";
import { SOMEBODY, type Caller } from "../../../infra/rehearsal/front/hosts/caller.ts";
import type { FetchOptions } from "../../../infra/rehearsal/front/hosts/fetch.ts";
import { CONNECTOR, groupId, startDataPlanes, TENANT, type DataPlanes } from "./dataPlanes.ts";

const ACCOUNT = `${groupId}/providers/Microsoft.Storage/storageAccounts/lamnast`;
const WORK = ACCOUNT + "/queueServices/default/queues/work";
const ROLES = "/providers/Microsoft.Authorization/roleDefinitions/";
const CONTRIBUTOR = "974c5e8b-45b9-4653-ba55-5f855dd0fb88";
const PROCESSOR = "8a0f0c08-91a1-4084-bc3d-661d67233fed";
const SENDER = "c6a89b2d-59bc-44d0-9896-0f6e12d7b80a";

interface Queues {
  readonly planes: DataPlanes;
  readonly grant: (role: string, scope?: string) => Promise<void>;
  readonly ask: (
    method: string,
    path: string,
    text?: string,
    more?: FetchOptions["headers"],
  ) => Promise<Asked>;
  /** Lets time pass for the service. */
  readonly wait: (seconds: number) => void;
}

interface Asked {
  readonly status: number;
  readonly code: string | null;
  readonly headers: Headers;
  /** The content of the first element with that name. */
  readonly said: (name: string) => string | undefined;
  readonly texts: readonly string[];
}

async function queues(account: Properties = {}, caller: Caller = SOMEBODY): Promise<Queues> {
  let passed = 0;
  const planes = await startDataPlanes(() => new Date());
  onTestFinished(() => planes.stop());
  await planes.make("storage:StorageAccount", {
    resourceGroupName: "stores",
    accountName: "lamnast",
    location: "eastus2",
    kind: "StorageV2",
    sku: { name: "Standard_LRS" },
    allowSharedKeyAccess: false,
    publicNetworkAccess: "Enabled",
    ...account,
  });
  for (const queueName of ["work", "work-poison"])
    await planes.make("storage:Queue", { resourceGroupName: "stores", accountName: "lamnast", queueName });
  const { fetch } = await planes.front.entryPoint(caller);
  const token = await planes.tokens.issue(
    { iss: "entra", tid: TENANT, aud: "https://storage.azure.com", oid: CONNECTOR },
    3600,
  );
  return {
    planes,
    wait: (seconds) => planes.queues.goAhead((passed += seconds)),
    async grant(role, scope = WORK) {
      await planes.make("authorization:RoleAssignment", {
        roleAssignmentName: crypto.randomUUID(),
        roleDefinitionId: ROLES + role,
        scope,
        principalId: CONNECTOR,
        principalType: "ServicePrincipal",
      });
    },
    async ask(method, path, text, more = {}) {
      const response = await fetch("https://lamnast.queue.core.windows.net/" + path, {
        method,
        headers: { authorization: "Bearer " + token, "x-ms-version": "2025-07-05", ...more },
        ...(text !== undefined && {
          body: `<QueueMessage><MessageText>${text}</MessageText></QueueMessage>`,
        }),
      });
      const body = await response.text();
      const all = (name: string) =>
        [...body.matchAll(new RegExp(`<${name}>([^<]*)</${name}>`, "g"))].map(([, value]) => value ?? "");
      return {
        status: response.status,
        code: response.headers.get("x-ms-error-code"),
        headers: response.headers,
        said: (name) => all(name)[0],
        texts: all("MessageText"),
      };
    },
  };
}

const receiptIn = (asked: Asked) => encodeURIComponent(asked.said("PopReceipt") ?? "");

test("a message is put, taken by one, hidden from others, and gone once it is deleted", async () => {
  const { ask, grant } = await queues();
  await grant(CONTRIBUTOR);
  expect((await ask("POST", "work/messages", "remind &amp; tell")).status).toBe(201);
  const taken = await ask("GET", "work/messages?visibilitytimeout=60");
  expect([taken.texts, taken.said("DequeueCount")]).toEqual([["remind &amp; tell"], "1"]);
  expect((await ask("GET", "work/messages")).texts).toEqual([]);
  const counted = await ask("GET", "work?comp=metadata");
  expect(counted.headers.get("x-ms-approximate-messages-count")).toBe("1");
  const gone = `work/messages/${taken.said("MessageId") ?? ""}?popreceipt=${receiptIn(taken)}`;
  expect((await ask("DELETE", gone)).status).toBe(204);
  expect((await ask("DELETE", gone)).code).toBe("MessageNotFound");
});

test("a message that was not deleted comes back, and the receipt of before is worth nothing", async () => {
  const { ask, grant, wait } = await queues();
  await grant(CONTRIBUTOR);
  await ask("POST", "work/messages", "again");
  const first = await ask("GET", "work/messages");
  wait(31);
  const second = await ask("GET", "work/messages");
  expect([second.texts, second.said("DequeueCount")]).toEqual([["again"], "2"]);
  const path = `work/messages/${first.said("MessageId") ?? ""}?popreceipt=`;
  expect((await ask("DELETE", path + receiptIn(first))).code).toBe("MessageNotFound");
  const kept = await ask("PUT", `${path}${receiptIn(second)}&visibilitytimeout=600`, "later");
  expect(kept.status).toBe(204);
  wait(300);
  expect((await ask("GET", "work/messages?peekonly=true")).texts).toEqual([]);
  wait(301);
  expect((await ask("GET", "work/messages?peekonly=true")).texts).toEqual(["later"]);
  expect(
    (await ask("DELETE", path + encodeURIComponent(kept.headers.get("x-ms-popreceipt") ?? ""))).status,
  ).toBe(204);
});

test("a message may wait before it is seen, and ends with its time", async () => {
  const { ask, grant, wait } = await queues();
  await grant(CONTRIBUTOR);
  await ask("POST", "work/messages?visibilitytimeout=60&messagettl=120", "soon");
  expect((await ask("GET", "work/messages?peekonly=true")).texts).toEqual([]);
  wait(60);
  expect((await ask("GET", "work/messages?peekonly=true")).texts).toEqual(["soon"]);
  wait(61);
  expect((await ask("GET", "work/messages?peekonly=true")).texts).toEqual([]);
});

test("what the service's clock tells is ahead while it goes ahead, and right again afterwards", async () => {
  const { ask, grant, planes } = await queues();
  await grant(CONTRIBUTOR);
  const ahead = async () => {
    const { headers } = await ask("GET", "work/messages?peekonly=true");
    return Math.round((new Date(headers.get("date") ?? "").getTime() - Date.now()) / 10_000) * 10;
  };
  planes.queues.goAhead(120);
  expect(await ahead()).toBe(120);
  planes.queues.goAhead(0);
  expect(await ahead()).toBeCloseTo(0);
});

test.each([
  ["GET", "work/messages?numofmessages=33", "OutOfRangeQueryParameterValue"],
  ["GET", "work/messages?visibilitytimeout=0", "OutOfRangeQueryParameterValue"],
  ["PUT", "work/messages/1?popreceipt=1", "MissingRequiredQueryParameter"],
  ["DELETE", "work/messages/1?popreceipt=invalid", "InvalidQueryParameterValue"],
  ["PUT", "work/messages/1?popreceipt=invalid&visibilitytimeout=1", "InvalidQueryParameterValue"],
  [
    "PUT",
    "work/messages/1?popreceipt=AAAAAAAAAAAAAAAA&visibilitytimeout=604801",
    "OutOfRangeQueryParameterValue",
  ],
  ["GET", "absent/messages", "QueueNotFound"],
  ["PUT", "made-here", "NotImplemented"],
])("%s %s is refused as %s", async (method, path, code) => {
  const { ask, grant } = await queues();
  await grant(CONTRIBUTOR, ACCOUNT);
  expect((await ask(method, path)).code).toBe(code);
});

test("a text of more than 64 KiB is refused as the whole request", async () => {
  const { ask, grant } = await queues();
  await grant(CONTRIBUTOR);
  const refused = await ask("POST", "work/messages", "a".repeat(64 * 1024 + 1));
  expect([refused.status, refused.code]).toEqual([413, "RequestBodyTooLarge"]);
  expect((await ask("POST", "work/messages", "a".repeat(64 * 1024))).status).toBe(201);
});

test.each([
  [30, 30],
  [31, 30],
])("a message that is hidden for %s seconds and lives for %s is refused", async (hidden, lives) => {
  const { ask, grant } = await queues();
  await grant(CONTRIBUTOR);
  const refused = await ask(
    "POST",
    `work/messages?visibilitytimeout=${String(hidden)}&messagettl=${String(lives)}`,
    "a",
  );
  expect([refused.status, refused.code]).toEqual([400, "InvalidQueryParameterValue"]);
});

test.each(["a\u0001b", "a&#1;b", "a&#x0;b", "a&#xFFFF;b", "a&#x110000;b"])(
  "a text that no XML can hold is refused: %j",
  async (text) => {
    const { ask, grant } = await queues();
    await grant(CONTRIBUTOR);
    expect((await ask("POST", "work/messages", text)).code).toBe("InvalidXmlDocument");
  },
);

test("a role allows what it says, on the queue where it was given", async () => {
  const { ask, grant } = await queues();
  expect((await ask("GET", "work/messages")).code).toBe("AuthorizationPermissionMismatch");
  await grant(SENDER);
  expect((await ask("POST", "work/messages", "one")).status).toBe(201);
  expect((await ask("GET", "work/messages")).code).toBe("AuthorizationPermissionMismatch");
  await grant(PROCESSOR);
  expect((await ask("GET", "work/messages")).texts).toEqual(["one"]);
  expect((await ask("POST", "work-poison/messages", "one")).code).toBe("AuthorizationPermissionMismatch");
});

test("whoever brings no token, or the account's key, is refused", async () => {
  const { ask } = await queues();
  expect((await ask("GET", "work/messages", undefined, { authorization: "Bearer other" })).status).toBe(401);
  expect(
    (await ask("GET", "work/messages", undefined, { authorization: "SharedKey lamnast:key" })).code,
  ).toBe("KeyBasedAuthenticationNotPermitted");
});

test("an account's network rules hold for its queues", async () => {
  const rules = {
    networkRuleSet: { defaultAction: "Deny", ipRules: [{ iPAddressOrRange: "198.51.100.0/24" }] },
  };
  const outside = await queues(rules);
  await outside.grant(CONTRIBUTOR);
  expect((await outside.ask("GET", "work/messages")).code).toBe("AuthorizationFailure");
  const inside = await queues(rules, { address: "198.51.100.9" });
  await inside.grant(CONTRIBUTOR);
  expect((await inside.ask("GET", "work/messages")).status).toBe(200);
});

test("messages go with their queue", async () => {
  const { ask, grant, planes } = await queues();
  await grant(CONTRIBUTOR, ACCOUNT);
  await ask("POST", "work/messages", "one");
  await planes.vendors.delete(WORK);
  expect((await ask("GET", "work/messages")).code).toBe("QueueNotFound");
  await planes.make("storage:Queue", {
    resourceGroupName: "stores",
    accountName: "lamnast",
    queueName: "work",
  });
  expect((await ask("GET", "work/messages")).texts).toEqual([]);
});
