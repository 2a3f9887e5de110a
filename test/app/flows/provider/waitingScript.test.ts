/** The script of who waits beside a page, or an answer, of the release before: both are there while one replaces the other. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { runInNewContext } from "node:vm";
import { expect, test } from "vitest";

const FILE = fileURLToPath(new URL("../../../../app/public/waiting.js", import.meta.url));
const SCRIPT = readFileSync(FILE, "utf8");
const START = "2027-01-04T08:00:00.000Z";
const nothing = () => undefined;

/** What comes of an answer that says what the script is given of a visit, on a page that says what it is given. */
function shown(page: object, answer: object, { saysMoved }: { readonly saysMoved: boolean }) {
  const called: unknown[] = [];
  const moved = saysMoved ? { hidden: true } : null;
  const live = {
    dataset: { live: "/live" },
    firstElementChild: { dataset: { visit: "v", ...page } },
    replaceChildren: nothing,
    dispatchEvent: ({ detail }: { readonly detail: { readonly isNew: boolean } }) =>
      void called.push(detail.isNew),
  };
  const parts = new Map<string, object | null>([
    ["[data-live]", live],
    ["[data-live-said]", { textContent: "" }],
    ["[data-live-lost]", { hidden: true }],
    ["[data-live-moved]", moved],
  ]);
  const next = { dataset: { visit: "v", say: "Somebody is waiting", ...answer } };
  const document = {
    hidden: true,
    querySelector: (name: string) => parts.get(name) ?? null,
    addEventListener: nothing,
    createElement: () => ({ content: { firstElementChild: next } }),
  };
  class CustomEvent {
    readonly detail: unknown;
    constructor(_name: string, { detail }: { readonly detail: unknown }) {
      this.detail = detail;
    }
  }
  const window = { addEventListener: nothing, CustomEvent };
  runInNewContext(SCRIPT + "\nshow('');", { document, window, setTimeout: nothing, clearTimeout: nothing });
  return { isCalled: called[0], isMoved: moved?.hidden === false };
}

test.each([
  ["a move", { start: START }, { start: "2027-01-11T08:00:00.000Z" }, true, true],
  ["no move", { start: START }, { start: START }, true, false],
  ["an answer that does not say when the visit starts", { start: START }, {}, true, false],
  ["a page that does not", {}, { start: START }, false, false],
])("whoever waits is called for, and a move is said, by %s", (_what, page, answer, saysMoved, isMoved) => {
  expect(shown(page, answer, { saysMoved })).toEqual({ isCalled: true, isMoved });
});
