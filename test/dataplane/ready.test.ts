import { expect, test } from "vitest";
import { serveTls, type Answer } from "../adapters/microsoft/server.ts";
import { engine, UNKNOWN } from "./engine.ts";

const DIGEST = "a".repeat(64);
const REVISION = "b".repeat(64);
const UP: Answer = { json: { status: "up", package: DIGEST, revision: REVISION } };
const OLD: Answer = { json: { status: "up", package: "c".repeat(64), revision: REVISION } };
const credential = { getToken: () => Promise.reject(new Error("asked")) };

/** A site that answers so, one after the other, and the last for ever; and a clock that only waiting moves. */
async function site(...answers: [Answer, ...Answer[]]) {
  const served = await serveTls(({ url }) => {
    if (url.pathname !== "/healthz") return { status: 404 };
    return answers[Math.min(served.asked.length - 1, answers.length - 1)] ?? { status: 404 };
  });
  let now = new Date("2026-11-25T12:00:00Z");
  const pulumi = await engine("Ready", {
    credential,
    now: () => now,
    wait: (seconds, signal) => {
      now = new Date(now.getTime() + seconds * 1000);
      signal.throwIfAborted();
      return Promise.resolve();
    },
  });
  const inputs = {
    address: served.origin,
    digest: DIGEST,
    revision: REVISION,
    withinSeconds: 60,
    logs: "az webapp log tail --name lamna",
  };
  return { pulumi, inputs, asked: served.asked };
}

test("an update ends when the site answered three times running with its package and its settings", async () => {
  const { pulumi, inputs, asked } = await site({ status: 503 }, OLD, UP, UP, { status: 502 }, UP, UP, UP);
  expect(await pulumi.check(inputs)).toEqual([]);
  expect(await pulumi.create(inputs)).toMatchObject({ outputs: {} });
  expect(asked).toHaveLength(8);
  expect(pulumi.said[1]).toContain("another package runs: cccc");
});

test.for<[string, Answer, string]>([
  ["another package", OLD, "another package runs: " + "c".repeat(64)],
  [
    "old settings",
    { json: { status: "up", package: DIGEST, revision: "d".repeat(64) } },
    "it runs with other settings: revision dddd",
  ],
  [
    "an error",
    { status: 503, json: { message: "Application\n Error" } },
    'status 503: {"message":"Application\\n',
  ],
  [
    "a sign-in page",
    { status: 302, headers: { location: "https://login.example" } },
    "status 302: an empty answer",
  ],
  ["a site that starts", { json: { ...Object(UP.json), status: "starting" } as object }, "status starting"],
  ["nonsense", { json: 7 }, "status 200: 7"],
])("%s is told, with where the log is", async ([, answer, told]) => {
  const { pulumi, inputs, asked } = await site(answer);
  const failure = await pulumi.create(inputs).catch((error: unknown) => String(error));
  expect(failure).toContain("within 60 s. Last answer: " + told);
  expect(failure).toContain("Its log: az webapp log tail --name lamna.");
  expect(asked.length).toBeGreaterThan(10);
});

test("a site that cannot be reached is told with the reason", async () => {
  const { pulumi, inputs } = await site(UP);
  const closed = { ...inputs, address: "https://127.0.0.1:2" };
  await expect(pulumi.create(closed)).rejects.toThrow(/Last answer: no answer: .*ECONNREFUSED/);
});

test("what changes makes it wait again, and only that", async () => {
  const { pulumi, inputs, asked } = await site(UP);
  expect((await pulumi.diff(inputs, { ...inputs, logs: "elsewhere", withinSeconds: 9 })).changes).toEqual([]);
  expect((await pulumi.diff(inputs, { ...inputs, revision: UNKNOWN })).changes).toEqual(["revision"]);
  expect(await pulumi.diff(inputs, { ...inputs, digest: REVISION, address: "https://b.example" })).toEqual({
    changes: ["address", "digest"],
    replaces: [],
  });
  expect(asked).toHaveLength(0);
  await pulumi.update("x", inputs);
  expect(asked).toHaveLength(3);
});

test("preview, read and delete ask nobody", async () => {
  const { pulumi, inputs, asked } = await site(UP);
  expect(await pulumi.check({ ...inputs, address: UNKNOWN, revision: UNKNOWN })).toEqual([]);
  expect(await pulumi.preview({ ...inputs, address: UNKNOWN })).toEqual({});
  expect(await pulumi.previewUpdate("x", {}, inputs)).toEqual({});
  expect(await pulumi.read("x", inputs)).toMatchObject({ id: "x", inputs });
  await pulumi.delete("x", inputs);
  expect(asked).toHaveLength(0);
});

test("cancelling ends the waiting", async () => {
  const served = await serveTls(() => OLD);
  const pulumi = await engine("Ready", {
    credential,
    wait: async (_seconds, signal) => {
      await pulumi.cancel();
      signal.throwIfAborted();
    },
  });
  const inputs = { address: served.origin, digest: DIGEST, revision: REVISION, logs: "there" };
  await expect(pulumi.create(inputs)).rejects.toThrow("cancelled");
  expect(served.asked).toHaveLength(1);
});

test.for<[string, unknown]>([
  ["address", "http://lamna.example"],
  ["address", "https://lamna.example/healthz"],
  ["digest", "abc"],
  ["revision", "G".repeat(64)],
  ["withinSeconds", 0],
  ["logs", ""],
])("a wrong %s is named before anything is made", async ([name, value]) => {
  const { pulumi, inputs } = await site(UP);
  expect((await pulumi.check({ ...inputs, [name]: value })).map(([property]) => property)).toEqual([name]);
});
