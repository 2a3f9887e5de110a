import { expect, test } from "vitest";
import { isPlain, segmentsOf } from "../../../app/domain/plainText.ts";
import { senderNameOf } from "../../../app/domain/senderName.ts";

test.each([
  ["Lamna Healthcare", "Lamna Healthcare"],
  ["Lamna Healthcare of Greater Springfield", "Lamna Healthcare of Grea"],
  // 24 characters would end with a blank.
  ["Lamna Regional Hospital of Springfield", "Lamna Regional Hospital"],
  ["Hôpital Général", "Hopital Général"],
  ["Niño Jesús ¿y ¡Ñandú!", "Niño Jesus ¿y ¡Ñandu!"],
  ["Clínica São José", "Clinica Sao José"],
  ["Façade À Übung à É", "Facade A Übung à É"],
  ["ÇA", "ÇA"],
  // Composed and decomposed letters are the same letters.
  ["Me\u0301dico Nin\u0303o", "Médico Niño"],
  ["St. Mary’s – “Downtown”\u00a0Campus", `St. Mary's - "Downtown"`],
  ["聖路加 St. Luke’s 病院", "St. Luke's"],
  ["Care [West] {1}~^|\\€", "Care West 1"],
  ["  Lamna   Health  ", "Lamna Health"],
  ["聖路加国際病院", undefined],
])("texts of %s begin with %j", (name, sender) => {
  expect(senderNameOf({ name })).toBe(sender);
});

test("a name that was said is taken as it is", () => {
  expect(senderNameOf({ name: "聖路加国際病院", textName: "St. Luke's Tokyo" })).toBe("St. Luke's Tokyo");
});

test("its accents are one character with their letters, of which the plain alphabet has some", () => {
  const sender = senderNameOf({ name: "x", textName: "Cafe\u0301" }) ?? "";
  expect([sender, segmentsOf(sender.padEnd(160, "x"))]).toEqual(["Café", 1]);
});

test.each<[string, boolean]>([
  ...Array.from("éèùìòñüöäàÉÑÜÖÄÇ¿¡ßåÅøØæÆ'&@£$ -_.").map((one): [string, boolean] => [one, true]),
  ...Array.from("áíóúçÁÍÓÚÀâêîôûãõëï’“–€[]{}|^~\\\n\u001b").map((one): [string, boolean] => [one, false]),
])("%j is in the plain alphabet: %j", (character, plain) => {
  expect(isPlain(character)).toBe(plain);
});
