import { expect, test } from "vitest";
import { callerAddress } from "../../../app/web/callerAddress.ts";

test.each([
  ["192.0.2.1", "192.0.2.1"],
  ["192.0.2.1:50123", "192.0.2.1"],
  ["[2001:db8::1]:50123", "2001:db8::/56"],
  ["[2001:db8::1]", "2001:db8::/56"],
  ["2001:db8:0:ff::1", "2001:db8::/56"],
  ["2001:db8:0:100::1", "2001:db8:0:100::/56"],
  ["::ffff:192.0.2.1", "192.0.2.1"],
  ["", "unknown"],
  ["somewhere", "unknown"],
  ["192.0.2.1:50123, 192.0.2.2", "unknown"],
  ["192.0.2.256", "unknown"],
  ["a]192.0.2.1", "unknown"],
])("who comes from %j is %s", (ip, caller) => {
  expect(callerAddress(false)({ ip, headers: {} })).toBe(caller);
  expect(callerAddress(true)({ ip, headers: {} })).toBe(caller);
});

test("Front Door names its own caller, and is believed only where it stands before the site", () => {
  const coming = { ip: "192.0.2.1", headers: { "x-azure-socketip": "198.51.100.7" } };
  expect(callerAddress(true)(coming)).toBe("198.51.100.7");
  expect(callerAddress(false)(coming)).toBe("192.0.2.1");
  expect(callerAddress(true)({ ...coming, headers: { "x-azure-socketip": ["a", "b"] } })).toBe("192.0.2.1");
});

test("a request without an address is one odd caller", () => {
  expect(callerAddress(false)({ headers: {} })).toBe("unknown");
});
