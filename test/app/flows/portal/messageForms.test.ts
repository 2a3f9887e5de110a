/** What is read of the forms of messages, what of it is kept, and what is said beside a field that may not be. */
import { describe, expect, test } from "vitest";
import { minutesBefore, timeBeforeWords } from "../../../../app/domain/timeBefore.ts";
import { judgedRules, judgedWords } from "../../../../app/flows/portal/messageRules/judge.ts";
import {
  longNames,
  previewOf,
  tooLong,
  type LongNames,
} from "../../../../app/flows/portal/messageRules/preview.ts";
import {
  differencesOf,
  ruleFields,
  typedFrom,
  typedIn,
  wordFields,
  type About,
  type Typed,
} from "../../../../app/flows/portal/messageRules/typed.ts";
import type { PortalPicks } from "../../../../app/flows/portal/parts.ts";
import type { DataRegion } from "../../../../app/records/dataRegions.ts";
import type { PortalMessages } from "../../../../app/records/portalMessages.ts";

const about = (more: Partial<About> = {}): About => ({
  connections: [
    { id: "one", name: "One" },
    { id: "two", name: "Two" },
  ] as unknown as About["connections"],
  ...{ said: {}, environment: "production", page: 1, pages: 1 },
  ...more,
});
const OWN = typedFrom(ruleFields(about(), undefined));

describe("the form of rules", () => {
  test("has the connector's own at first", () => {
    const kinds = (id: string) =>
      Object.fromEntries(
        ["confirmation", "update", "cancellation", "reminder"].map((kind) => [`kind-${id}-${kind}`, "yes"]),
      );
    expect(OWN).toEqual({
      ...{ aheadDays: "14", always: "no", from: "08:00", to: "21:00", byMail: "yes" },
      ...kinds("one"),
      ...{ "remind-one": "1 day\n15 minutes", "remind-two": "1 day\n15 minutes" },
      ...kinds("two"),
    });
    expect(ruleFields(about(), undefined).map(({ label }) => label)).toEqual([
      ...["Days before the visit", "At all hours", "From", "To", "Mails to patients"],
      ...["One", "Two"].flatMap((name) =>
        ["First notice", "Moved", "Canceled", "Reminder", "reminders"].map((label) => `${name}: ${label}`),
      ),
    ]);
  });

  test("has what is set, and the key of what the stack file says", () => {
    const set: PortalMessages = {
      aheadDays: 3,
      allHours: true,
      byMail: false,
      connections: [{ connection: "two", kinds: ["update"], remindMinutesBefore: [60] }],
    };
    const fields = ruleFields(about(), set);
    expect(typedFrom(fields)).toMatchObject({
      ...{ aheadDays: "3", always: "yes", from: "", to: "", byMail: "no" },
      ...{
        "kind-two-update": "yes",
        "kind-two-reminder": "no",
        "remind-two": "1 hour",
        "kind-one-reminder": "yes",
      },
    });
    expect(fields.filter(({ lockedBy }) => lockedBy !== undefined)).toEqual([]);
    const [one, two] = about().connections;
    const said = about({
      said: { aheadDays: 5, hours: { from: "09:00", to: "17:00" }, byMail: false },
      connections: [
        { ...one, messages: { kinds: ["reminder"] } },
        { ...two, messages: { remindMinutesBefore: [90] } },
      ] as unknown as About["connections"],
    });
    const locked = ruleFields(said, set).filter(({ lockedBy }) => lockedBy !== undefined);
    expect(
      Object.fromEntries(locked.map(({ name, lockedBy, value }) => [name, [lockedBy, value].join(" = ")])),
    ).toEqual({
      aheadDays: "messages.aheadDays = 5",
      always: "messages.hours = no",
      from: "messages.hours = 09:00",
      to: "messages.hours = 17:00",
      byMail: "messages.byMail = no",
      ...Object.fromEntries(
        ["confirmation", "update", "cancellation"].map((kind) => [
          `kind-one-${kind}`,
          "connections[].messages.kinds of one = no",
        ]),
      ),
      "kind-one-reminder": "connections[].messages.kinds of one = yes",
      "remind-two": "connections[].messages.remindMinutesBefore of two = 90 minutes",
    });
  });

  test("is read as it was sent: a tick that was left out is no, and what is locked stays", () => {
    const fields = [
      { name: "aheadDays", label: "", value: "1" },
      { name: "always", label: "", value: "yes" },
      { name: "byMail", label: "", value: "yes" },
      { name: "kind-one-update", label: "", value: "yes" },
      { name: "from", label: "", value: "08:00", lockedBy: "messages.hours" },
    ];
    const body = { aheadDays: " 2 ", byMail: "on", "kind-one-update": "yes", from: "09:00" };
    const typed = typedIn({ body }, fields);
    expect(typed).toEqual({
      aheadDays: "2",
      always: "no",
      byMail: "no",
      "kind-one-update": "yes",
      from: "08:00",
    });
    expect(
      differencesOf(
        typed,
        fields.map((field) => ({ ...field, label: "L " + field.name })),
      ),
    ).toEqual([
      ["L aheadDays", "2", "1"],
      ["L always", "no", "yes"],
      ["L byMail", "no", "yes"],
    ]);
    expect(
      differencesOf({}, [
        { name: "a", label: "A", value: "x" },
        { name: "b", label: "B", value: "" },
      ]),
    ).toEqual([["A", "", "x"]]);
  });

  test.each([
    [1440, "1 day"],
    [2880, "2 days"],
    [60, "1 hour"],
    [90, "90 minutes"],
    [120, "2 hours"],
    [1, "1 minute"],
    [1500, "25 hours"],
  ])("%i minutes are %s, and back", (minutes, words) => {
    expect([timeBeforeWords(minutes), minutesBefore(words)]).toEqual([words, minutes]);
  });

  test.each([
    ["1day", 1440],
    [" 2 HOURS ", 120],
    ["15 minute", 15],
    ["0 days", 0],
    ["15", undefined],
    ["15 seconds", undefined],
    ["-1 day", undefined],
    ["1.5 hours", undefined],
    ["123456 minutes", undefined],
    ["in 1 day", undefined],
    ["1 day before", undefined],
    ["1  day", undefined],
  ])("%j is %s minutes", (text, minutes) => {
    expect(minutesBefore(text)).toBe(minutes);
  });
});

describe("rules", () => {
  const judge = (
    typed: Partial<Typed>,
    { before, ...more }: Partial<About> & { before?: PortalMessages } = {},
  ) => judgedRules(about(more), { ...OWN, ...typed } as Typed, before);
  const kept = (typed: Partial<Typed>, of: Parameters<typeof judge>[1] = {}) => {
    const verdict = judge(typed, of);
    return verdict.ok ? verdict.value : verdict.faults;
  };

  test("that equal the connector's own are not kept, unless they were set", () => {
    expect(kept({})).toEqual({});
    const before: PortalMessages = {
      aheadDays: 3,
      byMail: false,
      hours: { from: "09:00", to: "10:00" },
      words: [],
    };
    expect(kept({}, { before })).toEqual({
      aheadDays: 14,
      byMail: true,
      hours: { from: "08:00", to: "21:00" },
      words: [],
    });
    expect(kept({}, { before: { allHours: true } })).toEqual({ hours: { from: "08:00", to: "21:00" } });
  });

  test.each<readonly [string, Partial<Typed>, PortalMessages]>([
    ["days", { aheadDays: "1" }, { aheadDays: 1 }],
    ["the most days", { aheadDays: "60" }, { aheadDays: 60 }],
    ["hours", { from: "08:00", to: "20:59" }, { hours: { from: "08:00", to: "20:59" } }],
    ["all hours, whatever hours are typed", { always: "yes", from: "x" }, { allHours: true }],
    ["no mails", { byMail: "no" }, { byMail: false }],
    ["no mails, whatever is said", { byMail: "on" }, { byMail: false }],
    [
      "fewer kinds",
      { "kind-one-update": "no" },
      { connections: [{ connection: "one", kinds: ["confirmation", "cancellation", "reminder"] }] },
    ],
    [
      "no kinds, and so no times",
      {
        "kind-one-confirmation": "no",
        "kind-one-update": "no",
        "kind-one-cancellation": "no",
        "kind-one-reminder": "no",
      },
      { connections: [{ connection: "one", kinds: [] }] },
    ],
    [
      "no reminders, with times that have no effect",
      { "kind-one-reminder": "no", "remind-one": "2 days" },
      { connections: [{ connection: "one", kinds: ["confirmation", "update", "cancellation"] }] },
    ],
    [
      "no reminders, and none typed",
      { "kind-one-reminder": "no", "remind-one": "" },
      { connections: [{ connection: "one", kinds: ["confirmation", "update", "cancellation"] }] },
    ],
    [
      "times",
      { "remind-two": "2 days\n\n 1 hour " },
      { connections: [{ connection: "two", remindMinutesBefore: [2880, 60] }] },
    ],
    ["the same times in another order", { "remind-two": "15 minutes\n1 day" }, {}],
    [
      "a week and five times",
      { "remind-two": "7 days\n1 hour\n2 hours\n3 hours\n4 hours" },
      { connections: [{ connection: "two", remindMinutesBefore: [10_080, 60, 120, 180, 240] }] },
    ],
  ])("keep %s", (_what, typed, value) => {
    expect(judge(typed)).toEqual({ ok: true, value });
  });

  test("go with the days that the stack file says, and with the reminders of other pages", () => {
    const before: PortalMessages = { connections: [{ connection: "three", remindMinutesBefore: [7200] }] };
    const refused = {
      ok: false,
      faults: {
        aheadDays:
          "three has a reminder earlier than this first notice, which would never go. Enter more days.",
      },
    };
    expect(judgedRules(about(), { ...OWN, aheadDays: "4" }, before)).toEqual(refused);
    expect(judgedRules(about(), { ...OWN, aheadDays: "5" }, before).ok).toBe(true);
    const typed = { ...OWN, "remind-one": "3 days" };
    expect(judgedRules(about({ said: { aheadDays: 2 } }), typed).ok).toBe(false);
    expect(judgedRules(about({ said: { aheadDays: 3 } }), typed).ok).toBe(true);
    expect(judgedRules(about(), { ...typed, aheadDays: "2", "kind-one-reminder": "no" }).ok).toBe(true);
    const said = { id: "one", name: "One", messages: { remindMinutesBefore: [7200] } };
    const connections = [said] as unknown as About["connections"];
    expect(judgedRules(about({ connections }), { ...OWN, aheadDays: "4" }).ok).toBe(false);
    expect(judgedRules(about({ connections, said: { aheadDays: 4 } }), OWN).ok).toBe(true);
  });

  const HOURS = {
    from: "Enter two times of one day as 08:00 and 21:00, the second one later; or tick that messages go at all hours.",
  };
  const TIMES = "Enter one to five different times before the visit, a week at most, one a line.";
  test.each<readonly [string, Partial<Typed>, object]>([
    ["no days", { aheadDays: "" }, { aheadDays: "Enter a number of days, from 1 to 60." }],
    ["61 days", { aheadDays: "61" }, { aheadDays: "Enter a number of days, from 1 to 60." }],
    ["0 days", { aheadDays: "0" }, { aheadDays: "Enter a number of days, from 1 to 60." }],
    ["days in words", { aheadDays: "3 days" }, { aheadDays: "Enter a number of days, from 1 to 60." }],
    ["days after a text", { aheadDays: "x3" }, { aheadDays: "Enter a number of days, from 1 to 60." }],
    ["hours that end before they begin", { from: "10:00", to: "09:00" }, HOURS],
    ["no hours", { from: "", to: "" }, HOURS],
    [
      "no time before a visit",
      { "remind-one": "1 day\nsoon" },
      {
        "remind-one":
          "“soon” is no time before a visit. Write such as 1 day, 2 hours or 15 minutes, one a line.",
      },
    ],
    [
      "a long one",
      { "remind-one": "x".repeat(50) },
      {
        "remind-one": `“${"x".repeat(40)}…” is no time before a visit. Write such as 1 day, 2 hours or 15 minutes, one a line.`,
      },
    ],
    ["no times at all", { "remind-one": "" }, { "remind-one": TIMES }],
    ["one time twice", { "remind-one": "1 day\n24 hours" }, { "remind-one": TIMES }],
    ["more than a week", { "remind-one": "8 days" }, { "remind-one": TIMES }],
    [
      "six times",
      { "remind-one": [1, 2, 3, 4, 5, 6].map((hours) => `${String(hours)} hours`).join("\n") },
      { "remind-one": TIMES },
    ],
    ["no minutes", { "remind-one": "0 minutes" }, { "remind-one": TIMES }],
    [
      "wrong times where no reminders go",
      { "kind-one-reminder": "no", "remind-one": "soon" },
      { "remind-one": expect.stringContaining("is no time") as string },
    ],
    [
      "a reminder earlier than the first notice",
      { aheadDays: "3", "remind-two": "5 days\n15 minutes" },
      {
        "remind-two":
          "The first notice goes 3 days before a visit, and an earlier reminder never goes. Take it out, or enter more days for the first notice.",
      },
    ],
    [
      "two at once",
      { aheadDays: "", "remind-two": "" },
      { aheadDays: expect.anything() as string, "remind-two": TIMES },
    ],
  ])("with %s are refused beside the field", (_what, typed, faults) => {
    expect(judge(typed)).toEqual({ ok: false, faults });
  });

  test("that the stack file says are not judged, and what was set before stays", () => {
    const said = { aheadDays: 5, hours: "always", byMail: true } as const;
    const before: PortalMessages = { aheadDays: 3, hours: { from: "09:00", to: "10:00" }, byMail: false };
    expect(kept({ aheadDays: "x", from: "x", byMail: "no" }, { said, before })).toEqual(before);
    expect(kept({ aheadDays: "x", from: "x", byMail: "no" }, { said })).toEqual({});
    expect(kept({ from: "x" }, { said, before: { allHours: true } })).toEqual({ allHours: true });
    const [one, two] = about().connections;
    const connections = [
      { ...one, messages: { kinds: ["reminder"] } },
      { ...two, messages: { remindMinutesBefore: [90] } },
    ] as unknown as About["connections"];
    const set: PortalMessages = {
      connections: [
        { connection: "one", kinds: ["update"] },
        { connection: "two", remindMinutesBefore: [60] },
      ],
    };
    const typed = { "kind-one-update": "no", "remind-two": "soon" };
    expect(kept(typed, { connections, before: set })).toEqual(set);
    expect(kept(typed, { connections })).toEqual({});
  });

  test("of a connection that were set and are typed as the connector's own stay set", () => {
    const before: PortalMessages = {
      connections: [{ connection: "one", kinds: ["update"], remindMinutesBefore: [60] }],
    };
    expect(kept({}, { before })).toEqual({
      connections: [
        {
          connection: "one",
          kinds: ["confirmation", "update", "cancellation", "reminder"],
          remindMinutesBefore: [1440, 15],
        },
      ],
    });
  });

  test("of connections that the form does not have stay as they are", () => {
    const before: PortalMessages = { connections: [{ connection: "other", kinds: [] }] };
    expect(kept({ "remind-one": "1 hour" }, { before })).toEqual({
      connections: [
        { connection: "one", remindMinutesBefore: [60] },
        { connection: "other", kinds: [] },
      ],
    });
    expect(kept({}, { before })).toEqual(before);
  });
});

const NAMES: LongNames = {
  whose: "Sleep",
  sender: "Lamna",
  zone: "America/Chicago",
  link: "https://v.example/j/" + "x".repeat(30),
  phone: "(202) 555-0100",
  isMeasured: true,
};
const REMINDER = "{sender}: Come {when}. {link} STOP to end.";

describe("words", () => {
  const none = typedFrom(wordFields(about(), undefined));
  const judge = (typed: Partial<Typed>, before?: PortalMessages, names: readonly LongNames[] = [NAMES]) =>
    judgedWords({ ...none, ...typed } as Typed, before, names);

  test("have a field for each kind and language, with the connector's own at first", () => {
    const fields = wordFields(about(), undefined);
    expect(fields.map(({ name }) => name)).toEqual(
      ["en", "es"].flatMap((language) =>
        ["confirmation", "update", "cancellation", "reminder"].map((kind) => `words-${language}-${kind}`),
      ),
    );
    expect(fields.map(({ label }) => label).slice(2, 6)).toEqual([
      "Canceled, English",
      "Reminder, English",
      "First notice, Spanish",
      "Moved, Spanish",
    ]);
    const words = [{ kind: "reminder", language: "en", text: REMINDER }] as const;
    const own = wordFields(about(), { words: [...words] });
    expect([
      own[3]?.value,
      own[2]?.value === fields[2]?.value,
      own.some((field) => "lockedBy" in field),
    ]).toEqual([REMINDER, true, false]);
    const said = wordFields(about({ said: { words: [...words] } }), {
      words: [{ kind: "reminder", language: "en", text: "other" }],
    });
    expect([said[3]?.value, new Set(said.map(({ lockedBy }) => lockedBy))]).toEqual([
      REMINDER,
      new Set(["messages.words"]),
    ]);
  });

  test("that are the connector's own, or none, are not kept", () => {
    expect(judge({})).toEqual({ ok: true, value: {} });
    expect(
      judge(
        { "words-en-reminder": "" },
        { aheadDays: 3, words: [{ kind: "reminder", language: "en", text: REMINDER }] },
      ),
    ).toEqual({ ok: true, value: { aheadDays: 3 } });
    expect(judgedWords({}, undefined, [NAMES])).toEqual({ ok: true, value: {} });
  });

  test("of the hospital's own are kept, each letter with its accent", () => {
    const text = REMINDER + " Caf\u0065\u0301";
    expect(judge({ "words-en-reminder": text })).toEqual({
      ok: true,
      value: { words: [{ kind: "reminder", language: "en", text: text.normalize("NFC") }] },
    });
  });

  test("that may not be are refused beside their field, and no other field", () => {
    expect(judge({ "words-es-update": "no", "words-en-reminder": REMINDER })).toEqual({
      ok: false,
      faults: { "words-es-update": "It lacks {sender}, which this text has to say; add it." },
    });
    const long = judge({ "words-en-reminder": REMINDER + "x".repeat(100) });
    expect(long).toEqual({
      ok: false,
      faults: {
        "words-en-reminder": expect.stringMatching(
          /^It is \d+ characters too long for one segment, for Sleep\. Shorten it\.$/,
        ) as string,
      },
    });
    // With such an address not even the connector's own words fit, and others can be changed all the same.
    const far = { ...NAMES, link: NAMES.link + "x".repeat(200) };
    expect(judge({}, undefined, [far])).toEqual({ ok: true, value: {} });
    expect(judge({ "words-en-reminder": REMINDER }, undefined, [far]).ok).toBe(false);
  });

  test("say for whom they are longest, and which characters cost most", () => {
    const of = (text: string, names: readonly LongNames[]) =>
      tooLong({ kind: "reminder", language: "en", text }, names);
    const room = 160;
    expect(of(REMINDER, [])).toBeUndefined();
    expect(of(REMINDER, [NAMES])).toBeUndefined();
    const text = REMINDER + "x".repeat(room);
    const longer = { ...NAMES, whose: "Cardiology", sender: "Lamna Cardiology" };
    expect(of(text, [NAMES, longer, NAMES])).toContain("for Cardiology.");
    expect(of(text, [NAMES, { ...NAMES, whose: "Equal" }])).toContain("for Sleep.");
    expect(of(REMINDER + "ł".repeat(60), [NAMES])).toMatch(/for Sleep\. Without ł it has more room\.$/);
    expect(of(REMINDER + "łő".repeat(60), [NAMES])).toMatch(/for Sleep\. Without ł ő it has more room\.$/);
  });

  test("are shown as a text of tomorrow, for the first department", () => {
    const now = new Date("2026-11-29T18:00:00.000Z");
    const of = (text: string, names: readonly LongNames[]) =>
      previewOf({ kind: "reminder", language: "en", text }, names, now);
    const [longest, first] = [{ ...NAMES, sender: "M" }, NAMES];
    expect(of(REMINDER, [longest, first])).toEqual({
      text: `Lamna: Come Mon, Nov 30, 12:00 PM CST. ${NAMES.link} STOP to end.`,
      ...{ segments: 1, costly: [], fault: undefined },
    });
    expect(of(REMINDER, [longest]).text).toContain("M: Come");
    expect(of(REMINDER, [])).toEqual({ text: REMINDER, segments: 1, costly: [], fault: undefined });
    expect(of("no", [])).toMatchObject({
      text: "no",
      fault: "lacks {sender}, which this text has to say; add it",
    });
    expect(of("no ł", [first])).toMatchObject({
      costly: ["ł"],
      fault: "It lacks {sender}, which this text has to say; add it.",
    });
    const long = of(REMINDER + "x".repeat(120), [first]);
    expect([long.segments, long.fault]).toEqual([2, expect.stringContaining("too long")]);
  });

  test("are not measured where no text leaves, and say the same as everywhere", () => {
    const names = [{ ...NAMES, isMeasured: false }];
    const text = REMINDER + "łx".repeat(70);
    expect(judge({ "words-en-reminder": text }, undefined, names)).toMatchObject({ ok: true });
    expect(previewOf({ kind: "reminder", language: "en", text }, names, new Date())).toMatchObject({
      ...{ segments: undefined, costly: [], fault: undefined },
    });
    expect(judge({ "words-en-reminder": "no" }, undefined, names)).toMatchObject({ ok: false });
  });

  test("have to leave room for every department, and for the longest name that there may be", async () => {
    const department = (name: string, more: object = {}) => ({
      name,
      timeZone: "America/New_York",
      phone: "1",
      ...more,
    });
    const of = (departments: readonly object[], textName = "Lamna", regions: readonly DataRegion[] = []) =>
      longNames({
        dataRegions: { told: () => regions },
        publicUrl: "https://v.example",
        hospital: {
          organization: { name: "Lamna Healthcare", textName, phone: "9" },
          connections: () => Promise.resolve([{ id: "a" }, { id: "b" }]),
          departments: (id: string) => Promise.resolve(id === "a" ? departments : []),
        } as unknown as PortalPicks["hospital"],
      });
    const [longest, ...others] = await of([department("Sleep"), department("Ward", { nameInTexts: true })]);
    expect(longest).toMatchObject({
      whose: "a sender with the longest name that there may be",
      sender: "M".repeat(24),
      zone: "America/New_York",
      phone: "1",
    });
    expect(others.map(({ whose, sender, zone, phone }) => [whose, sender, zone, phone])).toEqual([
      ["Sleep", "Lamna", "America/New_York", "1"],
      ["Ward", expect.stringContaining("Ward"), "America/New_York", "1"],
    ]);
    expect(longest?.link).toMatch(/^https:\/\/v\.example\/j\/x+$/);
    expect((await of([]))[0]).toMatchObject({ zone: "America/Chicago", phone: "9", isMeasured: true });
    const inEurope = await of([department("Sleep")], "Lamna", [{ what: "site", region: "North Europe" }]);
    expect(inEurope.map(({ isMeasured }) => isMeasured)).toEqual([false, false]);
  });
});
