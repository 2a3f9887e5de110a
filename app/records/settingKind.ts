/** What a kind of setting is: its name, its value, and the rows in which its settings lie. */
import * as z from "zod";
import { SETTINGS } from "./audit.ts";
import { FIRST_VERSION, type RecordKind } from "./record.ts";

export interface SettingKind<V extends z.ZodObject = z.ZodObject> {
  /** The kind's name in addresses, row ids and the audit trail, such as `connection`. */
  readonly name: string;
  readonly value: V;
  /** Paths of members whose values the audit trail does not show. */
  readonly hidden: readonly string[];
  readonly record: RecordKind;
}

/** What every setting has beside its value. */
export const envelope = {
  id: z.string().meta({ description: "id of the setting" }),
  revision: z.int().meta({ description: "how often it was changed" }),
  changedAt: z.iso.datetime().meta({ description: "when it was last changed" }),
};

/**
 * A kind of setting. `what` is in words that follow "The connector keeps", and `kept` in words that follow "Kept"; absent, it
 * is kept until an administrator removes it.
 */
export function settingKind<V extends z.ZodObject>(kind: {
  readonly name: string;
  readonly what: string;
  readonly value: V;
  readonly kept?: string;
  readonly hidden?: readonly string[];
}): SettingKind<V> {
  const { name, what, value, kept = "until removed in the portal", hidden = [] } = kind;
  return {
    name,
    value,
    hidden,
    record: {
      container: SETTINGS.container,
      rows: name + "-",
      what,
      members: z.object({ ...envelope, value }),
      kept,
      expires: false,
      version: FIRST_VERSION,
    },
  };
}
