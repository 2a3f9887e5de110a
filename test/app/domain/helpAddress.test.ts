import { expect, test } from "vitest";
import { helpWithinReach } from "../../../app/domain/helpAddress.ts";

const THEIRS = ["https://ehr.example/authorize", "https://login.ehr.example/token"];

test.each([
  ["https://ehr.example/help?id=1", "https://ehr.example/help?id=1"],
  ["https://login.ehr.example/help", "https://login.ehr.example/help"],
  ["blob:https://ehr.example/1", undefined],
  ["filesystem:https://ehr.example/1", undefined],
  ["javascript:alert(1)", undefined],
  ["http://ehr.example/help", undefined],
  ["https://ehr.example.evil.example/", undefined],
  ["https://me:pw@ehr.example/help", undefined],
  ["https://me@ehr.example/help", undefined],
  ["https://:pw@ehr.example/help", undefined],
  ["//ehr.example/help", undefined],
  ["", undefined],
  [null, undefined],
  [undefined, undefined],
])("a help link %j leads to %j", (link, expected) => {
  expect(helpWithinReach(link, THEIRS)).toBe(expected);
});
