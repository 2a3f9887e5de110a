/** What may be kept of a department that somebody typed, and what is said beside a field that may not. */
import { describe, expect, test } from "vitest";
import {
  NEW as NEW_DEPARTMENT,
  type Typed as TypedDepartment,
} from "../../../../app/flows/portal/departments/form.ts";
import { isGuest, judged as judgedDepartment } from "../../../../app/flows/portal/departments/judge.ts";
import type { DataRegion } from "../../../../app/records/dataRegions.ts";
import type { PortalDepartment } from "../../../../app/records/portalDepartments.ts";

const lines = (count: number) => Array.from({ length: count }, (_none, at) => String(at)).join("\n");
const ACCOUNT = "7d0c5a1e-0000-4000-8000-00000000aaaa";
const OTHER = "7d0c5a1e-0000-4000-8000-00000000bbbb";
const WARD: TypedDepartment = {
  ...NEW_DEPARTMENT,
  name: "Sleep medicine",
  connection: "own",
  locations: "l1\nl2\nl1",
  organizers: ACCOUNT,
  phone: "(202) 555-0100",
  timeZone: "America/Chicago",
};
const KEPT_WARD: PortalDepartment = {
  name: "Ward",
  phone: "(202) 555-0100",
  timeZone: "America/Chicago",
  connection: "own",
  locations: ["w1"],
  organizers: [ACCOUNT],
  lobby: "staff",
};

describe("a department", () => {
  const accounts: Readonly<Record<string, object | string>> = {
    [ACCOUNT]: { objectId: ACCOUNT.toUpperCase(), displayName: "Sleep", userName: "sleep@lamna.example" },
    "sleep@lamna.example": { objectId: ACCOUNT, displayName: "Sleep", userName: "sleep@lamna.example" },
    "guest@other.example": {
      objectId: OTHER,
      displayName: "Gil Guest",
      userName: "gil_other#EXT#@lamna.example",
    },
    "nobody@lamna.example": "unknown",
  };
  const of = (
    typed: Partial<TypedDepartment>,
    {
      before,
      textName = "Lamna",
      kept = [{ id: "ward", value: KEPT_WARD }],
      publicUrl = "https://v.example",
      regions = [],
    }: {
      before?: string;
      textName?: string;
      kept?: readonly { id: string; value: PortalDepartment }[];
      publicUrl?: string;
      regions?: readonly DataRegion[];
    } = {},
  ) =>
    judgedDepartment(
      {
        publicUrl,
        dataRegions: { told: () => regions },
        messageRules: { words: [] },
        directory: { account: (named: string) => Promise.resolve(accounts[named] ?? "not-told") },
        departmentSettings: { list: () => Promise.resolve(kept) },
        connectionSettings: { read: (id: string) => Promise.resolve(id === "own" ? {} : undefined) },
        hospital: {
          organization: { name: "Lamna Healthcare", textName, phone: "(202) 555-0100" },
          stackConnections: [{ id: "stacks" }, { id: "Odd id" }],
          stackDepartments: [
            { id: "cardio", name: "Cardiology", connection: "stacks", locations: ["c1", "c2"] },
          ],
        },
      } as unknown as Parameters<typeof judgedDepartment>[0],
      { ...WARD, ...typed },
      before,
    );

  test("is kept as it was typed, with each location and account once", async () => {
    expect(await of({})).toEqual({
      ok: true,
      id: "sleep-medicine",
      value: {
        ...{
          name: "Sleep medicine",
          phone: "(202) 555-0100",
          timeZone: "America/Chicago",
          connection: "own",
        },
        ...{ locations: ["l1", "l2"], organizers: [ACCOUNT], lobby: "staff" },
      },
    });
    const more = { nameEs: "Sueño", nameInTexts: "yes", lobby: "staffAndGuestAccounts" };
    const organizers = ["sleep@lamna.example", ACCOUNT, OTHER.toUpperCase()].join("\n");
    expect(await of({ ...more, name: "Sleep", organizers })).toMatchObject({
      value: {
        nameEs: "Sueño",
        nameInTexts: true,
        lobby: "staffAndGuestAccounts",
        organizers: [ACCOUNT, OTHER],
      },
    });
  });

  test("gets an id that nobody has", async () => {
    expect(await of({ name: "Cardio" })).toMatchObject({ id: "cardio-2" });
    expect(await of({ name: "Ward" })).toMatchObject({ id: "ward-2" });
    expect(await of({ id: "own" })).toMatchObject({ id: "own" });
    expect(await of({ id: "own", name: "Ward", locations: "w1" }, { before: "ward" })).toMatchObject({
      id: "ward",
    });
    expect(await of({ name: "123" })).toMatchObject({ id: "department" });
  });

  test.each<readonly [string, Partial<TypedDepartment>, Parameters<typeof of>[1], object]>([
    ["no name", { name: "" }, {}, { name: "Enter the name that patients see." }],
    ["a long name", { name: "x".repeat(81) }, {}, { name: "Use 80 characters at most, on one line." }],
    ["a name with a tab", { name: "a\tb" }, {}, { name: expect.stringMatching(/^Use one line/) as string }],
    [
      "a name of too many halves of pictures",
      { name: "🫀".repeat(41) },
      {},
      { name: "Use 80 characters at most, on one line." },
    ],
    [
      "a name that turns what follows",
      { name: "Heart\u202Ecinilc" },
      {},
      { name: expect.stringContaining("(U+202E)") as string },
    ],
    [
      "a Spanish name with a blank of no width",
      { nameEs: "Cardio\u200Blogía" },
      {},
      { nameEs: expect.stringContaining("(U+200B)") as string },
    ],
    [
      "a long Spanish name",
      { nameEs: "x".repeat(81) },
      {},
      { nameEs: "Use 80 characters at most, on one line." },
    ],
    [
      "a bad id",
      { id: "-" },
      {},
      { id: expect.stringMatching(/^Use small letters, digits and dashes.*or leave it empty\.$/) as string },
    ],
    ...["none", "", "-------", "555-0100", "+1 555 0101", "030 5550100"].map(
      (phone): [string, object, object, object] => [
        "no phone but " + phone,
        { phone },
        {},
        {
          phone:
            "Enter a number that patients can tap and call: all of it with its area code, such as (202) 555-0100; outside the United States and Canada with + and the country code, such as +49 30 5550100.",
        },
      ],
    ),
    [
      "a time zone without a place",
      { timeZone: "EST" },
      {},
      { timeZone: "This is no place's, and has no summer time: enter a place's, such as America/New_York." },
    ],
    [
      "a time zone that is none",
      { timeZone: "Chicago" },
      {},
      { timeZone: "Enter a time zone by its name, such as America/Chicago." },
    ],
    ["no lobby", { lobby: "everybody" }, {}, { lobby: "Choose one of the two." }],
    ["no choice of its name in texts", { nameInTexts: "" }, {}, { nameInTexts: "Choose yes or no." }],
    [
      "no location",
      { locations: " \n" },
      {},
      { locations: "Enter the FHIR id of at least one Location, one a line." },
    ],
    [
      "501 locations",
      { locations: lines(501) },
      {},
      { locations: "Use 500 locations at most; those below them belong, too." },
    ],
    [
      "a reference as a location",
      { locations: "l1\nLocation/" + "x".repeat(100) },
      {},
      {
        locations:
          "Location/" +
          "x".repeat(71) +
          "… is no FHIR id: letters, digits, dots and dashes, 64 at most, without Location/ before it.",
      },
    ],
    [
      "a long location",
      { locations: "x".repeat(65) },
      {},
      { locations: expect.stringMatching(/^x{65} is no FHIR id/) as string },
    ],
    [
      "no account",
      { organizers: "" },
      {},
      { organizers: "Enter at least one account, by its sign-in name or object id." },
    ],
    ["11 accounts", { organizers: lines(11) }, {}, { organizers: "Use 10 accounts at most." }],
    [
      "a guest's account",
      { organizers: "guest@other.example" },
      {},
      {
        organizers:
          "Gil Guest is a guest of this directory. Choose an account of the hospital’s own, which has its own license with Teams.",
      },
    ],
    [
      "nobody's account",
      { organizers: ACCOUNT + "\nnobody@lamna.example" },
      {},
      { organizers: "The directory knows no account nobody@lamna.example." },
    ],
    [
      "a name that the directory did not tell",
      { organizers: "x".repeat(101) },
      {},
      {
        organizers: `The directory did not say whose sign-in name ${"x".repeat(100)}… is. Enter the account’s object id, or try it again later.`,
      },
    ],
    [
      "no connection",
      { connection: "gone" },
      {},
      { connection: "Choose the FHIR connection whose locations these are." },
    ],
    [
      "a connection that is no id",
      { connection: "-own" },
      {},
      { connection: "Choose the FHIR connection whose locations these are." },
    ],
    [
      "an id that is taken",
      { id: "cardio" },
      {},
      { id: "cardio is the id of Cardiology, a department of the stack file. Choose another." },
    ],
    [
      "an id that is taken in the portal",
      { id: "ward" },
      {},
      { id: "ward is the id of Ward, a department of the portal. Choose another." },
    ],
    [
      "the location of another one",
      { locations: "l1\nw1" },
      {},
      {
        locations:
          "w1 belongs to Ward (ward), a department of the portal. A location belongs to one department.",
      },
    ],
    [
      "the location of another one of the stack file",
      { locations: "c2", connection: "stacks" },
      {},
      {
        locations:
          "c2 belongs to Cardiology (cardio), a department of the stack file. A location belongs to one department.",
      },
    ],
    [
      "a name that texts have no room for",
      { name: "x".repeat(80), nameInTexts: "yes" },
      {},
      {
        name: expect.stringMatching(
          /^Texts with this name do not fit into one segment: give it \d+ characters at most, or choose that texts do not name it\.$/,
        ) as string,
      },
    ],
  ])("with %s says so beside the field", async (_what, typed, more, faults) => {
    expect(await of(typed, more)).toEqual({ ok: false, faults });
  });

  test.each<readonly [string, Partial<TypedDepartment>, Parameters<typeof of>[1]]>([
    ["names of 80 characters", { name: "x".repeat(80), nameEs: "x".repeat(80) }, {}],
    ["500 locations", { locations: lines(500) }, {}],
    ["a location of 64 characters", { locations: "aA0.-" + "x".repeat(59) }, {}],
    [
      "10 accounts that the directory did not tell",
      { organizers: Array.from({ length: 10 }, (_none, at) => ACCOUNT.slice(0, -1) + String(at)).join("\n") },
      {},
    ],
    ["a location of another connection", { locations: "c1" }, {}],
    ["its own locations", { locations: "w1" }, { before: "ward" }],
    ["the stack file's connection", { connection: "stacks" }, {}],
    ["the stack file's connection, whatever it is called", { connection: "Odd id" }, {}],
    [
      "a long name where nobody is helped by a shorter one",
      { name: "x".repeat(80), nameInTexts: "yes" },
      { publicUrl: "https://" + "v".repeat(160) + ".example" },
    ],
    [
      "a long name where no text leaves",
      { name: "x".repeat(80), nameInTexts: "yes" },
      { regions: [{ what: "texts and mails", region: "europe" }] },
    ],
  ])("with %s is kept", async (_what, typed, more) => {
    expect(await of(typed, more)).toMatchObject({ ok: true });
  });

  test("whose name has just the room that it is told fits", async () => {
    const told = await of({ name: "x".repeat(80), nameInTexts: "yes" });
    const room = Number(/give it (\d+) /.exec(told.ok ? "" : (told.faults.name ?? ""))?.[1]);
    expect(await of({ name: "x".repeat(room), nameInTexts: "yes" })).toMatchObject({ ok: true });
    expect(await of({ name: "x".repeat(room + 1), nameInTexts: "yes" })).toMatchObject({ ok: false });
  });

  test("asks the directory for nobody where the accounts are wrong already", async () => {
    const typed = {
      organizers: Array.from({ length: 11 }, () => "guest@other.example")
        .map((name, at) => name + String(at))
        .join("\n"),
    };
    expect(await of({ ...typed, name: "" })).toMatchObject({
      faults: { organizers: "Use 10 accounts at most." },
    });
  });

  test.each([
    ["gil_other#EXT#@lamna.example", true],
    ["gil_other#ext#@lamna.example", true],
    ["sleep@lamna.example", false],
  ])("%s is a guest's: %s", (userName, is) => {
    expect(isGuest({ userName })).toBe(is);
  });
});
