/** What a patient reads before the visit, by day, hour, zone and department. */
import { afterEach, describe, expect, test } from "vitest";
import {
  FAMILY_MEDICINE,
  minutesFromStart,
  servePatientPages,
  START,
  type PatientPages,
  type Served,
} from "../../../harness/patientPages.ts";

let pages: PatientPages | undefined;
afterEach(() => {
  pages?.stop();
});

async function served(what: Served): Promise<PatientPages> {
  pages = await servePatientPages(what);
  return pages;
}

async function read(what: Served, language = "en", person = 0): Promise<string> {
  const { page } = await served(what);
  return (await fetch(page(person) + "?lang=" + language)).text();
}

describe("the time", () => {
  test("is said as people say it: day, hour, zone and how long", async () => {
    const html = await read({});
    expect(html).toContain(
      '<span>Saturday, November 28</span> <span>3:50 AM Central (CST)</span> <span class="takes">about 30 minutes',
    );
    expect(html).not.toContain("4:20");
  });

  test("is said in Spanish as Spanish says it", async () => {
    expect(await read({}, "es")).toContain(
      '<span>Sábado, 28 de noviembre</span> <span>3:50 a.m., hora del Centro (CST)</span> <span class="takes">unos 30 minutos',
    );
  });

  test.each([
    ["America/New_York", "4:50 AM Eastern (EST)", "4:50 a.m., hora del Este (EST)"],
    ["America/Phoenix", "2:50 AM Mountain (MST)", "2:50 a.m., hora de la Montaña (MST)"],
    ["America/Los_Angeles", "1:50 AM Pacific (PST)", "1:50 a.m., hora del Pacífico (PST)"],
    ["America/Anchorage", "12:50 AM Alaska (AKST)", "12:50 a.m., hora de Alaska (AKST)"],
    ["Pacific/Honolulu", "11:50 PM Hawaii (HST)", "11:50 p.m., hora de Hawái (HST)"],
    ["America/Puerto_Rico", "5:50 AM Atlantic (AST)", "5:50 a.m., hora del Atlántico (AST)"],
    ["Europe/Berlin", "10:50 AM Central European Time (GMT+1)", "10:50 a.m., hora de Europa central (GMT+1)"],
    ["UTC", "9:50 AM UTC", "9:50 a.m., UTC"],
  ])("names the zone of %s", async (timeZone, english, spanish) => {
    const departments = [{ ...FAMILY_MEDICINE, timeZone }];
    expect(await read({ departments })).toContain(english);
    pages?.stop();
    expect(await read({ departments }, "es")).toContain(spanish);
  });

  test("has its year when that is another", async () => {
    expect(await read({ now: new Date("2025-12-31T12:00:00Z") })).toContain("Saturday, November 28, 2026");
  });

  test.each([
    [75, "about 1 hour 15 minutes", "aproximadamente 1 hora y 15 minutos"],
    [60, "about 1 hour", "aproximadamente 1 hora"],
    [120, "about 2 hours", "aproximadamente 2 horas"],
  ])("of %i minutes is said in hours", async (minutes, english, spanish) => {
    const visit = { end: minutesFromStart(minutes) };
    expect(await read({ visit })).toContain(english + "<");
    pages?.stop();
    expect(await read({ visit }, "es")).toContain(spanish + "<");
  });

  test("that has no length says none, and its calendar entry ends after it begins", async () => {
    const { page } = await served({ visit: { end: START } });
    const html = await (await fetch(page())).text();
    expect(html).toContain("3:50 AM Central (CST)");
    expect(html).not.toContain('class="takes"');
    const entry = await (await fetch(page() + "/visit.ics")).text();
    expect(entry).toContain("DTSTART:20261128T095000Z\r\nDTEND:20261128T102000Z");
  });

  test("of a department that is no longer set up names day and zone: a neighbor's, or UTC", async () => {
    const gone = { ...FAMILY_MEDICINE, id: "another", name: "Lamna Cardiology", phone: "(202) 555-0199" };
    const html = await read({ departments: [gone] });
    expect(html).toContain("<span>Saturday, November 28</span> <span>3:50 AM Central (CST)</span>");
    expect(html).toContain("By video, with Lamna Healthcare");
    expect(html).toContain("tel:2025550100");
    expect(html).not.toMatch(/Cardiology|5550199/);
    pages?.stop();
    const alone = await read({ departments: [], now: minutesFromStart(-300) });
    expect(alone).toContain("<span>Saturday, November 28</span> <span>9:50 AM UTC</span>");
    expect(alone).toContain("You can join today from 9:20 AM.");
  });

  test("that has moved says what it was, with the day when that is another", async () => {
    expect(await read({ visit: { movedFrom: minutesFromStart(-15) } })).toContain(
      "It was 3:35 AM. Your link",
    );
    pages?.stop();
    const html = await read({ visit: { movedFrom: minutesFromStart(-1440) } });
    expect(html).toContain("It was Friday, November 27, 3:50 AM. Your link is the same.");
    pages?.stop();
    expect(await read({ visit: { movedFrom: minutesFromStart(-1440) } }, "es")).toContain(
      "Antes era: viernes, 27 de noviembre, 3:50 a.m. Su enlace",
    );
  });

  test("counts less than what we said on the phone", async () => {
    expect(await read({})).toContain("If we called you about a new time, use that time.");
    pages?.stop();
    expect(await read({}, "es")).toContain("vale esa hora");
  });
});

describe("too early", () => {
  test.each([
    ["today", -110, "You can join today from 3:20 AM.", "Puede entrar hoy a partir de las 3:20 a.m."],
    [
      "tomorrow",
      -12 * 60,
      "You can join tomorrow, Saturday, from 3:20 AM.",
      "Puede entrar mañana, sábado, a partir de las 3:20 a.m.",
    ],
    [
      "in days",
      -72 * 60,
      "You can join on Saturday, November 28, from 3:20 AM.",
      "Puede entrar el sábado, 28 de noviembre, a partir de las 3:20 a.m.",
    ],
  ])("a visit %s says the day, and that the page may be closed", async (_when, minutes, english, spanish) => {
    const now = minutesFromStart(minutes);
    const html = await read({ now });
    expect(html).toContain(english + "<");
    expect(html).toContain(
      '<p data-later="true">You can close this page. Tap the link in your message again then.',
    );
    expect(html).toMatch(/<div data-soon="true" hidden>/);
    pages?.stop();
    const html2 = await read({ now }, "es");
    expect(html2).toContain(spanish + "<");
    expect(html2).toContain("Puede cerrar esta página");
  });

  test("the night before an early visit, tomorrow is the day of its opening", async () => {
    const start = new Date("2026-11-28T06:10:00Z");
    const visit = { start, end: new Date("2026-11-28T06:40:00Z") };
    const now = new Date("2026-11-28T03:00:00Z");
    expect(await read({ visit, now })).toContain("You can join today from 11:40 PM.");
  });

  test("one o'clock is one hour in Spanish", async () => {
    const visit = { start: new Date("2026-11-28T19:50:00Z"), end: new Date("2026-11-28T20:20:00Z") };
    expect(await read({ visit, now: new Date("2026-11-28T15:00:00Z") }, "es")).toContain(
      "a partir de la 1:20 p.m.<",
    );
  });

  test.each([
    [-72, "Opens in 42 minutes.", "Se abre en 42 minutos."],
    [-30.5, "Opens in 1 minute.", "Se abre en 1 minuto."],
  ])("within the last hour it counts down and asks to stay", async (minutes, english, spanish) => {
    const now = minutesFromStart(minutes);
    const html = await read({ now });
    expect(html).toContain(english);
    expect(html).toMatch(/<div data-soon="true"><p data-left="true">/);
    expect(html).toMatch(/<p data-later="true" hidden>/);
    expect(html).toContain("Keep this page open.");
    pages?.stop();
    expect(await read({ now }, "es")).toContain(spanish);
  });
});

describe("who joins", () => {
  const visit = {
    people: (["patient", "interpreter", "relative", "guest"] as const).map((role, number) => ({
      number,
      role,
      generation: 0,
    })),
  };
  test.each([
    [0, "Your video visit", "Su consulta por video", "first and last name"],
    [1, "Video visit: interpreter", "Consulta por video: intérprete", "“interpreter”"],
    [2, "Video visit: family or caregiver", "Consulta por video: familiar o cuidador", "first and last name"],
    [3, "Video visit: guest", "Consulta por video: invitado", "first and last name"],
  ])(
    "person %i reads it in heading and title, and what name to type",
    async (person, english, spanish, name) => {
      const html = await read({ visit }, "en", person);
      expect(html).toContain("<h1>" + english + "</h1>");
      expect(html).toContain("<title>" + english + " · Lamna Healthcare</title>");
      expect(html).toContain(name);
      expect(html.includes("medicines")).toBe(person === 0);
      expect(html).toContain("Do not join while driving");
      pages?.stop();
      expect(await read({ visit }, "es", person)).toContain("<h1>" + spanish + "</h1>");
    },
  );
});

describe("a department's Spanish name", () => {
  const departments = [{ ...FAMILY_MEDICINE, nameEs: "Medicina Familiar de Lamna" }];
  test("is what patients read in Spanish, and nobody else", async () => {
    const html = await read({ departments }, "es");
    expect(html).toContain("Por video, con Medicina Familiar de Lamna");
    expect(html).toContain("Llamar a Medicina Familiar de Lamna");
    expect(html).not.toContain("Family Medicine");
    pages?.stop();
    expect(await read({ departments })).not.toContain("Medicina");
  });

  test("stands in the calendar, too", async () => {
    const { page } = await served({ departments });
    const entry = await (await fetch(page() + "/visit.ics?lang=es")).text();
    expect(entry).toContain("SUMMARY:Consulta por video · Medicina Familiar de Lamna");
  });

  test("is missed by nobody where it is not set", async () => {
    expect(await read({}, "es")).toContain("Por video, con Lamna Family Medicine");
  });
});

describe("a test is marked", () => {
  const BAR = '<p class="test-bar">TEST – not for patient care</p>';
  test.each([
    ["of a test deployment", { environment: "test" }],
    ["about a test chart", { chart: "test" }],
    ["about a test chart on a laptop", { chart: "test", environment: "local" }],
  ] as const)("on every page %s", async (_which, what) => {
    const { page, link } = await served(what);
    const firefox = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:143.0) Gecko/20100101 Firefox/143.0";
    for (const answer of [
      await fetch(page()),
      await fetch(link(), { headers: { "user-agent": firefox } }),
      await fetch(link(), { method: "POST" }),
    ]) {
      const html = await answer.text();
      expect(html).toContain(BAR);
      expect(html).toContain("<title>TEST · ");
    }
    expect(await (await fetch(page() + "?lang=es")).text()).toContain("PRUEBA – no es para la atención");
    expect(await (await fetch(page() + "/visit.ics")).text()).toContain("SUMMARY:TEST – Video visit");
  });

  test.each(["over", "cancelled", "revoked"] as const)("on the page of a link that is %s", async (state) => {
    const visit = {
      over: { state: "ended" },
      cancelled: { state: "cancelled" },
      revoked: { people: [{ number: 0, role: "patient", generation: 1 }] },
    } as const;
    expect(await read({ chart: "test", visit: visit[state] })).toContain(BAR);
  });

  test("a link that is nobody's, by the deployment alone", async () => {
    const { url } = await served({ environment: "test" });
    expect(await (await fetch(url + "/j/")).text()).toContain(BAR);
  });

  test("and care is not", async () => {
    expect(await read({})).not.toContain("test-bar");
  });
});

test("a link that was turned off promises no message that nobody sent", async () => {
  const people = [{ number: 0, role: "patient" as const, generation: 1 }];
  const html = await read({ visit: { people } });
  expect(html).toContain("<h1>This link no longer works</h1>");
  expect(html).toContain("If you have a newer message from us, use its link.");
  expect(html).not.toMatch(/We sent/);
  pages?.stop();
  expect(await read({ visit: { people } }, "es")).toContain("<h1>Este enlace ya no es válido</h1>");
});

test("on paper stand the link and the number to call", async () => {
  const html = await read({});
  expect(html).toMatch(/class="on-paper">.*https:\/\/visits\.lamna\.example\/j\/A{37}0.*\(202\) 555-0142/);
});

test("no page in Spanish says please more than once", async () => {
  const { page, link, url } = await served({});
  const firefox = { "user-agent": "Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0" };
  for (const [address, headers] of [
    [page() + "?lang=es", firefox],
    [link() + "?lang=es", firefox],
    [url + "/j/?lang=es", {}],
  ] as const) {
    const html = await (await fetch(address, { headers })).text();
    const shown = html.replace(/data-[a-z-]+="[^"]*"|<title>.*<\/title>/g, "");
    expect(shown.match(/por favor/gi)?.length).toBe(1);
  }
});

describe("running late", () => {
  const late = { visit: { late: minutesFromStart(3) }, now: minutesFromStart(5) };

  test("is said with its time, in the patient's language, and that the visit is still on", async () => {
    const html = await read(late);
    expect(html).toContain("We are running late");
    expect(html).toContain("Your care team told us at 3:53 AM. Your visit is still on.");
    const spanish = await read(late, "es");
    expect(spanish).toContain("Vamos con retraso");
    expect(spanish).toMatch(/El equipo médico lo avisó a las 3:53\sa\.m\. Su consulta sigue en pie/);
  });

  test("asks nobody to join before the link opens, and may stand above the button when it does", async () => {
    const early = { visit: { late: minutesFromStart(-40) }, now: minutesFromStart(-34) };
    const said = (html: string) => /(?:still on|sigue en pie)\. [^<]*/.exec(html)?.[0];
    const [english, spanish] = [said(await read(early)), said(await read(early, "es"))];
    expect(english).toMatch(/^still on\. Once you can join, join and wait, or look here again/);
    expect(spanish).toMatch(/^sigue en pie\. Cuando ya se pueda entrar, entre y espere, o vuelva/);
    const open = { ...early, now: minutesFromStart(-30) };
    expect(said(await read(open))).toContain("still on. Join and wait,");
    expect(said(await read(open, "es"))).toContain("sigue en pie. Entre y espere,");
  });

  test("is not said where nobody has said so, an hour later, or once staff are in the meeting", async () => {
    const since = minutesFromStart(4);
    const people = [{ key: "s", look: "staff", moments: [{ at: since, whereabouts: "in" }] }] as const;
    for (const what of [
      { now: minutesFromStart(5) },
      { ...late, now: minutesFromStart(63) },
      { ...late, watched: { ends: [], people } },
    ])
      expect(await read(what)).not.toContain("running late");
    expect(await read({ ...late, watched: { ends: [], people: [] } })).toContain("running late");
  });
});

describe("the department's wait", () => {
  const counted = (count: number) =>
    Array.from({ length: count }, (_, index) => ({
      departmentId: FAMILY_MEDICINE.id,
      start: minutesFromStart(-30 - index),
      lobbySeconds: 500 + index,
    }));

  test("is told as what others waited today, in the patient's language", async () => {
    expect(await read({ usages: counted(5) })).toContain(
      "Today, people waited about 10 minutes to be let in. Your wait may differ.",
    );
    expect(await read({ usages: counted(5) }, "es")).toContain(
      "Hoy se esperó unos 10 minutos hasta poder entrar. Su espera puede ser distinta.",
    );
    const short = counted(5).map((one) => ({ ...one, lobbySeconds: 60 }));
    expect(await read({ usages: short })).toContain("most people waited only a few minutes");
  });

  test("is not told from fewer visits, long before the visit, or where it cannot be read", async () => {
    const away = new Error("the store is away");
    for (const what of [
      { usages: counted(4) },
      { usages: counted(5), now: minutesFromStart(-61) },
      { usages: away },
    ]) {
      const { page, logged } = await served(what);
      const answer = await fetch(page());
      expect(answer.status).toBe(200);
      expect(await answer.text()).not.toMatch(/waited/);
      expect(logged.some((line) => line.includes("visit.wait_not_read"))).toBe(what.usages === away);
      pages?.stop();
    }
  });
});
