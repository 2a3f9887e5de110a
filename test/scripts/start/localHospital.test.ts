import { describe, expect, test } from "vitest";
import { localHospitalOf } from "../../../scripts/local/localHospital.ts";

test("npm start runs the laptop's hospital, and npm start -- empty another one with data of its own", () => {
  expect(localHospitalOf([])).toEqual({
    stackFile: "stacks/Pulumi.local.yaml",
    data: ".data",
    command: "npm start",
  });
  expect(localHospitalOf(["empty"])).toEqual({
    stackFile: "stacks/Pulumi.empty.yaml",
    data: ".data/stacks/empty",
    command: "npm start -- empty",
  });
  expect(localHospitalOf(["year"])).toEqual({
    stackFile: "stacks/Pulumi.local.yaml",
    data: ".data/stacks/year",
    hasYear: true,
    command: "npm start -- year",
  });
});

describe("what is no stack's name is refused with an example", () => {
  test.each([[["../x"]], [["empty", "local"]], [[""]], [["--help"]]])("%j", (given) => {
    expect(() => localHospitalOf(given)).toThrow("npm start -- empty");
  });
});
