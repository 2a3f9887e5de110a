/** Recorded requests to Azure Resource Manager, asked of the in-memory Azure over HTTP. */
import { expect, test } from "vitest";
import { propertiesOf } from "../../infra/rehearsal/azure/schema/shape.ts";
import { judged, readAccepted } from "./accepted.ts";
import { armAsIn, kindAt, SCHEMA } from "./armStandIn.ts";
import { differences, type Difference } from "./compare.ts";
import { factsOf, type Answer, type Fact } from "./facts.ts";
import { armAnswer, recordedFrom } from "./record.ts";

/** Before every recorded period begins, since a budget may not start in the past. */
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

async function differencesOf(name: string, fact: Fact): Promise<readonly Difference[]> {
  const entryPoint = await armAsIn(name, fact, NOW);
  try {
    const answer = await recordedFrom(fact.request, (path, init) => fetch(entryPoint.url + path, init));
    return differences(name, handedOn(fact), armAnswer(fact.request, answer));
  } finally {
    entryPoint.close();
  }
}

/** Fields that the SDK has no word for reach no program, so nothing here answers them. */
function handedOn({ request, answer }: Fact): Answer {
  const kind = kindAt(request.path);
  if (kind === undefined || answer.fields === undefined) return answer;
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
