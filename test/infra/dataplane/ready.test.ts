import { expect, test } from "vitest";
import { serveTls, type Answer } from "../../app/adapters/server.ts";
import { drivePlugin, UNKNOWN } from "./pluginDriver.ts";

const DIGEST = "a".repeat(64);
const REVISION = "b".repeat(64);
const UP: Answer = { json: { status: "up", package: DIGEST, revision: REVISION } };
const OLD: Answer = { json: { status: "up", package: "c".repeat(64), revision: REVISION } };
const SITE = { address: "https://lamna.example", digest: DIGEST, revision: REVISION };
const credential = { getToken: () => Promise.reject(new Error("asked")) };

/** A site that gives these answers in turn and then the last one for ever, and a clock that only waits move on. */
async function site(...answers: [Answer, ...Answer[]]) {
  return siteWithin(60, ...answers);
}

async function siteWithin(readyWithinSeconds: number | undefined, ...answers: [Answer, ...Answer[]]) {
  const served = await serveTls(({ url }) => {
    if (url.pathname !== "/healthz") return { status: 404 };
    return answers[Math.min(served.asked.length - 1, answers.length - 1)] ?? { status: 404 };
  });
  let now = new Date("2026-11-25T12:00:00Z");
  const pulumi = await drivePlugin("Ready", {
    credential,
    readyWithinSeconds,
    now: () => now,
    wait: (milliseconds, signal) => {
      now = new Date(now.getTime() + milliseconds);
      signal?.throwIfAborted();
      return Promise.resolve();
    },
  });
  const one = { address: served.origin, digest: DIGEST, revision: REVISION };
  const inputs = { sites: [one], logs: "az webapp log tail --name lamna" };
  return { pulumi, one, inputs, asked: served.asked };
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
  expect(failure).toContain(
    "may not have got its package: restart it (az webapp restart). The next pulumi up waits",
  );
  expect(asked.length).toBeGreaterThan(10);
});

test.for<[within: number | undefined, seconds: number, shown: string]>([
  [undefined, 900, "15 min"],
  [3600, 3600, "60 min"],
])("a site may take %j seconds where nobody says otherwise: %i", async ([withinSeconds, seconds, shown]) => {
  const { pulumi, inputs } = await siteWithin(undefined, { status: 503 });
  const wanted = { ...inputs, ...(withinSeconds !== undefined && { withinSeconds }) };
  const failure = await pulumi.create(wanted).catch((error: unknown) => String(error));
  expect(failure).toContain(`within ${String(seconds)} s.`);
  expect(pulumi.said[0]).toMatch(new RegExp(`^Not yet, for ${shown} at most: `));
});

test("a site that cannot be reached is told with the reason", async () => {
  const { pulumi, one, inputs } = await site(UP);
  const closed = { ...inputs, sites: [{ ...one, address: "https://127.0.0.1:2" }] };
  await expect(pulumi.create(closed)).rejects.toThrow(/Last answer: no answer: .*ECONNREFUSED/);
});

test("what changes makes it wait again, and only that", async () => {
  const { pulumi, inputs, asked } = await site(UP);
  const [one] = inputs.sites;
  const changed = (change: object) => pulumi.diff(inputs, { ...inputs, sites: [{ ...one, ...change }] });
  expect((await pulumi.diff(inputs, { ...inputs, logs: "elsewhere" })).changes).toEqual([]);
  for (const change of [
    { revision: UNKNOWN },
    { digest: REVISION },
    { revision: DIGEST },
    { address: "https://b.example" },
  ])
    expect(await changed(change)).toEqual({ changes: ["sites"], replaces: [] });
  expect((await pulumi.diff(inputs, { ...inputs, sites: UNKNOWN })).changes).toEqual(["sites"]);
  expect((await pulumi.diff(inputs, { ...inputs, sites: [one, one] })).changes).toEqual(["sites"]);
  expect(asked).toHaveLength(0);
  await pulumi.update("x", inputs);
  expect(asked).toHaveLength(3);
});

test("an update that no site answered is waited for again, also by whoever goes back to what ran before", async () => {
  const { pulumi, inputs } = await site(UP);
  expect((await pulumi.diff({ ...inputs, unanswered: true }, inputs)).changes).toEqual(["sites"]);
});

test("site and slot that exchange what they run are as ready as before", async () => {
  const { pulumi } = await site(UP);
  const [here, there] = ["https://site.example", "https://slot.example"];
  const [old, next] = [
    { digest: DIGEST, revision: REVISION },
    { digest: REVISION, revision: DIGEST },
  ];
  const running = (onSite: object, onSlot: object) => ({
    sites: [
      { address: here, ...onSite },
      { address: there, ...onSlot },
    ],
    logs: "there",
  });
  expect((await pulumi.diff(running(old, next), running(next, old))).changes).toEqual([]);
  expect((await pulumi.diff(running(old, next), running(next, next))).changes).toEqual(["sites"]);
});

test("site and slot are both waited for", async () => {
  const [live, slot] = [await serveTls(() => UP), await serveTls(() => OLD)];
  const { pulumi, inputs } = await site(UP);
  const next = { ...SITE, address: live.origin };
  const old = { ...SITE, address: slot.origin, digest: "c".repeat(64) };
  await pulumi.create({ ...inputs, sites: [next, old] });
  expect([live.asked.length, slot.asked.length]).toEqual([3, 3]);
  const wrong = [next, { ...old, digest: DIGEST }];
  await expect(pulumi.create({ ...inputs, sites: wrong })).rejects.toThrow(
    slot.origin + "/healthz did not answer",
  );
});

test("preview, read and delete ask nobody", async () => {
  const { pulumi, inputs, asked } = await site(UP);
  const planned = { ...inputs, sites: [{ ...SITE, address: UNKNOWN, revision: UNKNOWN }] };
  expect(await pulumi.check(planned)).toEqual([]);
  expect(await pulumi.preview(planned)).toEqual(planned);
  expect(await pulumi.previewUpdate("x", {}, inputs)).toEqual(inputs);
  expect(await pulumi.read("x", inputs)).toMatchObject({ id: "x", inputs });
  await pulumi.delete("x", inputs);
  expect(asked).toHaveLength(0);
});

test("cancelling ends the waiting", async () => {
  const served = await serveTls(() => OLD);
  const pulumi = await drivePlugin("Ready", {
    credential,
    wait: async (_milliseconds, signal) => {
      await pulumi.cancel();
      signal?.throwIfAborted();
    },
  });
  const one = { address: served.origin, digest: DIGEST, revision: REVISION };
  const inputs = { sites: [one], logs: "there" };
  await expect(pulumi.create(inputs)).rejects.toThrow("cancelled");
  expect(served.asked).toHaveLength(1);
});

test.for<[string, unknown]>([
  ["address", "http://lamna.example"],
  ["address", "https://lamna.example/healthz"],
  ["digest", "abc"],
  ["revision", "G".repeat(64)],
])("a site's wrong %s is named before anything is made", async ([name, value]) => {
  const { pulumi, inputs } = await site(UP);
  const failures = await pulumi.check({ ...inputs, sites: [{ ...SITE, [name]: value }] });
  expect(failures.map(([property]) => property)).toEqual(["sites.0." + name]);
});

test.for<[string, unknown]>([
  ["sites", []],
  ["logs", ""],
])("%s that say nothing are named before anything is made", async ([name, value]) => {
  const { pulumi, inputs } = await site(UP);
  expect((await pulumi.check({ ...inputs, [name]: value })).map(([property]) => property)).toEqual([name]);
});
