import { expect, test } from "vitest";
import { calendarFile, entryUid } from "../../../app/domain/calendar.ts";

const ENTRY = {
  uid: "AAAA@visits.example.org",
  start: new Date("2026-08-04T19:30:00Z"),
  end: new Date("2026-08-04T20:00:00Z"),
  made: new Date("2026-08-01T08:00:00Z"),
  title: "Consulta por video · Corazón, Pulmón; Río\\Norte",
  text: "Abra el enlace para entrar. ¿Preguntas? Llame al (202) 555-0142.\nLe esperamos en la sala de espera de la clínica.",
  url: "https://visits.example.org/j/" + "A".repeat(38),
};
const lines = calendarFile(ENTRY).split("\r\n");
const unfolded = calendarFile(ENTRY).replaceAll("\r\n ", "").split("\r\n");

test("times are UTC, so that no phone can misread them", () => {
  expect(unfolded).toContain("DTSTART:20260804T193000Z");
  expect(unfolded).toContain("DTEND:20260804T200000Z");
  expect(unfolded).toContain("DTSTAMP:20260801T080000Z");
});

test("commas, semicolons, backslashes and line breaks are escaped", () => {
  expect(unfolded).toContain("SUMMARY:Consulta por video · Corazón\\, Pulmón\\; Río\\\\Norte");
  expect(unfolded.find((line) => line.startsWith("DESCRIPTION:Abra"))).toMatch(
    /555-0142\.\\nLe esperamos .*\\nhttps:\/\/visits\.example\.org\/j\/A{38}$/,
  );
});

test("no line is longer than 75 octets, no letter is cut in two, and every line ends in CRLF", () => {
  expect(lines.every((line) => Buffer.byteLength(line) <= 75)).toBe(true);
  expect(calendarFile(ENTRY)).not.toMatch(/[^\r]\n|�/);
  expect(lines.at(-1)).toBe("");
});

test("a file that is made later has a higher sequence, whichever way it comes, and all are of iCalendar's numbers", () => {
  const sequenceAt = (made: string) =>
    Number(/^SEQUENCE:(\d+)\r$/m.exec(calendarFile({ ...ENTRY, made: new Date(made) }))?.[1]);
  const sequences = [
    "2019-06-01T00:00:00Z",
    "2026-08-01T08:00:00Z",
    "2026-08-01T08:00:01Z",
    "2087-12-31T00:00:00Z",
  ];
  expect(sequences.map(sequenceAt)).toEqual([0, 207_734_400, 207_734_401, 2_145_830_400]);
  expect(sequenceAt("2087-12-31T00:00:00Z")).toBeLessThan(2 ** 31);
});

test("each person of a visit has an entry of their own, and the patient keeps the visit's", () => {
  const uid = (number: number, role: "patient" | "relative") =>
    entryUid("AAAA", { number, role }, "https://visits.example.org:8443");
  expect(uid(0, "patient")).toBe("AAAA@visits.example.org");
  expect(uid(7, "patient")).toBe(uid(0, "patient"));
  expect([uid(1, "relative"), uid(2, "relative")]).toEqual([
    "AAAA-1@visits.example.org",
    "AAAA-2@visits.example.org",
  ]);
});
