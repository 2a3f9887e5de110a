import { expect, test } from "vitest";
import { isCallable, phoneNumberOf, withPlus } from "../../../app/domain/phoneNumbers.ts";

test.each([
  ["2025550123", "+12025550123"],
  ["(202) 555-0123", "+12025550123"],
  ["1-202-555-0123", "+12025550123"],
  ["+1 202 555 0123", "+12025550123"],
  ["２０２５５５０１２３", "+12025550123"],
  ["4165550123", "+14165550123"],
  ["7875550123", "+17875550123"],
  ["9395550123", "+19395550123"],
])("%s can be texted", (written, number) => {
  expect(phoneNumberOf(written)).toEqual({ number, textable: true });
});

test.each([
  ["toll-free", "8335550100"],
  ["premium", "9005550100"],
  ["in the Bahamas", "2425550123"],
  ["in Guam", "6715550123"],
  ["in London", "+442079460000"],
])("one that is %s can be called only", (_what, written) => {
  expect(phoneNumberOf(written)?.textable).toBe(false);
});

test.each([
  ["seven digits", "5550123"],
  ["seven digits that all of Canada can call", "310-1234"],
  ["an exchange that begins with 0", "787-000-0000"],
  ["a switchboard's extension", "202-555-0123 x12"],
  ["words around it", "not after 5: 2025550123"],
  ["two at once", "2025550123 / 2025550199"],
  ["too many digits", "2025551234567"],
  ["no area of the plan", "7005550123"],
  ["nothing", ""],
])("%s is no number", (_what, written) => {
  expect(phoneNumberOf(written)).toBeUndefined();
});

test("numbers of Event Grid get their plus", () => {
  expect([withPlus("12025550123"), withPlus("+12025550123")]).toEqual(["+12025550123", "+12025550123"]);
});

test.each([
  "(202) 555-0100",
  "202-555-0100",
  "1-800-555-0100",
  "+1 (202) 555-0142",
  "(202) 555-0100 12",
  "202.555.0100-4401",
  "011 44 20 7946 0958",
  "+49 30 5550100",
  "+49 30 5550100-12",
  "+44 20 7946 0958",
  "+33 1 99 00 55 55",
  "+353 1 555 0123",
  "+972 2 555 0100",
  "+52 55 5555 0100",
  "+61 2 5550 0100",
])("somebody can call %s", (written) => {
  expect(isCallable(written)).toBe(true);
});

test.each([
  "",
  "555-0100",
  "555-0100 12",
  "-------",
  "(((((((",
  "....... 5",
  "0000000000",
  "+1 555 0101",
  "(202) 155-0100",
  "030 5550100",
  "+49 301",
  "+000000000",
  "(202) 555-0100 / 0199",
  "(202) 555-0100 1234567",
])("nobody can call %j", (written) => {
  expect(isCallable(written)).toBe(false);
});
