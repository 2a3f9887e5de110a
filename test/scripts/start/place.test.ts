import { describe, expect, test } from "vitest";
import { placeOf } from "../../../scripts/local/place.ts";

test("npm start runs the laptop's hospital, and npm start -- empty another one with data of its own", () => {
  expect(placeOf([])).toEqual({
    stackFile: "stacks/Pulumi.local.yaml",
    data: ".data",
    command: "npm start",
  });
  expect(placeOf(["empty"])).toEqual({
    stackFile: "stacks/Pulumi.empty.yaml",
    data: ".data/stacks/empty",
    command: "npm start -- empty",
  });
  expect(placeOf(["year"])).toEqual({
    stackFile: "stacks/Pulumi.local.yaml",
    data: ".data/stacks/year",
    hasYear: true,
    command: "npm start -- year",
  });
});

describe("what is no stack's name is refused with an example", () => {
  test.each([[["../x"]], [["empty", "local"]], [[""]], [["--help"]]])("%j", (given) => {
    expect(() => placeOf(given)).toThrow("npm start -- empty");
  });
});
