/** What is read of the portal's forms, merged where two administrators were at one, and shown of their fields. */
import type { Request, Response } from "express";
import { renderToString } from "preact-render-to-string";
import { describe, expect, test } from "vitest";
import * as connection from "../../../../app/flows/portal/connections/form.ts";
import * as department from "../../../../app/flows/portal/departments/form.ts";
import { doneIn, leadOn } from "../../../../app/flows/portal/done.ts";
import { fieldOf, namesIn, reasonIn, revisionIn, tickedIn } from "../../../../app/flows/portal/fields.ts";
import { fieldsOf } from "../../../../app/flows/portal/inputs.tsx";
import { mergedOf, wasIn } from "../../../../app/flows/portal/merging.ts";
import { portalPages } from "../../../../app/flows/portal/pages.tsx";
import { namesOf, Person } from "../../../../app/flows/portal/people.tsx";
import {
  inFormOf,
  isMerged,
  turnsOn,
  WaitingInForm,
  type InForm,
} from "../../../../app/flows/portal/waitingInForm.tsx";
import type { PortalConnection } from "../../../../app/records/portalConnections.ts";
import type { PortalDepartment } from "../../../../app/records/portalDepartments.ts";
import type { PortalSession } from "../../../../app/records/portalSessions.ts";
import type { Proposal } from "../../../../app/records/proposals.ts";
import type { Setting } from "../../../../app/records/settings.ts";
import { attributesOf, textsOf } from "../../../harness/html.ts";

test.each([
  ["/portal/texts", undefined, "/portal/texts?done"],
  ["/portal/connections?search=x", "done", "/portal/connections?search=x&done"],
  ["/portal/approvals/texting.texting", "waits", "/portal/approvals/texting.texting?waits"],
] as const)("a form that was carried out leads to %s by an address that says so", (to, done, address) => {
  const led: unknown[] = [];
  const response = { redirect: (...how: unknown[]) => void led.push(how) } as unknown as Response;
  leadOn({ response }, to, done);
  expect(led).toEqual([[303, address]]);
  expect(doneIn(new URL(address, "https://visits.example").searchParams)).toBe(done ?? "done");
});

test.each([
  ["done", "Done · Texts", "said", "Done. This page shows it as it is now."],
  ["waits", "Texts", "said not-done", "Nothing is changed yet: it waits for a second person."],
] as const)(
  "the page says that it is %s, in its title, too, and before all else",
  (done, title, look, says) => {
    const pages = portalPages(
      (page) => `<title>${page.title}</title>` + renderToString(<main>{page.main}</main>),
      "",
    );
    const session = { rights: ["configure"], administrator: {}, done } as unknown as PortalSession;
    const html = pages({ session, at: "texts", title: "Texts", main: <p>Content</p> });
    expect([
      textsOf(html, "title"),
      textsOf(html, "#said[role=status]"),
      attributesOf(html, "#said", "class"),
    ]).toEqual([[title], [says], [look]]);
    expect(html.indexOf(says)).toBeLessThan(html.indexOf("Content"));
    const { done: _, ...other } = session;
    expect(pages({ session: other, at: "texts", title: "Texts", main: <p>Content</p> })).not.toContain(
      'id="said"',
    );
  },
);

const sent = (body: unknown) => ({ body }) as unknown as Request;

describe("a field", () => {
  test.each<readonly [unknown, string]>([
    [{ a: " x\r\n y " }, "x\n y"],
    [{ a: "x\ry" }, "x\ry"],
    [{ a: ["x"] }, ""],
    [{ a: 1 }, ""],
    [{ b: "x" }, ""],
    [undefined, ""],
    ["a", ""],
  ])("of %j is %j", (body, text) => {
    expect(fieldOf(sent(body), "a")).toBe(text);
  });

  test("with a reason is kept as it reads: characters that nobody sees are marked, and it has an end", () => {
    const reason = (text: string) => reasonIn(sent({ reason: text }));
    expect([reason(" Asked\u202E for "), reason("x".repeat(401)), reasonIn(sent(undefined))]).toEqual([
      "Asked\uFFFD for",
      "x".repeat(400),
      "",
    ]);
  });

  test("that is ticked, or sent several times, is each of them", () => {
    const form = sent({ a: ["1", "2", { b: "3" }], b: "4", c: 5 });
    expect([tickedIn(form, "a"), tickedIn(form, "b"), tickedIn(form, "c"), tickedIn(form, "d")]).toEqual([
      ["1", "2"],
      ["4"],
      [],
      [],
    ]);
    expect(namesIn(sent({ a: ["1", "2"], b: "3" }))).toEqual(["a", "a", "b"]);
    expect(namesIn(sent(undefined))).toEqual([]);
  });

  test.each([
    ["7", 7],
    ["0", 0],
    ["999999999", 999_999_999],
    ["1234567890", 0],
    ["-1", 0],
    ["1.5", 0],
    ["7x", 0],
    ["x7", 0],
    ["", 0],
  ])("with the revision %j shows number %i", (text, number) => {
    expect(revisionIn(sent({ revision: text }))).toBe(number);
    expect(revisionIn(sent({ instead: text, revision: "3" }), "instead")).toBe(number);
  });
});

describe("two administrators at one setting", () => {
  const merge = (was: string | undefined, typed: string, now: string, lists: readonly "a"[] = []) =>
    mergedOf(["a"], {
      typed: { a: typed },
      was: was === undefined ? {} : { a: was },
      now: { a: now },
      lists,
    });

  test.each([
    ["nobody changed it", "x", "x", "x", "x", []],
    ["only I changed it", "x", "mine", "x", "mine", []],
    ["only the other one did", "x", "x", "theirs", "theirs", [{ field: "a", was: "x", now: "theirs" }]],
    ["both did", "x", "mine", "theirs", "mine", [{ field: "a", was: "x", now: "theirs", mine: "mine" }]],
    ["both did the same", "x", "same", "same", "same", [{ field: "a", was: "x", now: "same", mine: "same" }]],
    ["nobody knows what it was", undefined, "mine", "theirs", "mine", []],
  ])("of whom %s", (_which, was, typed, now, merged, differences) => {
    expect(merge(was, typed, now)).toEqual({ typed: { a: merged }, differences });
  });

  test.each([
    ["what either added is there", "a\nb", "a\nb\nmine", "a\nb\ntheirs", "a\nb\ntheirs\nmine"],
    ["what either took away is gone", "a\nb\nc", "b\nc", "a\nb", "b"],
    ["what both added is there once", "a", "a\nb", "a\nb", "a\nb"],
    ["what was taken away and added again stays", "a\nb", "b", "b\na", "b"],
    ["nothing is no line", "", "mine", "theirs", "theirs\nmine"],
    ["all gone is nothing", "a", "", "a\nb", "b"],
  ])("of a list: %s", (_what, was, typed, now, merged) => {
    expect(merge(was, typed, now, ["a"]).typed.a).toBe(merged);
  });

  test("what only the other one changed of a list is taken over as it is", () => {
    expect(merge("a\nb", "a\nb", "b\na", ["a"]).typed.a).toBe("b\na");
  });

  test.each([
    ['{"a":"x"}', { a: "x" }],
    ['{"a":1}', {}],
    ["[]", {}],
    ["null", {}],
    ["{", {}],
    ["", {}],
  ])("a form that says that it was %j was %j", (text, was) => {
    expect(wasIn(text)).toEqual(was);
  });
});

const FULL: PortalConnection = {
  name: "One",
  fhirBaseUrl: "https://chart.example/r4/one",
  environment: "production",
  visitTypes: ["A", "B"],
  enabled: true,
  provider: { clientId: "p", authentication: { method: "private_key_jwt" } },
  system: { clientId: "s", authentication: { method: "client_secret_basic", sealedSecret: "x" } },
  writeBack: { links: false, status: { arrived: true, checkedIn: false, fulfilled: true } },
};
const TYPED: connection.Typed = {
  name: "One",
  id: "one",
  fhirBaseUrl: "https://chart.example/r4/one",
  environment: "production",
  providerClientId: "p",
  providerMethod: "key",
  systemClientId: "s",
  systemMethod: "secret",
  visitTypes: "A\nB",
  writesLinks: "no",
  writesArrived: "yes",
  writesCheckedIn: "no",
  writesFulfilled: "yes",
};

describe("a connection's form", () => {
  test("has what is kept, and of what was never said the usual", () => {
    expect(connection.typedFrom("one", FULL)).toEqual(TYPED);
    const { provider: _p, system: _s, writeBack: _w, ...bare } = FULL;
    const nothing = { providerClientId: "", systemClientId: "", systemMethod: "key", writesLinks: "" };
    const none = { writesArrived: "no", writesFulfilled: "no" };
    expect(connection.typedFrom("one", bare)).toEqual({ ...TYPED, ...nothing, ...none });
    expect(connection.typedFrom("one", { ...bare, writeBack: { links: true } }).writesLinks).toBe("yes");
    expect(connection.NEW).toEqual({
      ...Object.fromEntries(Object.keys(TYPED).map((name) => [name, ""])),
      ...{ environment: "test", providerMethod: "key", systemMethod: "key", visitTypes: "Video Visit" },
      ...{ writesArrived: "no", writesCheckedIn: "no", writesFulfilled: "no" },
    });
    expect(Object.keys(connection.FIELDS).sort()).toEqual(Object.keys(TYPED).sort());
    expect(new Set(Object.values(connection.FIELDS).filter((label) => /^[A-Z]/.test(label))).size).toBe(13);
  });

  test("is read with its secrets, its versions and what it was", () => {
    const form = { ...TYPED, visitTypes: " A \r\n\r\n B ", providerSecret: " p ", systemSecret: "s" };
    const all = connection.sentIn(sent({ ...form, revision: "3", instead: "4", was: '{"name":"Old"}' }));
    expect(all).toEqual({
      ...{ typed: TYPED, secrets: { provider: "p", system: "s" } },
      ...{ revision: 3, instead: 4, was: { name: "Old" } },
    });
    const none = connection.sentIn(sent({}));
    expect([none.secrets, none.revision, none.instead, none.was]).toEqual([
      { provider: "", system: "" },
      0,
      undefined,
      {},
    ]);
    expect(Object.values(none.typed).every((text) => text === "")).toBe(true);
  });

  test.each([
    [{}, undefined],
    [{ writesLinks: "no" }, { links: false }],
    [{ writesLinks: "yes" }, { links: true }],
    [{ writesLinks: "other" }, undefined],
    [{ writesArrived: "yes" }, { status: { arrived: true, checkedIn: false, fulfilled: false } }],
    [{ writesCheckedIn: "yes" }, { status: { arrived: false, checkedIn: true, fulfilled: false } }],
    [
      { writesFulfilled: "yes", writesLinks: "yes" },
      { links: true, status: { arrived: false, checkedIn: false, fulfilled: true } },
    ],
  ])("of which %j is chosen writes %j to the chart", (chosen, writes) => {
    expect(connection.writeBackIn({ ...connection.NEW, ...chosen })).toEqual(writes);
  });

  test.each([
    ["Lamna Healthcare", [], "lamna-healthcare"],
    ["Lamna", ["lamna"], "lamna-2"],
    ["Lamna", ["lamna", "lamna-2"], "lamna-3"],
    ["  Ünïcode – Häuser!  ", [], "unicode-hauser"],
    ["3rd Ward", [], "rd-ward"],
    ["123", [], "department"],
    ["", ["department"], "department-2"],
    ["a".repeat(40), [], "a".repeat(28)],
    ["a".repeat(27) + " b", [], "a".repeat(27)],
    ["A1", [], "a1"],
    ["Gefäßchirurgie Łódź", [], "gefasschirurgie-lodz"],
    ["Þór-Ærø đð œ", [], "thor-aero-dd-oe"],
  ])("named %j suggests, where %j are taken, %s", (name, taken, id) => {
    expect(connection.suggestedId(name, new Set(taken), "department")).toBe(id);
  });

  test("that was changed meanwhile has both, and each line of a list stays as somebody typed it", () => {
    const { typed, differences } = connection.merged(
      { typed: { ...TYPED, name: "Mine" }, was: TYPED },
      { ...TYPED, visitTypes: "A" },
    );
    expect([typed.name, typed.visitTypes, differences.map(({ field }) => field)]).toEqual([
      "Mine",
      "A",
      ["visitTypes"],
    ]);
  });
});

const WARD: PortalDepartment = {
  name: "Ward",
  nameEs: "Sala",
  nameInTexts: true,
  phone: "(202) 555-0100",
  timeZone: "America/Chicago",
  connection: "one",
  locations: ["w1", "w2"],
  organizers: ["o1", "o2"],
  lobby: "staffAndGuestAccounts",
};
const WARD_TYPED: department.Typed = {
  ...{
    name: "Ward",
    nameEs: "Sala",
    id: "ward",
    connection: "one",
    locations: "w1\nw2",
    organizers: "o1\no2",
  },
  ...{
    lobby: "staffAndGuestAccounts",
    phone: "(202) 555-0100",
    timeZone: "America/Chicago",
    nameInTexts: "yes",
  },
};

describe("a department's form", () => {
  test("has what is kept, and of what was never said the usual", () => {
    expect(department.typedFrom("ward", WARD)).toEqual(WARD_TYPED);
    const { nameEs: _e, nameInTexts: _t, ...bare } = WARD;
    expect(department.typedFrom("ward", bare)).toEqual({ ...WARD_TYPED, nameEs: "", nameInTexts: "no" });
    const empty = Object.fromEntries(Object.keys(WARD_TYPED).map((name) => [name, ""]));
    expect(department.NEW).toEqual({ ...empty, lobby: "staff", nameInTexts: "no" });
    expect(new Set(Object.values(department.FIELDS).filter((label) => /^[A-Z]/.test(label))).size).toBe(10);
  });

  test("is read with what was ticked besides, each once", () => {
    const form = {
      ...WARD_TYPED,
      locations: "w1\r\n w2 ",
      pickedLocations: ["w2", "w3\nw4"],
      pickedOrganizers: "o3",
    };
    const all = department.sentIn(sent({ ...form, revision: "3", instead: "4", was: '{"name":"Old"}' }));
    expect(all).toEqual({
      typed: { ...WARD_TYPED, locations: "w1\nw2\nw3\nw4", organizers: "o1\no2\no3" },
      ...{ revision: 3, instead: 4, was: { name: "Old" } },
    });
  });

  test.each([
    [{}, undefined],
    [{ findLocations: "x" }, { of: "locations", asked: "x" }],
    [{ findAccounts: "y" }, { of: "accounts", asked: "y" }],
    [
      { findLocations: "x", findAccounts: "y" },
      { of: "locations", asked: "x" },
    ],
    [
      { find: "accounts", findLocations: "x", findAccounts: "y" },
      { of: "accounts", asked: "y" },
    ],
    [
      { find: "locations", findAccounts: "y" },
      { of: "locations", asked: "" },
    ],
    [{ find: "accounts" }, { of: "accounts", asked: "" }],
    [{ find: "other", findLocations: "x" }, undefined],
    [{ findLocations: "x".repeat(101) }, { of: "locations", asked: "x".repeat(100) }],
    [{ findAccounts: "x".repeat(101) }, { of: "accounts", asked: "x".repeat(100) }],
  ])("by %j looks up %j", (form, find) => {
    expect(department.sentIn(sent(form)).find).toEqual(find);
  });

  test("that was changed meanwhile has the locations and accounts of both", () => {
    const mine = { ...WARD_TYPED, locations: "w1\nw2\nmine", organizers: "o2", name: "Mine" };
    const now = { ...WARD_TYPED, locations: "w2\ntheirs", organizers: "o1\no2\no3", name: "Theirs" };
    const { typed } = department.merged({ typed: mine, was: WARD_TYPED }, now);
    expect(typed).toMatchObject({ locations: "w2\ntheirs\nmine", organizers: "o2\no3", name: "Mine" });
  });
});

describe("a field on the page", () => {
  const { Text, Lines, Choice } = fieldsOf({ a: "Label of a" });
  const of = { field: "a", typed: { a: "typed" }, hint: "A hint" } as const;
  const attributes = (html: string, element: string) =>
    new RegExp(`<${element}([^>]*)>`).exec(html)?.[1]?.replace(/\/$/, "").trim();

  test.each([
    ["input", (faults: object) => renderToString(<Text {...of} faults={faults} />)],
    ["textarea", (faults: object) => renderToString(<Lines {...of} faults={faults} />)],
  ])("%s has its label, its hint, and what is wrong, also for who cannot see it", (element, render) => {
    const [good, bad] = [render({}), render({ a: "Not so." })];
    expect(attributes(good, element)).toMatch(/^id="a" name="a"/);
    expect(attributes(good, element)).toContain('aria-describedby="a-hint"');
    expect(attributes(good, element)).not.toContain("aria-invalid");
    expect(attributes(bad, element)).toContain('aria-describedby="a-fault a-hint"');
    expect(attributes(bad, element)).toContain('aria-invalid="true"');
    for (const html of [good, bad]) {
      expect(html).toContain('<label for="a">Label of a</label><p class="quiet" id="a-hint">A hint</p>');
      expect(html).toContain("typed");
    }
    expect([good.startsWith('<div class="field">'), bad.startsWith('<div class="field wrong">')]).toEqual([
      true,
      true,
    ]);
    expect(good).not.toContain("Error");
    expect(bad).toContain('<p class="field-fault" id="a-fault">Error: Not so.</p>');
  });

  test("that is fixed cannot be typed in, and no other one is", () => {
    expect(renderToString(<Text {...of} faults={{}} fixed />)).toContain(" readonly");
    expect(renderToString(<Text {...of} faults={{}} />)).not.toContain("readonly");
    expect(renderToString(<Text {...of} faults={{}} />)).toMatch(/autocomplete="off".*spellcheck="false"/);
  });

  test("of a choice has the one that was chosen", () => {
    const choices = [
      ["typed", "This"],
      ["other", "That"],
    ] as const;
    const [good, bad] = [{}, { a: "Not so." }].map((faults) =>
      renderToString(<Choice {...{ ...of, faults, choices }} />),
    );
    expect(good).toBe(
      '<fieldset class="field" aria-describedby="a-hint"><legend>Label of a</legend><p class="quiet" id="a-hint">A hint</p>' +
        '<div class="picks"><label class="pick"><input type="radio" name="a" value="typed" checked/> This</label>' +
        '<label class="pick"><input type="radio" name="a" value="other"/> That</label></div></fieldset>',
    );
    expect(bad).toContain(
      '<fieldset class="field wrong" aria-describedby="a-fault a-hint" aria-invalid="true">',
    );
    expect(bad).toContain('<p class="field-fault" id="a-fault">Error: Not so.</p>');
  });
});

describe("a change that waits, in the form of its setting", () => {
  const waits = (of: Proposal["of"]) => ({ revision: 4, value: { of } }) as Setting<Proposal>;
  const off = { ...FULL, enabled: false };
  const of = (before?: PortalConnection, after?: PortalConnection): Proposal["of"] => ({
    ...{ kind: "connection", id: "one" },
    ...(before && { before }),
    ...(after && { after }),
  });
  test.each<readonly [string, Setting<Proposal> | undefined, number | undefined, InForm | undefined]>([
    ["none", undefined, undefined, undefined],
    ["none, of which the form had one", undefined, 4, undefined],
    ["one that the form has", waits(of(off, { ...off, name: "B" })), 4, "has-it"],
    ["one that the form does not have", waits(of(off, { ...off, name: "B" })), 3, undefined],
    ["a removal", waits(of(off)), 4, "removal"],
    ["one that turns it on", waits(of(off, FULL)), 4, "turns-on"],
    ["a new one that is on", waits(of(undefined, FULL)), 4, "turns-on"],
    ["one of what is on", waits(of(FULL, FULL)), 4, "has-it"],
    ["one that turns it off", waits(of(FULL, off)), 4, "has-it"],
    ["a department's", waits({ kind: "department", id: "w", after: WARD }), 4, "has-it"],
  ])("is %s", (_which, waiting, instead, inForm) => {
    expect(inFormOf(waiting, instead)).toBe(inForm);
  });

  test("turns a connection on by no other kind", () => {
    expect([turnsOn(of(off, FULL)), turnsOn({ kind: "department", id: "w", after: WARD })]).toEqual([
      true,
      false,
    ]);
    expect((["merged", "merged-turns-on", "has-it", "gone", undefined] as const).map(isMerged)).toEqual([
      ...[true, true, false, false, false],
    ]);
  });

  const TURNS_ON = "It turns the connection on, which is not in the form and has to be done again. ";
  test.each<readonly [InForm | undefined, string | undefined, string]>([
    [undefined, undefined, ""],
    ["merged", undefined, ""],
    ["has-it", "A change of this connection waits for a second person", "The form has it. Done puts"],
    ["turns-on", "A change of this connection waits for a second person", TURNS_ON + "Done puts"],
    ["merged-turns-on", "A change of this connection waits for a second person", TURNS_ON + "Done puts"],
    ["removal", "The removal of this connection waits for a second person", "waits</a>. Done puts"],
    ["gone", "The change of this connection does not wait any more", "Nothing was saved"],
  ])("that is %s is told as %j", (inForm, title, text) => {
    const html = renderToString(<WaitingInForm what="connection" at="/x" inForm={inForm} />);
    expect(textsOf(html, ".notice-title")[0]).toBe(title);
    expect(html).toContain(text);
    expect(html.includes('href="/x"')).toBe(title !== undefined && inForm !== "gone");
  });
});

describe("names of people", () => {
  const directory = (known: readonly string[]) => {
    const asked: string[] = [];
    return {
      asked,
      person: (id: string) => {
        asked.push(id);
        return Promise.resolve(known.includes(id) ? { displayName: "Name of " + id } : undefined);
      },
    } as unknown as Parameters<typeof namesOf>[0]["directory"] & { readonly asked: string[] };
  };
  const ids = (count: number) => Array.from({ length: count }, (_none, at) => "p" + String(at));

  test("are asked for once each, and not at all of nobody", async () => {
    const those = directory(["a", "b"]);
    const names = await namesOf({ directory: those }, ["a", "b", "a", "c"]);
    expect([...names]).toEqual([
      ["a", "Name of a"],
      ["b", "Name of b"],
    ]);
    expect(those.asked).toEqual(["a", "b", "c"]);
    expect([...(await namesOf({ directory: those }, []))]).toEqual([]);
  });

  test("are asked for eight at a time, and not further where the directory names none", async () => {
    const silent = directory([]);
    await namesOf({ directory: silent }, ids(20));
    expect(silent.asked).toHaveLength(8);
    const one = directory(["p7"]);
    await namesOf({ directory: one }, ids(20));
    expect(one.asked).toHaveLength(16);
    expect((await namesOf({ directory: directory(ids(17)) }, ids(17))).size).toBe(17);
  });

  test("stand beside the object id, but for one's own", () => {
    const session = { administrator: { objectId: "me" } } as PortalSession;
    const names = new Map([["a", "Alex"]]);
    const of = (objectId: string) => renderToString(<Person {...{ objectId, names, session }} />);
    expect([of("me"), of("a"), of("b")]).toEqual([
      "You",
      'Alex<span class="quiet"><code>a</code></span>',
      'Name not known<span class="quiet"><code>b</code></span>',
    ]);
  });
});
