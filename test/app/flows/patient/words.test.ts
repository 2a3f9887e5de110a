/** What patients and guests read, in each language. */
import { describe, expect, test } from "vitest";
import { english } from "../../../../app/flows/patient/english.ts";
import { spanish } from "../../../../app/flows/patient/spanish.ts";
import type { Opening } from "../../../../app/web/countdown.tsx";
import type { Platform } from "../../../../app/web/supportedBrowser.ts";

const PLATFORMS: readonly Platform[] = ["Android", "iOS", "macOS", "Windows", "Linux"];

/** Every text with its address in the table of words; sentences with something put in are tested below. */
function textsOf(words: unknown, address = ""): [address: string, text: string][] {
  if (typeof words === "string") return [[address, words]];
  if (typeof words !== "object" || words === null) return [];
  return Object.entries(words).flatMap(([key, value]) => textsOf(value, address + "/" + key));
}

describe.each([
  ["english", english],
  ["spanish", spanish],
])("in %s", (_language, words) => {
  const texts = textsOf(words);

  test.each(texts)("%s says something", (_address, text) => {
    expect(text).toMatch(/^[\p{Lu}¿].{2,}/u);
  });

  test("steps and obstacles say at least two things", () => {
    for (const steps of Object.values(words.expect.steps)) expect(steps.length).toBeGreaterThan(3);
    for (const { text } of Object.values(words.obstacles)) expect(text).toHaveLength(2);
  });

  test("nobody is told the same as somebody else where it matters who they are", () => {
    for (const told of [words.title, words.expect.intro]) {
      const said = Object.values(told);
      expect(new Set(said).size).toBe(said.length);
    }
    expect(words.expect.steps.interpreter).not.toEqual(words.expect.steps.guest);
    expect(words.expect.steps.patient).toEqual(expect.arrayContaining([...words.expect.steps.guest]));
  });

  test("everybody is told to allow the camera and what name to type, and to stay", () => {
    for (const [role, steps] of Object.entries(words.expect.steps)) {
      const [allow = "", wait = ""] = steps.slice(-2);
      expect(allow).toMatch(
        /^(When asked, allow your camera|Cuando se lo pidan, permita usar la cámara).*\. \S/,
      );
      expect(allow).toMatch(
        role === "interpreter" ? /“interpreter”|«intérprete»/ : /first and last name|nombre y apellido/,
      );
      expect(wait).toMatch(/^(Stay in the waiting room|Quédese en la sala de espera)/);
    }
    expect(words.early.minutes).toContain("#");
  });

  test("the permission is switched on elsewhere on each platform, and where it is not known the shortest way is told", () => {
    const denied = words.check.messages.denied;
    if (typeof denied === "string") throw new Error("it depends on the device");
    const told = PLATFORMS.map((platform) => denied({ platform, phone: "" }));
    expect(new Set(told).size).toBe(PLATFORMS.length);
    for (const text of told)
      expect(text.length).toBeGreaterThan(denied({ platform: undefined, phone: "" }).length - 1);
    expect(denied({ platform: undefined, phone: "" })).toBe(denied({ platform: "Linux", phone: "" }));
  });
});

const opening = (near: Opening["near"], clock: string, day: string, weekday: string): Opening => ({
  near,
  clock,
  day,
  weekday,
});
const device = { platform: undefined, phone: "202-555-0101" };
const say = (message: string | ((to: typeof device) => string)) =>
  typeof message === "string" ? message : message(device);

test.each([
  [english.takes(15), "about 15 minutes"],
  [english.takes(1), "about 1 minute"],
  [english.takes(60), "about 1 hour"],
  [english.takes(61), "about 1 hour 1 minute"],
  [english.takes(150), "about 2 hours 30 minutes"],
  [english.takes(121), "about 2 hours 1 minute"],
  [
    english.late.text("3:53 AM", "now"),
    "Your care team told us at 3:53 AM. Your visit is still on. Join and wait, or look here again in a few minutes.",
  ],
  [
    english.late.text("3:53 AM", "later"),
    "Your care team told us at 3:53 AM. Your visit is still on. Once you can join, join and wait, or look here again in a few minutes.",
  ],
  [english.waited(0), "Today, most people waited only a few minutes to be let in."],
  [english.waited(5), "Today, people waited about 5 minutes to be let in. Your wait may differ."],
  [english.byVideo("Cardiology"), "By video, with Cardiology"],
  [english.moved.text("Monday"), "It was Monday. Your link is the same."],
  [english.early.from(opening("today", "2:30 PM", "", "")), "You can join today from 2:30 PM."],
  [
    english.early.from(opening("tomorrow", "2:30 PM", "", "Tuesday")),
    "You can join tomorrow, Tuesday, from 2:30 PM.",
  ],
  [
    english.early.from(opening("later", "2:30 PM", "Tuesday, August 4", "")),
    "You can join on Tuesday, August 4, from 2:30 PM.",
  ],
  [english.calendarEntry.title("Lamna"), "Video visit · Lamna"],
  [
    english.calendarEntry.text("202-555-0101"),
    "Open the link to join. It works from shortly before the start. Questions? Call 202-555-0101.",
  ],
  [
    say(english.check.messages.noMicrophone),
    "Your camera works, but we did not find a microphone. Plug one in, open your link on a phone, or call us at 202-555-0101.",
  ],
  [
    say(english.check.messages.noneFound),
    "We did not find a camera or a microphone on this device. Plug them in, open your link on a phone, or call us at 202-555-0101.",
  ],
  [
    say(english.check.messages.denied),
    "Your browser is not allowed to use your camera or microphone. Click the icon to the left of the address and allow camera and microphone. Then start the test again.",
  ],
  [english.call("Lamna"), "Call Lamna"],
  [english.browser.title("Safari"), "Please open your visit in Safari"],
  [english.browser.steps("Safari").join(" "), "Open Safari. Paste the link at the top and go."],
  [english.browser.notice.text("Safari"), "This browser may not work. Open this page in Safari instead."],
])("a sentence with something put in reads as one: %s", (said, sentence) => {
  expect(said).toBe(sentence);
});

test.each([
  [spanish.takes(15), "unos 15 minutos"],
  [spanish.takes(59), "unos 59 minutos"],
  [spanish.takes(60), "aproximadamente 1 hora"],
  [spanish.takes(61), "aproximadamente 1 hora y 1 minuto"],
  [spanish.takes(150), "aproximadamente 2 horas y 30 minutos"],
  [
    spanish.late.text("1:53 p.m.", "now"),
    "El equipo médico lo avisó a la 1:53 p.m. Su consulta sigue en pie. Entre y espere, o vuelva a mirar esta página en unos minutos.",
  ],
  [
    spanish.late.text("11:53", "later"),
    "El equipo médico lo avisó a las 11:53. Su consulta sigue en pie. Cuando ya se pueda entrar, entre y espere, o vuelva a mirar esta página en unos minutos.",
  ],
  [spanish.waited(0), "Hoy casi todos esperaron solo unos minutos hasta poder entrar."],
  [spanish.waited(5), "Hoy se esperó unos 5 minutos hasta poder entrar. Su espera puede ser distinta."],
  [spanish.moved.text("a.m. x"), "Antes era: a.m. x. Su enlace es el mismo."],
  [spanish.byVideo("Cardiología"), "Por video, con Cardiología"],
  [spanish.moved.text("lunes, 2:30 p.m."), "Antes era: lunes, 2:30 p.m. Su enlace es el mismo."],
  [spanish.moved.text("lunes"), "Antes era: lunes. Su enlace es el mismo."],
  [spanish.early.from(opening("today", "2:30 p.m.", "", "")), "Puede entrar hoy a partir de las 2:30 p.m."],
  [
    spanish.early.from(opening("tomorrow", "1:30 p.m.", "", "martes")),
    "Puede entrar mañana, martes, a partir de la 1:30 p.m.",
  ],
  [
    spanish.early.from(opening("later", "11:30 a.m.", "martes, 4 de agosto", "")),
    "Puede entrar el martes, 4 de agosto, a partir de las 11:30 a.m.",
  ],
  [spanish.early.from(opening("today", "10:30", "", "")), "Puede entrar hoy a partir de las 10:30."],
  [spanish.calendarEntry.title("Lamna"), "Consulta por video · Lamna"],
  [
    spanish.calendarEntry.text("202-555-0101"),
    "Abra el enlace para entrar. Funciona desde poco antes de la hora. ¿Preguntas? Llame al 202-555-0101.",
  ],
  [
    say(spanish.check.messages.noMicrophone),
    "Su cámara funciona, pero no encontramos un micrófono. Conecte uno, abra su enlace en un teléfono o llámenos al 202-555-0101.",
  ],
  [
    say(spanish.check.messages.noneFound),
    "No encontramos una cámara ni un micrófono en este dispositivo. Conéctelos, abra su enlace en un teléfono o llámenos al 202-555-0101.",
  ],
  [
    say(spanish.check.messages.denied),
    "Su navegador no tiene permiso para usar la cámara o el micrófono. Haga clic en el ícono a la izquierda de la dirección y permita la cámara y el micrófono. Después empiece la prueba de nuevo.",
  ],
  [spanish.call("Lamna"), "Llamar a Lamna"],
  [spanish.browser.title("Safari"), "Por favor, abra su consulta en Safari"],
  [spanish.browser.steps("Safari").join(" "), "Abra Safari. Pegue el enlace arriba y ábralo."],
  [spanish.browser.notice.text("Safari"), "Este navegador puede no funcionar. Abra esta página en Safari."],
])("a Spanish sentence with something put in reads as one: %s", (said, sentence) => {
  expect(said).toBe(sentence);
});
