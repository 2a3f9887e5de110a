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
  ["Do, Anh", "A. Do"],
  ["Smith, Christopher", "Chris Smith"],
  ["Smith, Robert", "Bob Smith"],
  ["Smith MD, William J", "Bill Smith"],
  ["Smith, J Michael", "Michael Smith"],
  ["Smith, John Michael", "J. Michael Smith"],
  ["Smith, Maria Elena", "Elena Maria Smith"],
  ["Sánchez, José", "Pepe Sanchez"],
  ["Smith, Jean-Luc", "Jean Smith"],
  ["Smith, Mary Ann", "Maryann Smith"],
  ["Smith, Edward", "Ted Smith"],
  ["Smith, Theodore", "Ted Smith"],
  ["J Smith MD", "John Smith"],
  ["Smith", "John Smith"],
  ["李, 明", "李, 明"],
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
  ["Smith, John", "Jane Smith"],
  ["Garcia MD, Maria", "Manuel Garcia"],
  ["Patel DO, Anika R", "Arjun Patel"],
  ["Patel DO, Anika R", "Arjun R. Patel"],
  ["Smith, Robert", "Bill Smith"],
  ["Smith, Edward", "Theodore Smith"],
  ["Sample MD, R", "Jordan Sample"],
  ["Sample MD, Robert", "J. Sample"],
  ["O Brien, Pat", "Pat O Neil"],
])("%j and %j are not", (one, other) => {
  expect(agree(one, other)).toBe(false);
});
