/** The script of who waits: what it says of each answer, also beside a page, or an answer, of the release before. */
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

const VISIT = "v";
/** What the server answers a question, or sends by the stream. */
interface Answer {
  readonly status: number;
  readonly says?: object;
}
const ABOUT_IT: Answer = { status: 200, says: { visit: VISIT, start: START, links: "1" } };

/** A page that is open and asks, and what becomes of it with each answer. */
function opened({ hasWords = true, isSeen = false } = {}) {
  const timers = new Map<number, () => void>();
  let timed = 0;
  let loads = 0;
  interface Stream {
    readyState: number;
    readonly on: ReadonlyMap<string, (event: object) => void>;
  }
  const streams: Stream[] = [];
  const told: unknown[] = [];
  const listeners = new Map<string, (event: object) => void>();
  const listen = (name: string, call: (event: object) => void) => void listeners.set(name, call);
  const element = (more: object = {}) => ({ hidden: true, textContent: "", ...more });
  const parts = {
    live: element({
      hidden: false,
      dataset: { live: "/live" },
      firstElementChild: { dataset: { visit: VISIT, start: START, links: "1", say: "Somebody is waiting" } },
      replaceChildren: nothing,
      dispatchEvent: ({ detail }: { readonly detail: { readonly say?: string } }) =>
        void told.push(detail.say),
    }),
    said: element(),
    lost: element(),
    moved: element(),
    other: hasWords ? element() : null,
    none: hasWords ? element() : null,
  };
  let answer: Answer | "nothing" = ABOUT_IT;
  const named = (name: string) =>
    name === "[data-live]" ? parts.live : parts[name.slice("[data-live-".length, -1) as keyof typeof parts];
  const context = {
    document: {
      hidden: !isSeen,
      querySelector: named,
      addEventListener: listen,
      createElement: () => ({
        set innerHTML(html: string) {
          Object.assign(this, { content: { firstElementChild: JSON.parse(html) as unknown } });
        },
      }),
    },
    window: {
      addEventListener: listen,
      CustomEvent: class {
        readonly detail: unknown;
        constructor(_name: string, { detail }: { readonly detail: unknown }) {
          this.detail = detail;
        }
      },
    },
    location: { reload: () => void (loads += 1) },
    setTimeout: (call: () => void) => {
      timers.set((timed += 1), call);
      return timed;
    },
    clearTimeout: (number: number) => timers.delete(number),
    navigator: {
      locks: {
        request: (_name: string, _how: object, call: (lock: object) => object) => Promise.resolve(call({})),
      },
    },
    EventSource: class {
      static CLOSED = 2;
      readyState = 1;
      constructor() {
        streams.push(this);
      }
      readonly on = new Map<string, (event: object) => void>();
      addEventListener = (name: string, call: (event: object) => void) => void this.on.set(name, call);
      close = () => void (this.readyState = 2);
    },
    fetch: (_address: string, { headers }: { readonly headers: Readonly<Record<string, string>> }) => {
      if (answer === "nothing") return Promise.reject(new TypeError("no network"));
      const html = answer.says === undefined ? "null" : JSON.stringify({ dataset: answer.says });
      const etag = `"${html}"`;
      const status = answer.status === 200 && headers["if-none-match"] === etag ? 304 : answer.status;
      return Promise.resolve({ status, headers: new Headers({ etag }), text: () => Promise.resolve(html) });
    },
  };
  runInNewContext(SCRIPT, context);
  /** Lets what is waited for come. */
  const pass = async () => {
    const due = [...timers.values()];
    timers.clear();
    for (const call of due) call();
    await settled();
  };
  const settled = async () => {
    for (let turn = 0; turn < 10; turn++) await Promise.resolve();
  };
  return {
    async gets(next: Answer | "nothing") {
      answer = next;
      await pass();
    },
    leaves: () => listeners.get("submit")?.({ target: { method: "post" } }),
    /** The stream says something. */
    async hears(name: string, says?: object) {
      await settled();
      const stream = streams.at(-1);
      if (name === "error" && stream !== undefined) stream.readyState = 2;
      stream?.on.get(name)?.({ data: JSON.stringify({ dataset: says }) });
      await settled();
    },
    is: () => ({
      asksAgain: timers.size > 0,
      isTold: streams.at(-1)?.readyState === 1,
      says: (["lost", "other", "none"] as const).filter((name) => parts[name]?.hidden === false),
      showsWhoWaits: !parts.live.hidden,
      loads,
      told: told.at(-1),
    }),
  };
}

const GOES_ON = { asksAgain: true, says: [], showsWhoWaits: true, loads: 0 };
const stopped = (why: "other" | "none") => ({
  ...{ asksAgain: true, says: [why], showsWhoWaits: false, loads: 0, told: undefined },
});

test.each<[what: string, answer: Answer | "nothing", is: object]>([
  ["who waits", ABOUT_IT, GOES_ON],
  ["that nothing has changed", { status: 304 }, GOES_ON],
  ["that there is nothing to tell", { status: 204 }, stopped("none")],
  ["about another visit", { status: 200, says: { visit: "w" } }, stopped("other")],
  ["about its visit with other links", { status: 200, says: { visit: VISIT, links: "2" } }, stopped("none")],
  ["about its visit, by the release before", { status: 200, says: { visit: VISIT } }, GOES_ON],
  ["with a page of somebody else", { status: 200, says: {} }, { ...GOES_ON, says: ["lost"] }],
  ["with no page at all", { status: 200 }, { ...GOES_ON, says: ["lost"] }],
  ["that it fails", { status: 503 }, { ...GOES_ON, says: ["lost"] }],
  ["nothing", "nothing", { ...GOES_ON, says: ["lost"] }],
  ["that the page is closed", { status: 401 }, { asksAgain: false, says: [], loads: 1 }],
])("a page that is answered %s goes on, or says why not", async (_what, answer, is) => {
  const page = opened();
  await page.gets(ABOUT_IT);
  await page.gets(answer);
  expect(page.is()).toMatchObject(is);
});

test("whatever the status, a page asks again, says why not, or is loaded again", async () => {
  for (let status = 200; status < 600; status++) {
    const page = opened();
    await page.gets({ status });
    const { asksAgain, says, loads } = page.is();
    expect([status, asksAgain || says.length > 0 || loads > 0]).toEqual([status, true]);
    expect([status, says.length > 0 || loads > 0 || status === 304]).toEqual([status, true]);
  }
});

test.each<[what: string, name: string, says: object | undefined, is: object]>([
  ["who waits", "waiting", ABOUT_IT.says, { ...GOES_ON, isTold: true }],
  ["a beat", "beat", undefined, { ...GOES_ON, isTold: true }],
  ["of another visit", "waiting", { visit: "w" }, { ...stopped("other"), isTold: false }],
  ["of other links", "waiting", { visit: VISIT, links: "2" }, { ...stopped("none"), isTold: false }],
  ["what is nobody's", "waiting", {}, { ...GOES_ON, says: ["lost"], isTold: true }],
  ["that the page is closed", "over", undefined, { asksAgain: false, says: [], loads: 1, isTold: false }],
  ["that there is none", "error", undefined, { ...GOES_ON, isTold: false }],
])("a page whose stream tells %s goes on, or says why not", async (_what, name, says, is) => {
  const page = opened({ isSeen: true });
  await page.hears(name, says);
  expect(page.is()).toMatchObject(is);
});

test("a page whose stream is no more asks, and says what it is answered then", async () => {
  const page = opened({ isSeen: true });
  await page.hears("error");
  await page.gets({ status: 204 });
  expect(page.is()).toMatchObject({ ...stopped("none"), isTold: false });
});

test("a page whose launch is led back to its visit says again who waits", async () => {
  const page = opened();
  const waits = { ...ABOUT_IT, says: { ...ABOUT_IT.says, say: "Somebody is waiting" } };
  await page.gets(waits);
  // Until the consult of the other tab has begun, there is nothing to tell.
  await page.gets({ status: 204 });
  expect(page.is()).toMatchObject(stopped("none"));
  await page.gets({ status: 200, says: { visit: "w" } });
  expect(page.is()).toMatchObject(stopped("other"));
  // What it is told then may be what it was told last.
  await page.gets(waits);
  expect(page.is()).toMatchObject({ ...GOES_ON, told: "Somebody is waiting" });
});

test("a page that has nothing to tell is loaded again, too, once it is closed, and says that nothing answers", async () => {
  const page = opened();
  await page.gets({ status: 204 });
  await page.gets("nothing");
  expect(page.is()).toMatchObject({ asksAgain: true, says: ["lost", "none"] });
  await page.gets({ status: 204 });
  expect(page.is()).toMatchObject(stopped("none"));
  await page.gets({ status: 401 });
  expect(page.is().loads).toBe(1);
});

test("a page that is closed while a form of it is under way is loaded again if the form's answer does not come", async () => {
  const page = opened();
  await page.gets(ABOUT_IT);
  page.leaves();
  await page.gets({ status: 401 });
  expect(page.is().loads).toBeGreaterThan(0);
});

test("a page of the release before, which has no words for it, shows on what it said last", async () => {
  const page = opened({ hasWords: false });
  await page.gets({ status: 204 });
  expect(page.is()).toMatchObject({ asksAgain: true, says: [], showsWhoWaits: true, told: undefined });
});
