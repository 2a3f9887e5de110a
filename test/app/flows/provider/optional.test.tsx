/** What the visit's page leaves out where it cannot be read, and what it says then. */
import { renderToString } from "preact-render-to-string";
import { expect, test } from "vitest";
import { optionalParts, type OptionalPart } from "../../../../app/flows/provider/optional.ts";
import { MissingParts } from "../../../../app/flows/provider/optionalNotice.tsx";
import type { Log } from "../../../../app/log.ts";
import { StoreFault } from "../../../../app/ports/store.ts";
import { UnreadableRecord } from "../../../../app/records/record.ts";
import { elementsOf, textOf } from "../../../../infra/rehearsal/visit/html.ts";

const PARTS: Readonly<Record<OptionalPart, RegExp>> = {
  account: /Microsoft account/,
  "chart-told": /chart says/,
  departments: /consult/,
  late: /running late/,
  messages: /No link is sent from here meanwhile: copy the links/,
  "opt-out": /STOP.*It gets none from here/,
  "patients-visit": /patient’s visit is/,
  waiting: /look in Teams/,
};

function pageOf() {
  const logged: unknown[][] = [];
  const log = { error: (...given: unknown[]) => void logged.push(given) } as unknown as Log;
  return { logged, parts: optionalParts({ log }) };
}

test("a part that can be read is on the page, and nothing is said of it", async () => {
  const { logged, parts } = pageOf();
  expect(await parts.read("late", () => Promise.resolve("it"), "none")).toBe("it");
  expect([[...parts.missing], logged]).toEqual([[], []]);
  expect(renderToString(<MissingParts isInDoubt={false} missing={parts.missing} />)).toBe("");
});

test("each part whose rows cannot be had is left out, named by what to do meanwhile, and logged with its reason", async () => {
  const { logged, parts } = pageOf();
  const away: Error = new StoreFault("it is away");
  const damaged: Error = new UnreadableRecord("damaged");
  expect(await parts.read("waiting", () => Promise.reject(away), "none")).toBe("none");
  expect(await parts.read<string, string>("messages", () => Promise.reject(damaged), "nothing")).toBe(
    "nothing",
  );
  expect(logged).toEqual([
    ["visit.part_not_read", away, { reason: "waiting" }],
    ["visit.part_not_read", damaged, { reason: "messages" }],
  ]);
  const notice = renderToString(<MissingParts isInDoubt={false} missing={parts.missing} />);
  expect(textOf(notice)).toMatch(
    /^A part of this page cannot be read now The visit and its links are good\./,
  );
  const said = elementsOf(notice, "li").map(({ text }) => text);
  expect(said).toEqual([
    expect.stringMatching(PARTS.waiting) as string,
    expect.stringMatching(PARTS.messages) as string,
  ]);
});

test.each(Object.entries(PARTS) as [OptionalPart, RegExp][])("%s has words of its own", (part, what) => {
  const notice = renderToString(<MissingParts isInDoubt={false} missing={new Set([part])} />);
  expect(elementsOf(notice, "li").map(({ text }) => text)).toEqual([
    expect.stringMatching(/^[A-Z].{20,}\.$/) as string,
  ]);
  expect(textOf(notice)).toMatch(what);
});

test("a bug is no part that is missing", async () => {
  const { logged, parts } = pageOf();
  const bug = new TypeError("a bug");
  await expect(parts.read("late", () => Promise.reject(bug), "none")).rejects.toBe(bug);
  expect([[...parts.missing], logged]).toEqual([[], []]);
});
