import { expect, test } from "vitest";
import { HOST_NAME } from "../../../app/domain/hostName.ts";

const LONGEST = "a".repeat(63);

test.each([
  ["visits.lamna.example", true],
  ["a.b-c.de", true],
  ["1.lamna.example", true],
  ["x--1.lamna.example", true],
  [LONGEST + ".example", true],
  ["a." + LONGEST, true],
  ["lamna", false],
  ["lamna.e", false],
  ["lamna.1a", false],
  ["Lamna.example", false],
  ["-a.lamna.example", false],
  ["a-.lamna.example", false],
  [LONGEST + "a.example", false],
  ["a." + LONGEST + "a", false],
  ["a..example", false],
  ["lamna.example.", false],
  ["https://lamna.example", false],
  ["lamna.example/", false],
])("%s is a host's name: %s", (name, is) => {
  expect(HOST_NAME.test(name)).toBe(is);
});
