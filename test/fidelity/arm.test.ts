/** Sends recorded requests for Azure Resource Manager to the in-memory Azure and compares the answers. */
import { readdir, readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { propertiesOf } from "../../infra/rehearsal/azure/schema/shape.ts";
import { judged, readAccepted } from "./accepted.ts";
import { armAsIn, kindAt, SCHEMA } from "./armStandIn.ts";
import { differences, type Difference } from "./compare.ts";
import { factsOf, type Answer, type Fact } from "./facts.ts";
import { recordedWhenDone } from "./record.ts";

/** A time before every recorded period, because a budget may not start in the past. */
const NOW = new Date("2018-02-03T04:05:06Z");

test("the in-memory Azure answers what Azure Resource Manager answered, but for what is accepted", async () => {
  const facts = await factsOf("arm");
  const found = await Promise.all(facts.map(([name, fact]) => differencesOf(name, fact)));
  const verdict = judged(
    found.flat(),
    await readAccepted(),
    facts.map(([name]) => name),
  );
  expect(verdict.news).toEqual([]);
  expect(verdict.idle).toEqual([]);
});

test("a difference that was accepted with other values is news, and one that is none any more is idle", () => {
  const accepted = [{ reason: "", where: [{ facts: ["one"], fields: { etag: "<etag>, here <absent>" } }] }];
  const etag = { fact: "one", field: "etag", theirs: "<etag>", ours: "<absent>" };
  const verdict = (...differences: Difference[]) => judged(differences, accepted, ["one"]);
  expect(verdict(etag)).toEqual({ news: [], idle: [] });
  expect(verdict({ ...etag, ours: "0" })).toEqual({
    news: ["one: etag: <etag>, here 0 (accepted: <etag>, here <absent>)"],
    idle: [],
  });
  expect(verdict({ ...etag, field: "kind" })).toEqual({
    news: ["one: kind: <etag>, here <absent>"],
    idle: ["one: etag"],
  });
});

/** The words of accepted.json for what an older recording could not have. */
const OLDER =
  "Answered by the version of the interface that the program uses; the recording is of an older one.";

test("a difference is put down to an older recording only where the program's interface is a later one", async () => {
  const facts = new Map(await factsOf("arm"));
  const [older, ...others] = (await readAccepted()).filter(({ reason }) => reason === OLDER);
  expect(others).toEqual([]);
  const named = older?.where.flatMap((fields) => fields.facts) ?? [];
  expect(named.length).toBeGreaterThan(10);
  const wrong = await Promise.all(
    named.map(async (name) => {
      const fact = facts.get(name);
      const used = await versionOf(kindAt(fact?.request.path ?? "")?.token ?? "");
      return used !== undefined && (fact?.since ?? "") < used.slice(0, 7) ? [] : [`${name}: ${String(used)}`];
    }),
  );
  expect(wrong.flat()).toEqual([]);
});

/** The API version that the installed SDK uses for a type, according to its typings. */
async function versionOf(token: string): Promise<string | undefined> {
  const [, module = "", type = ""] = token.split(":");
  const folder = new URL(`../../node_modules/@pulumi/azure-native/${module}/`, import.meta.url);
  const files = await readdir(folder);
  const file = files.find((name) => name.toLowerCase() === `${type.toLowerCase()}.d.ts`);
  if (file === undefined) return undefined;
  return /Uses Azure REST API version ([\d-]+\d)/u.exec(await readFile(new URL(file, folder), "utf8"))?.[1];
}

async function differencesOf(name: string, fact: Fact): Promise<readonly Difference[]> {
  const entryPoint = await armAsIn(name, fact, NOW);
  try {
    const send = (path: string, init: RequestInit) => fetch(entryPoint.url + path, init);
    return differences(name, handedOn(fact), await recordedWhenDone(fact.request, send));
  } finally {
    entryPoint.close();
  }
}

/** The recorded answer without fields that the SDK does not know: no program gets them, so the stand-in leaves them out. */
function handedOn({ request, answer }: Fact): Answer {
  const kind = kindAt(request.path);
  if (kind === undefined || answer.fields === undefined || answer.code !== undefined) return answer;
  const outputs = propertiesOf(SCHEMA.resources[kind.token]?.outputs ?? {});
  if (outputs.some(({ name }) => name === "properties")) return answer;
  const known = new Set([
    "id",
    "networkacls",
    "supportshttpstrafficonly",
    ...outputs.map(({ name }) => name.toLowerCase()),
  ]);
  const isKnown = ([path]: readonly [string, string]) => known.has(/^\w+/u.exec(path)?.[0] ?? "");
  return { ...answer, fields: Object.fromEntries(Object.entries(answer.fields).filter(isKnown)) };
}
