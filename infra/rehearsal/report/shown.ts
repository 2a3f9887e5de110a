/**
 * A result with its secrets hidden, from which every form of the report is made. A deployment's settings hold nothing
 * secret; if a program put a secret there, the rehearsal would not repeat it anywhere.
 */
import { secretViolations } from "../../policy/rules/siteSettings.ts";
import { isGroup, isList, type Json } from "../azure/controlPlane/json.ts";
import type { RehearsalResult } from "./result.ts";

export const HIDDEN = "(a secret, not shown)";

/** Shorter values are ordinary words: removing them from texts would reveal more than it hides. */
const SHORTEST = 6;

/** How Pulumi marks a value that it encrypts (https://www.pulumi.com/docs/iac/concepts/secrets). */
const SECRET_MARK = "4dabf18193072939515e22adb298388d";

export function shown(result: RehearsalResult): RehearsalResult {
  const found = new Set<string>();
  const hidden = {
    ...result,
    settings: result.settings.map(({ app, values }) => ({
      app,
      values: values.map((setting) => {
        if (secretViolations(setting.name, setting.value).length === 0) return setting;
        found.add(setting.value);
        return { ...setting, value: HIDDEN };
      }),
    })),
    resources: result.resources.map((resource) => ({
      ...resource,
      inputs: withoutSecrets(resource.inputs, found) as typeof resource.inputs,
    })),
  };
  const values = [...found].filter((value) => value.length >= SHORTEST);
  return values.length === 0
    ? hidden
    : (withoutValues(hidden as unknown as Json, values) as unknown as RehearsalResult);
}

function withoutSecrets(value: Json, found: Set<string>): Json {
  if (isList(value)) return value.map((item) => withoutSecrets(item, found));
  if (!isGroup(value)) return value;
  if (SECRET_MARK in value) {
    if (typeof value["value"] === "string") found.add(value["value"]);
    return HIDDEN;
  }
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => {
      if (typeof inner !== "string" || secretViolations(name, inner).length === 0)
        return [name, withoutSecrets(inner, found)];
      found.add(inner);
      return [name, HIDDEN];
    }),
  );
}

function withoutValues(value: Json, secrets: readonly string[]): Json {
  if (typeof value === "string")
    return secrets.reduce((text, secret) => text.replaceAll(secret, HIDDEN), value);
  if (isList(value)) return value.map((item) => withoutValues(item, secrets));
  return isGroup(value)
    ? Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, withoutValues(inner, secrets)]))
    : value;
}
