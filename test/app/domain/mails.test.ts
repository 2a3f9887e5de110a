import { describe, expect, test } from "vitest";
import { LANGUAGES } from "../../../app/domain/language.ts";
import { linkMail, visitMail, type MailFacts } from "../../../app/domain/mails.ts";
import { MESSAGE_KINDS } from "../../../app/domain/messages.ts";

const facts: MailFacts = {
  sender: "Lamna <Health> & Care",
  start: new Date("2027-01-12T15:00:00Z"),
  end: new Date("2027-01-12T15:30:00Z"),
  zone: "America/Chicago",
  link: "https://visits.lamna.example/j/" + "x".repeat(38),
  phone: "(202) 555-0142",
  uid: "visit@visits.lamna.example",
  made: new Date("2027-01-01T00:00:00Z"),
};

test("a confirmation says when, where and whom to call, plain and as a page", () => {
  const { subject, plain, html } = visitMail("confirmation", "en", facts);
  expect(subject).toBe("Your video visit on Tuesday, January 12");
  for (const said of [
    "Tuesday, January 12, 2027, 9:00 AM Central Standard Time",
    facts.link,
    "Call (202) 555-0142",
  ]) {
    expect(plain).toContain(said);
    expect(html).toContain(said);
  }
  expect(html).toContain("Lamna &lt;Health&gt; &amp; Care");
  expect(html).not.toContain("<Health>");
});

describe.each(LANGUAGES)("in %s", (language) => {
  test.each(MESSAGE_KINDS)("a %s has a calendar entry of the same visit", (kind) => {
    const { calendar } = visitMail(kind, language, facts);
    expect(calendar).toContain("UID:visit@visits.lamna.example\r\n");
    expect(calendar).toContain(kind === "cancellation" ? "METHOD:CANCEL\r\n" : "METHOD:PUBLISH\r\n");
    expect(calendar.includes("STATUS:CANCELLED\r\n")).toBe(kind === "cancellation");
  });

  test("a cancelled visit has no link to join, and no alarm", () => {
    const { plain, html, calendar } = visitMail("cancellation", language, facts);
    const unfolded = calendar.replaceAll("\r\n ", "");
    expect([plain, html, unfolded].join("")).not.toContain(facts.link);
    expect(unfolded).not.toMatch(/^(LOCATION|URL|BEGIN:VALARM)/m);
  });

  test("a cancelled visit's mail says what a visit's says but for the link", () => {
    const lines = (kind: "cancellation" | "confirmation") =>
      visitMail(kind, language, facts).plain.split("\r\n");
    const [on, off] = [lines("confirmation"), lines("cancellation")];
    expect(off).toHaveLength(on.length - 3);
    expect(off.filter((line) => !on.includes(line))).toHaveLength(1);
    expect(visitMail("cancellation", language, facts).html.match(/<p>/g)).toHaveLength(4);
  });

  test("a visit that takes place has both in the calendar", () => {
    const calendar = visitMail("reminder", language, facts).calendar.replaceAll("\r\n ", "");
    expect(calendar).toContain("URL;VALUE=URI:" + facts.link);
    expect(calendar).toContain("BEGIN:VALARM");
  });
});

test.each([
  ["confirmation", "Your video visit on Tuesday, January 12", "Su consulta por video: martes, 12 de enero"],
  [
    "update",
    "Your video visit has a new time: Tuesday, January 12",
    "Su consulta por video tiene nueva hora: martes, 12 de enero",
  ],
  [
    "cancellation",
    "Your video visit on Tuesday, January 12 is canceled",
    "Su consulta por video queda cancelada: martes, 12 de enero",
  ],
  [
    "reminder",
    "Reminder: your video visit on Tuesday, January 12",
    "Recordatorio de su consulta por video: martes, 12 de enero",
  ],
] as const)("the subject of a %s says what it is and when", (kind, english, spanish) => {
  expect(LANGUAGES.map((language) => visitMail(kind, language, facts).subject)).toEqual([english, spanish]);
});

test.each([
  ["patient", "Your video visit on Tuesday, January 12", "You have a video visit."],
  ["interpreter", "Video visit on Tuesday, January 12: interpreter", "as the interpreter."],
  ["relative", "Video visit on Tuesday, January 12: family or caregiver", "as a family member or caregiver."],
  ["guest", "Video visit on Tuesday, January 12: guest", "You are invited to join this video visit."],
  [
    "colleague",
    "Video visit on Tuesday, January 12: for colleagues",
    "You sign in with your hospital account.",
  ],
] as const)("a link is sent to the %s in words of their own", (role, subject, first) => {
  const mail = linkMail(role, "en", facts);
  expect(mail.subject).toBe(subject);
  for (const part of [mail.plain, mail.html]) expect(part).toContain(first);
  const spanish = linkMail(role, "es", facts);
  for (const { subject: named, plain, html } of [mail, spanish]) {
    const isPatients = /\b(your video visit|your visit|you have a|su consulta|tiene una)\b/i.test(
      named + plain + html,
    );
    expect(isPatients).toBe(role === "patient");
    for (const part of [plain, html]) expect(part).toContain(facts.link);
  }
});
