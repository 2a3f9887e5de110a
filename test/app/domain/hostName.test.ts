import { expect, test } from "vitest";
import { HOST_NAME, isInternalName, isMicrosoftsName } from "../../../app/domain/hostName.ts";

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

test.each(["fhir.lamna.local", "a.b.internal", "lamna.lan", "lamna.corp", "router.home.arpa"])(
  "%s is known to a network's own DNS alone",
  (name) => {
    expect(isInternalName(name)).toBe(true);
  },
);

test.each(["visits.lamna.example", "local.lamna.org", "lamna.com", "internal-visits.lamna.de", "lan.de"])(
  "%s may be known to everybody",
  (name) => {
    expect(isInternalName(name)).toBe(false);
  },
);

test.each([
  ["lamna.azurefd.net", true],
  ["lamna.azure-api.net", true],
  ["lamna.onmicrosoft.com", true],
  ["azure.lamna.com", false],
  ["notazure.com", false],
])("%s is Microsoft's: %s", (name, is) => {
  expect(isMicrosoftsName(name)).toBe(is);
});
