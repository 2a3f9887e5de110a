/** What becomes of an error: an answer in the flow's words, an entry in the log, and a trace. */
import express, { type RequestHandler } from "express";
import { describe, expect, test } from "vitest";
import { jsonLog } from "../../../app/log.ts";
import type { Traces } from "../../../app/records/traces.ts";
import { Fault, refusal, wordsFor, type Problem } from "../../../app/web/fault.ts";
import { faultPages, routeOf, type FaultWords } from "../../../app/web/faults.ts";
import { flowRoutes, type FlowFrame } from "../../../app/web/flowRoutes.ts";
import { sendHtml } from "../../../app/web/sendHtml.ts";
import { listening } from "../../harness/listening.ts";

const WORDS: FaultWords<Problem> = {
  flow: "some",
  kinds: new Set([
    "known",
    "unexpected",
    "not-found",
    "request-unreadable",
    "request-too-large",
    "not-same-origin",
  ]),
  tell: (problem, { reference, cause, request }) => ({
    status: problem.kind === "known" ? 418 : 400,
    html: `<p>${problem.kind} ${reference} ${cause instanceof Error ? cause.message : "-"} ${request.path}</p>`,
    json: { kind: problem.kind, reference },
  }),
};

async function serving(route: RequestHandler, words: FaultWords<Problem> = WORDS) {
  const lines: string[] = [];
  const kept: Parameters<Traces["keep"]>[0][] = [];
  const log = jsonLog(
    (line) => void lines.push(line),
    () => new Date(0),
  );
  const app = express();
  app.all("/of/:name", route);
  app.use(route);
  const traces: Pick<Traces, "keep"> = { keep: (trace) => Promise.resolve(void kept.push(trace)) };
  app.use(faultPages(words, { log, traces, caller: ({ headers }) => String(headers["x-from"]) }));
  const open = await opening(app);
  const entries = () => lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  return { open, entries, kept };
}

async function opening(app: express.Express) {
  const origin = await listening(app);
  return async (path: string, init: RequestInit = {}) => {
    const answer = await fetch(origin + path, { headers: { accept: "text/html" }, ...init });
    return { status: answer.status, headers: answer.headers, body: await answer.text() };
  };
}
const throwing =
  (make: () => unknown): RequestHandler =>
  () => {
    throw make() as Error;
  };

describe("a fault of the flow", () => {
  test("is its page, under the status of its words, which nobody keeps and whose address goes nowhere", async () => {
    const { open, entries, kept } = await serving(throwing(() => new Fault({ kind: "known" })));
    const { status, headers, body } = await open("/of/Ana?x=1");
    expect([status, headers.get("content-type")]).toEqual([418, "text/html; charset=utf-8"]);
    expect(headers.get("cache-control")).toBe("no-store");
    expect(headers.get("referrer-policy")).toBe("no-referrer");
    const reference = /known (\S+) - /.exec(body)?.[1] ?? "none";
    expect(entries()).toEqual([
      {
        time: "1970-01-01T00:00:00.000Z",
        level: "warn",
        event: "fault",
        flow: "some",
        reason: "known",
        status: 418,
        reference,
      },
    ]);
    expect(kept).toEqual([{ flow: "some", what: "GET /of/:name", outcome: "known", status: 418, reference }]);
  });

  test("is JSON for a program that prefers it, and a page for whoever takes anything", async () => {
    const { open } = await serving(throwing(() => new Fault({ kind: "known" })));
    const asked = async (accept: string) =>
      (await open("/", { headers: { accept } })).headers.get("content-type");
    expect(await asked("application/json")).toMatch(/^application\/json/);
    expect(await asked("*/*")).toMatch(/^text\/html/);
    expect(await asked("image/png")).toMatch(/^text\/html/);
    const json = JSON.parse((await open("/", { headers: { accept: "application/json" } })).body) as object;
    expect(json).toEqual({ kind: "known", reference: expect.stringMatching(/./) as string });
  });

  test("is logged with its cause, and with the names of what is missing and of codes, and nothing else of it", async () => {
    const problem = {
      kind: "known",
      missing: ["User.Read", "Mail.Send"],
      code: "AADSTS50011",
      secret: "hush",
    };
    const { open, entries } = await serving(
      throwing(() => new Fault(problem, { cause: new Error("the reason") })),
    );
    expect((await open("/")).body).toContain("the reason");
    expect(entries()).toMatchObject([
      {
        level: "error",
        event: "fault",
        names: ["User.Read", "Mail.Send", "AADSTS50011"],
        reason: "known",
        cause: expect.arrayContaining(["Fault: known", "Error: the reason"]) as string[],
      },
    ]);
    expect(JSON.stringify(entries())).not.toContain("hush");
  });

  test("whose members are no names has none", async () => {
    const { open, entries } = await serving(
      throwing(() => new Fault({ kind: "known", missing: "all", code: 7 } as Problem)),
    );
    await open("/");
    expect(entries()[0]).not.toHaveProperty("names");
  });
});

describe("what is thrown and is no fault of the flow", () => {
  const bug = { level: "error", reason: "unexpected" };
  test.each<[what: string, error: () => unknown, entry: object]>([
    ["a bug is unexpected", () => new TypeError("a bug"), bug],
    ["another flow's fault is a bug", () => new Fault({ kind: "others" }), bug],
    ["what is no error is a bug", () => "text", bug],
    [
      "an address that cannot be read is none",
      () => new URIError("%"),
      { reason: "not-found", level: "warn" },
    ],
    [
      "a request with a fault is the sender's",
      () => Object.assign(new Error("x"), { status: 400 }),
      { reason: "request-unreadable", level: "warn" },
    ],
    [
      "the last of the sender's statuses is the sender's",
      () => Object.assign(new Error("x"), { status: 499 }),
      { reason: "request-unreadable", level: "warn" },
    ],
    [
      "a request that is too large is that",
      () => Object.assign(new Error("x"), { status: 413 }),
      { reason: "request-too-large", level: "warn" },
    ],
    ["a status below is a bug", () => Object.assign(new Error("x"), { status: 399 }), bug],
    ["a status above is a bug", () => Object.assign(new Error("x"), { status: 500 }), bug],
    ["a status in words is a bug", () => Object.assign(new Error("x"), { status: "400" }), bug],
    ["a thing with a status is a bug", () => ({ status: 400 }), bug],
  ])("%s", async (_what, make, entry) => {
    const { open, entries } = await serving(throwing(make));
    await open("/");
    expect(entries()).toMatchObject([entry]);
    expect(entries()[0]).not.toHaveProperty("names");
  });

  test("is told as the fault that the flow recognizes, and only where it has no own", async () => {
    const words: FaultWords<Problem> = {
      ...WORDS,
      recognize: (error) =>
        error instanceof RangeError ? new Fault({ kind: "known" }, { cause: error }) : undefined,
    };
    const known = await serving(
      throwing(() => new RangeError("far")),
      words,
    );
    expect((await known.open("/")).status).toBe(418);
    expect(known.entries()).toMatchObject([{ level: "error", reason: "known" }]);
    const other = await serving(
      throwing(() => new TypeError("a bug")),
      words,
    );
    await other.open("/");
    expect(other.entries()).toMatchObject([bug]);
  });

  test("after the answer has begun ends the connection, and nothing is told", async () => {
    const { open, entries, kept } = await serving((_request, response) => {
      response.write("half");
      throw new Error("late");
    });
    await expect(open("/")).rejects.toThrow();
    expect([entries(), kept]).toEqual([[], []]);
  });
});

describe("a flood", () => {
  const times = async (count: number, open: () => Promise<unknown>) => {
    for (let time = 0; time < count; time++) await open();
  };
  const events = (entries: readonly Record<string, unknown>[]) => entries.map(({ event }) => event);
  const FLOOD = [...Array<string>(5).fill("fault"), "fault.flood"];

  test("of one refusal is six entries and traces, and every page shows a reference that leads to one of them", async () => {
    const { open, entries, kept } = await serving(throwing(() => new Fault({ kind: "known" })));
    const shown = new Set<string>();
    await times(8, async () => shown.add(/known (\S+)/.exec((await open("/")).body)?.[1] ?? ""));
    expect(events(entries())).toEqual(FLOOD);
    expect(kept).toHaveLength(6);
    const logged = entries().map(({ reference }) => reference);
    expect([...shown]).toEqual([...logged, `${String(logged[5])}-2`, `${String(logged[5])}-3`]);
  });

  test("of one caller takes no reference from another, and of nobody who is not signed in from one who is", async () => {
    const { open, entries, kept } = await serving(
      throwing(() => new Fault({ kind: "known" })),
      { ...WORDS, signedInAs: ({ headers }) => headers["x-session"]?.toString() },
    );
    const shown: string[] = [];
    const sends = async (count: number, headers: Record<string, string>) => {
      for (let time = 0; time < count; time++) {
        const { body } = await open("/", { headers: { accept: "text/html", ...headers } });
        shown.push(/known (\S+)/.exec(body)?.[1] ?? "none");
      }
    };
    await sends(9, { "x-from": "one" });
    await sends(5, { "x-from": "two" });
    for (const session of ["s", "t"]) await sends(5, { "x-from": "one", "x-session": session });
    expect(new Set(shown).size).toBe(shown.length);
    const further = shown.map((reference) => /-(\d+)$/.exec(reference)?.[1]);
    expect(further).toEqual([...Array<undefined>(6).fill(undefined), "2", "3", "4", ...Array<undefined>(15)]);
    expect(kept.map(({ reference }) => reference)).toEqual(shown.filter((one) => !one.includes("-")));
    // The one whose reference stands before the number says that it stands for others.
    const standing = kept.filter(({ standsForOthers }) => standsForOthers === true);
    expect(standing.map(({ reference = "" }) => reference + "-2")).toEqual([shown[6]]);
    expect(JSON.stringify([entries(), kept])).not.toMatch(/"(?:one|two|s|t)"/);
  });

  test("of codes that nobody signed in makes up takes nothing from one who is, whatever they meet", async () => {
    let code = 0;
    const { open, entries } = await serving(
      throwing(() => new Fault({ kind: "known", code: String(++code) } as Problem)),
      { ...WORDS, signedInAs: ({ headers }) => headers["x-session"]?.toString() },
    );
    await times(206, () => open("/", { headers: { accept: "text/html", "x-from": "one" } }));
    const signedIn = { accept: "text/html", "x-from": "one", "x-session": "s" };
    const made = entries().length;
    expect(events(entries()).at(-1)).toBe("fault.flood");
    await times(6, () => open("/", { headers: signedIn }));
    expect(events(entries().slice(made))).toEqual(Array<string>(6).fill("fault"));
  });

  test("of another kind, or of another code, is another one", async () => {
    let turn = 0;
    const problems: Problem[] = [
      { kind: "known" },
      { kind: "not-found" },
      { kind: "known", code: "1" } as Problem,
    ];
    const { open, entries } = await serving(throwing(() => new Fault(problems[turn++ % 3] ?? { kind: "" })));
    await times(15, () => open("/"));
    expect(events(entries())).toEqual(Array<string>(15).fill("fault"));
  });

  test("of faults with a cause is logged each time, unless a page asks by itself", async () => {
    const caused = throwing(() => new Fault({ kind: "known" }, { cause: new Error("x") }));
    const { open, entries } = await serving(caused);
    await times(8, () => open("/"));
    expect(events(entries())).toEqual(Array<string>(8).fill("fault"));
    const asking = await serving(caused, { ...WORDS, isAskedAgain: ({ path }) => path === "/again" });
    await times(8, () => asking.open("/again"));
    await asking.open("/");
    expect(events(asking.entries())).toEqual([...FLOOD, "fault"]);
  });

  test("by a page does not hide what a person meets", async () => {
    const asking = await serving(
      throwing(() => new Fault({ kind: "known" })),
      {
        ...WORDS,
        isAskedAgain: ({ path }) => path === "/again",
      },
    );
    await times(8, () => asking.open("/again"));
    await asking.open("/");
    expect(events(asking.entries())).toEqual([...FLOOD, "fault"]);
  });
});

test("a route is named as it is written, and what has none is another address", () => {
  const named = (route: unknown) => routeOf({ route } as unknown as express.Request);
  expect(named({ path: "/j/:token" })).toBe("/j/:token");
  for (const none of [undefined, {}, { path: ["/a"] }]) expect(named(none)).toBe("another address");
});

test("a fault is an error of its kind, and finds its words", () => {
  const cause = new Error("x");
  const fault = new Fault({ kind: "known", more: 1 } as Problem, { cause });
  expect([fault.name, fault.message, fault.kind, fault.cause]).toEqual(["Fault", "known", "known", cause]);
  expect(refusal({ kind: "not-found" }).problem).toEqual({ kind: "not-found" });
  expect(refusal({ kind: "unexpected" }, { cause }).cause).toBe(cause);
  expect(
    wordsFor<{ kind: "a"; n: number }, string>({ a: ({ n }) => "n" + String(n) }, { kind: "a", n: 2 }),
  ).toBe("n2");
});

describe("a flow's addresses", () => {
  const OWN = "https://visits.lamna.example";
  const flow = (writes: FlowFrame["writes"]) => {
    const part = express.Router();
    part.all(["/ours/page", "/callback"], (_request, response) => void response.send("done"));
    part.all("/bug", () => {
      throw new Error("x");
    });
    const frame: FlowFrame = {
      ours: ["/ours", "/mine"],
      writes,
      faults: (error: Fault<Problem>, _request, response, _next) => {
        response.status(400).send(error instanceof Fault ? error.kind : "bug");
      },
    };
    const app = express();
    app.use(flowRoutes(frame, express.Router(), part));
    app.use((_request, response) => void response.status(404).send("another flow's"));
    return opening(app);
  };

  test.each([
    ["GET", "/ours/page", "done"],
    ["GET", "/ours/other", "not-found"],
    ["GET", "/mine", "not-found"],
    ["GET", "/others", "another flow's"],
    ["GET", "/bug", "bug"],
    ["POST", "/ours/page", "not-same-origin"],
    ["POST", "/mine/x", "not-same-origin"],
    // Not one of the flow's own paths: whoever answers there judges for itself.
    ["POST", "/callback", "done"],
  ])("%s %s: %s", async (method, path, body) => {
    const open = await flow({ fromOwnPagesOf: OWN });
    expect((await open(path, { method })).body).toBe(body);
  });

  test("where only pages write are written by these, and where nobody writes it is not asked", async () => {
    const own = { method: "POST", headers: { origin: OWN } };
    const pages = await flow({ fromOwnPagesOf: OWN });
    expect((await pages("/ours/page", own)).body).toBe("done");
    expect((await pages("/ours/other", own)).body).toBe("not-found");
    const nobody = await flow("nobody");
    expect((await nobody("/ours/other", { method: "POST" })).body).toBe("not-found");
    const others = { method: "POST", headers: { "sec-fetch-site": "cross-site" } };
    expect((await nobody("/ours/other", others)).body).toBe("not-found");
    expect((await nobody("/ours/page", others)).body).toBe("done");
  });
});

test("a page is sent whole, with its length in bytes", async () => {
  const app = express();
  app.use((_request, response) => {
    response.set("X-Kept", "yes");
    sendHtml(response, 410, "<p>año</p>");
  });
  const { status, headers, body } = await (await opening(app))("/");
  expect([status, body]).toEqual([410, "<p>año</p>"]);
  expect(headers.get("content-type")).toBe("text/html; charset=utf-8");
  expect(headers.get("content-length")).toBe("11");
  expect(headers.get("x-kept")).toBe("yes");
});
