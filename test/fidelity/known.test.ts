/** Each rule of a stand-in must say how it is known that the vendor has it. */
import { readdirSync } from "node:fs";
import { expect, test } from "vitest";
import { type Known, listed, rulesOf, SANDBOX_KNOWN, type Source } from "../../app/sandbox/known.ts";
import { AZURE_KINDS } from "../../infra/rehearsal/azure/resourceTypes/kinds.ts";
import { DELETING } from "../azure/firstAnswers.ts";
import { ENTRA_KINDS } from "../../infra/rehearsal/azure/entra/kinds.ts";
import { AZURE_KNOWN, howTrue } from "../../infra/rehearsal/known.ts";
import { TESTS_KNOWN } from "../azure/known.ts";
import { kindAt } from "./armStandIn.ts";
import { factsOf } from "./facts.ts";
import { refusalsIn } from "./rules.ts";

const SOURCES: readonly Source[] = ["recorded", "document", "observed", "guess"];
const rulesIn = (known: Known) => SOURCES.flatMap((source) => rulesOf(known, source)).toSorted();
const VENDORS = readdirSync(new URL("facts", import.meta.url)).map((file) => file.replace(/\.json$/u, ""));
const kinds = [...AZURE_KINDS, ...ENTRA_KINDS].map(({ token }) => token);
const deletions = [...DELETING.keys()].map((token) => `DELETE ${token}`);

test.each([
  ["infra/rehearsal/known.ts", AZURE_KNOWN, "infra/rehearsal", kinds],
  ["test/azure/known.ts", TESTS_KNOWN, "test/azure", deletions],
  ["app/sandbox/known.ts", SANDBOX_KNOWN, "app/sandbox", []],
] as const)(
  "%s has each rule once, and no other: add yours there, with its source",
  (_file, known, folder, more) => {
    expect(rulesIn(known)).toEqual([...more, ...refusalsIn(folder)].toSorted());
  },
);

test("a type is recorded where a fact of its answer is kept, and only there", async () => {
  const recorded = (await factsOf("arm"))
    .filter(([, { request, answer }]) => request.method === "PUT" && answer.status < 300)
    .flatMap(([, { request }]) => kindAt(request.path)?.token ?? []);
  const said = rulesOf(AZURE_KNOWN, "recorded").filter((rule) => kinds.includes(rule));
  expect(said.toSorted()).toEqual([...new Set(recorded)].toSorted());
});

/** Recorded refusals that no rule answers: one differs on purpose, the other has no code of its own. */
const WITHOUT_RULE = ["entra-federated-subject-mismatch", "identity-unassigned"];

test("a refusal is recorded where a fact of it is kept, and only there, since its month", async () => {
  const facts = (await Promise.all(VENDORS.map(factsOf))).flat();
  const kept = facts.flatMap(([, { rule, since }]) => (rule === undefined ? [] : `${rule}, ${since}`));
  const said = [AZURE_KNOWN, SANDBOX_KNOWN, TESTS_KNOWN]
    .flatMap(({ recorded }) => Object.entries(recorded))
    .flatMap(([month, rules]) =>
      listed(rules)
        .filter((rule) => !kinds.includes(rule))
        .map((rule) => `${rule}, ${month}`),
    );
  expect(said.toSorted()).toEqual([...new Set(kept)].toSorted());
  const without = facts.filter(([, { rule, answer }]) => answer.status >= 400 && rule === undefined);
  expect(without.map(([name]) => name).toSorted()).toEqual(WITHOUT_RULE);
});

test.each([...AZURE_KNOWN.document, ...SANDBOX_KNOWN.document, ...TESTS_KNOWN.document])(
  "$page is named once in its table, with its address and since when it is known",
  ({ page, section, address, since = "2026-11", rules }) => {
    const alike = [AZURE_KNOWN, SANDBOX_KNOWN, TESTS_KNOWN].map(({ document }) =>
      document.filter((other) => other.address === address && other.section === section),
    );
    for (const found of alike) expect(found.length).toBeLessThanOrEqual(1);
    expect(page).toMatch(/\w/u);
    expect(address).toMatch(/^https:\/\/[\w.-]+\/\S+$/u);
    expect(since).toMatch(/^20\d\d-(0[1-9]|1[0-2])$/u);
    expect(listed(rules).length).toBeGreaterThan(0);
  },
);

test("a rehearsal says how many rules each source has, of Azure and of the stand-ins together", () => {
  const of = (source: Source) =>
    [AZURE_KNOWN, SANDBOX_KNOWN].reduce((sum, known) => sum + rulesOf(known, source).length, 0);
  const all = rulesIn(AZURE_KNOWN).length + rulesIn(SANDBOX_KNOWN).length;
  expect(howTrue()).toBe(
    `Of ${String(all)} rules of the in-memory Azure and the stand-ins, ${String(of("recorded"))} are from recorded answers, ${String(of("document"))} from documents, ${String(of("observed"))} from what others observed, ${String(of("guess"))} are guesses.`,
  );
});
