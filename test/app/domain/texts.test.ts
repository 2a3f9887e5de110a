/** Words that patients read: every text is one segment, whatever the hospital is called and whenever the visit is. */
import { describe, expect, test } from "vitest";
import { LANGUAGES } from "../../../app/domain/language.ts";
import { TOLD_KINDS } from "../../../app/domain/messages.ts";
import { isPlain, segmentsOf } from "../../../app/domain/plainText.ts";
import { SENDER_NAME_LENGTH } from "../../../app/domain/senderName.ts";
import {
  HELP_ANSWERS,
  leadsTo,
  momentInText,
  STOPPED_ANSWERS,
  textSenderOf,
  tooLongBy,
  trialText,
  unreadAnswer,
  visitText,
} from "../../../app/domain/texts.ts";
import { wordsFault } from "../../../app/domain/textWords.ts";

const TOKEN = "x".repeat(38);
const LONGEST_PHONE = "+1 (202) 555 - 0142 . 000";
const facts = {
  sender: "Lamna Healthcare",
  start: new Date("2027-01-12T15:00:00Z"),
  zone: "America/Chicago",
  link: "https://visits.lamna.example/j/" + TOKEN,
  phone: "(202) 555-0142",
};

describe("what patients read", () => {
  test.each([
    ["confirmation", "en", "Lamna Healthcare: Video visit Tue, Jan 12, 9:00 AM CST. Join: LINK STOP to end."],
    ["late", "en", "Lamna Healthcare: We are late for your 9:00 AM CST visit. Join: LINK STOP to end."],
    ["late", "es", "Lamna Healthcare: Su cita 9:00 a.m. CST se retrasa. Entre: LINK Baja: STOP."],
    ["update", "en", "Lamna Healthcare: Visit moved to Tue, Jan 12, 9:00 AM CST. Join: LINK STOP to end."],
    [
      "cancellation",
      "en",
      "Lamna Healthcare: Your video visit Tue, Jan 12, 9:00 AM CST is canceled. Questions? Call (202) 555-0142. STOP to end.",
    ],
    ["reminder", "en", "Lamna Healthcare: Visit reminder, Tue, Jan 12, 9:00 AM CST. Join: LINK STOP to end."],
    [
      "confirmation",
      "es",
      "Lamna Healthcare: Cita por video mar 12 ene, 9:00 a.m. CST. Entre: LINK Baja: STOP.",
    ],
    ["update", "es", "Lamna Healthcare: Su cita cambia a mar 12 ene, 9:00 a.m. CST. Entre: LINK Baja: STOP."],
    [
      "cancellation",
      "es",
      "Lamna Healthcare: Su cita por video mar 12 ene, 9:00 a.m. CST queda cancelada. Llame al (202) 555-0142. Baja: STOP.",
    ],
    [
      "reminder",
      "es",
      "Lamna Healthcare: Recuerde su cita mar 12 ene, 9:00 a.m. CST. Entre: LINK Baja: STOP.",
    ],
  ] as const)("%s in %s", (kind, language, words) => {
    expect(visitText(kind, language, facts).replace(facts.link, "LINK")).toBe(words);
  });

  test("a link's underlines, which carriers alter, are escaped as far as the segment has room for them", () => {
    const link = facts.link.replace("xxx", "_-_");
    const said = (sender: string) => visitText("confirmation", "en", { ...facts, sender, link });
    expect(said("Lamna")).toContain(link.replaceAll("_", "%5F") + " STOP");
    const room = 160 - said("").length;
    expect(said("L".repeat(room))).toContain("%5F-%5F");
    expect(said("L".repeat(room + 1))).toContain(link + " STOP");
  });

  test("a text leads to its link in either form, and to no other", () => {
    const link = facts.link.replace("xxx", "_-_");
    const escaped = visitText("confirmation", "en", { ...facts, sender: "Lamna", link });
    expect([leadsTo(escaped, link), leadsTo("Join: " + link, link), leadsTo(escaped, facts.link)]).toEqual([
      true,
      true,
      false,
    ]);
  });

  test("whom to call stands in a trial and in the answer to what nobody reads", () => {
    expect(trialText(facts)).toBe(
      "Lamna Healthcare: This is a test of texts about video visits. Questions? Call (202) 555-0142. STOP to end.",
    );
    expect(unreadAnswer(facts)).toBe(
      "Lamna Healthcare: Replies are not read. Call (202) 555-0142. Not for you? Reply STOP. / No leemos respuestas: llame. No es usted? Baja: STOP.",
    );
  });

  test("the day is the department's, with its zone's name of that half of the year", () => {
    expect(momentInText(new Date("2026-08-05T03:30:00Z"), "America/Los_Angeles", "en")).toBe(
      "Tue, Aug 4, 8:30 PM PDT",
    );
    expect(momentInText(new Date("2026-12-05T22:30:00Z"), "America/Chicago", "es")).toBe(
      "sab 5 dic, 4:30 p.m. CST",
    );
  });
});

test.each([
  ["America/New_York", "EST", "EDT", "EST", "EDT"],
  ["America/Chicago", "CST", "CDT", "CST", "CDT"],
  ["America/Denver", "MST", "MDT", "MST", "MDT"],
  ["America/Phoenix", "MST", "MST", "MST", "MST"],
  ["America/Los_Angeles", "PST", "PDT", "PST", "PDT"],
  ["America/Anchorage", "AKST", "AKDT", "AKST", "AKDT"],
  ["Pacific/Honolulu", "HST", "HST", "HST", "HST"],
  ["America/Puerto_Rico", "AST", "AST", "AST", "AST"],
  ["America/Halifax", "AST", "ADT", "AST", "ADT"],
])("texts of %s name the zone %s in winter, %s in summer, and in Spanish %s and %s", (zone, ...names) => {
  const said = LANGUAGES.flatMap((language) =>
    ["2027-01-12T15:00:00Z", "2027-07-12T15:00:00Z"].map((at) =>
      momentInText(new Date(at), zone, language).split(" ").at(-1),
    ),
  );
  expect(LANGUAGES).toEqual(["en", "es"]);
  expect(said).toEqual(names);
});

describe("one segment", () => {
  /** As long as the schema lets a hospital's name and phone be, with the host that then fits. */
  const longest = { ...facts, sender: "W".repeat(SENDER_NAME_LENGTH), phone: LONGEST_PHONE.slice(0, 24) };
  const host = (length: number) => "https://" + "v".repeat(length) + "/j/" + TOKEN;

  test("holds every text all year, with the longest host that a name of 24 leaves room for", () => {
    const room = 20;
    expect(tooLongBy({ ...longest, link: host(room) })).toBe(0);
    expect(tooLongBy({ ...longest, link: host(room + 1) })).toBe(1);
    // One character beyond the plain alphabet makes every text one of 70.
    expect(tooLongBy({ ...facts, sender: "Cafe\u0301" })).toBeGreaterThan(0);
    expect(tooLongBy({ ...facts, sender: "Café" })).toBe(0);
    const hours = Array.from({ length: 8784 }, (_, hour) => Date.UTC(2028, 0, 1, hour));
    for (const kind of TOLD_KINDS)
      for (const language of LANGUAGES)
        for (const hour of hours) {
          const text = visitText(kind, language, { ...longest, link: host(room), start: new Date(hour) });
          expect(text.length, text).toBeLessThanOrEqual(160);
        }
  });

  test("holds every answer with the longest name and phone", () => {
    const answers = [
      unreadAnswer(longest),
      ...LANGUAGES.flatMap((language) => [
        HELP_ANSWERS[language](longest),
        STOPPED_ANSWERS[language](longest),
      ]),
    ];
    for (const language of LANGUAGES)
      for (const answer of [HELP_ANSWERS[language](longest), STOPPED_ANSWERS[language](longest)])
        for (const said of [longest.sender, longest.phone]) expect(answer).toContain(said);
    for (const answer of answers)
      expect([segmentsOf(answer), answer.length <= 160], answer).toEqual([1, true]);
  });

  test("nothing in any text is outside of the plain alphabet, whatever the zone", () => {
    for (const zone of [
      "America/Chicago",
      "America/Anchorage",
      "Pacific/Honolulu",
      "America/Puerto_Rico",
      "Asia/Kolkata",
    ])
      for (const kind of TOLD_KINDS)
        for (const language of LANGUAGES)
          for (let day = 0; day < 366; day += 5) {
            const start = new Date(Date.UTC(2028, 0, 1 + day, day % 24));
            const text = visitText(kind, language, { ...facts, zone, start });
            expect(isPlain(text), text).toBe(true);
          }
  });
});

test.each([
  ["", 1],
  ["x".repeat(160), 1],
  ["x".repeat(161), 2],
  ["x".repeat(306), 2],
  ["x".repeat(307), 3],
  // Of the extension table: each takes the room of two.
  ["€".repeat(80), 1],
  ["€".repeat(81), 2],
  ["é".repeat(160), 1],
  ["á".repeat(70), 1],
  ["á".repeat(71), 2],
  ["😀".repeat(35), 1],
  ["😀".repeat(36), 2],
  // Neither is cut in two where a segment ends: 153 characters and one more, 67 and one more.
  ["x".repeat(152) + "€" + "x".repeat(151), 2],
  ["x".repeat(152) + "€" + "x".repeat(152), 3],
  ["á".repeat(66) + "😀" + "á".repeat(65), 2],
  ["á".repeat(66) + "😀" + "á".repeat(66), 3],
])("%j is so many segments", (text, segments) => {
  expect(segmentsOf(text)).toBe(segments);
});

describe("who sends", () => {
  const organization = { name: "Clínica Lamna", textName: undefined };
  test("is the hospital", () => {
    expect(textSenderOf(organization, { name: "Oncology" })).toBe("Clinica Lamna");
    expect(textSenderOf({ name: "x", textName: "Lamna" }, { name: "Oncology", nameInTexts: false })).toBe(
      "Lamna",
    );
  });
  test("is the department where the hospital says so, in plain letters", () => {
    expect(textSenderOf(organization, { name: "Cardiología", nameInTexts: true })).toBe("Cardiologia");
    expect(textSenderOf(organization, { name: "心臓", nameInTexts: true })).toBe("Clinica Lamna");
  });
});

test("words of the hospital's own hold no link of a public shortener, which carriers block", () => {
  const words = (more: string) => wordsFault("confirmation", "{sender}: {when} {link} STOP. " + more);
  for (const link of ["https://bit.ly/3x", "See TinyURL.com/visits", "t.co/a"])
    expect(words(link)).toMatch(/which carriers block/);
  for (const link of ["https://lamna.org/video", "at.com/a", "Habit.lying"])
    expect(words(link)).toBeUndefined();
});
