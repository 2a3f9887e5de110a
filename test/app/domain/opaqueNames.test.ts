/**
 * Whatever a form of the connector carries unseen is either of the fields that production's firewall leaves out, since they
 * hold random text, or known to hold none.
 */
import { globSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { OPAQUE_FIELDS } from "../../../app/domain/opaqueNames.ts";

const root = new URL("../../../app/flows/", import.meta.url);

/** Numbers, moments, words of a few, GUIDs, and ids that a chart or a hospital has given. */
const PLAIN = [
  ...[
    "account",
    "addresses",
    "appointment",
    "department",
    "ended",
    "epoch",
    "generation",
    "held",
    "instead",
    "late",
  ],
  ...[
    "connection",
    "connections",
    "month",
    "start",
    "keepsAppointments",
    "number",
    "person",
    "revision",
    "sent",
    "since",
    "step",
  ],
  ...["to", "view", "was", "AS_UNREADABLE", "SIGNED_IN_AS"],
  // What was sent before somebody signed in again: the fields of another form, by their own names.
  "name",
];

test("each hidden field is known to hold random text, or none", () => {
  const names = globSync("**/*.tsx", { cwd: root }).flatMap((file) =>
    [...readFileSync(new URL(file, root), "utf8").matchAll(/<input\b[^>]*?\btype="hidden"[^>]*?>/gsu)].map(
      ([input]) => /\bname=(?:"(?<text>\w+)"|\{(?<code>\w+)\})/u.exec(input)?.slice(1).find(Boolean) ?? input,
    ),
  );
  expect(names.length).toBeGreaterThan(40);
  const known: readonly string[] = [...OPAQUE_FIELDS, "SHOWN", ...PLAIN];
  expect(names.filter((name) => !known.includes(name))).toEqual([]);
});
