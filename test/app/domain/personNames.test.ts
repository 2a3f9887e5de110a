import { expect, test } from "vitest";
import { agree } from "../../../app/domain/personNames.ts";

test.each([
  ["Lindqvist PhD, Morgan", "Morgan Lindqvist"],
  ["SAMPLE MD, ROBIN", "Robin Sample, MD"],
  ["Núñez, Ana María", "Ana Nunez"],
  ["O’Neil NP, Pat", "Pat O'Neil"],
  ["Smith-Jones DO, Alex", "Alex Smith"],
  ["Smith DO, Alex", "Alex Smith-Jones"],
  ["van der Berg, Anna", "Anna van der Berg (Cardiology)"],
  ["Lindqvist III, Morgan Avery", "Avery Lindqvist - Lamna"],
  ["Sample MD, R", "Robin Sample"],
  ["Do, Anh", "Anh Do"],
  ["Ma MD, Jack", "Jack Ma"],
  ["Od, Nirav", "Nirav Od"],
  ["Sample MD, Robert", "R. Sample"],
])("%j and %j can be one person", (one, other) => {
  expect(agree(one, other)).toBe(true);
  expect(agree(other, one)).toBe(true);
});

test.each([
  ["Lindqvist PhD, Morgan", "Robin Sample, MD"],
  ["Park MD, Avery", "Jordan Ortega, MD"],
  ["Sample MD, Robin", "Robin Meyer"],
  ["Sample MD, Robin", "Meyer, Robin"],
  ["Sample MD, Robin", "Jordan Sample"],
  ["Taylor MD, Jordan", "Taylor Jordan"],
  ["van der Berg, Anna", "van der Meer, Anna"],
  ["Lee, A", "Kim, A"],
  ["", "Robin Sample"],
  ["1", "2"],
  ["Núñez, Ana", "Gómez, José"],
])("%j and %j are not", (one, other) => {
  expect(agree(one, other)).toBe(false);
});
