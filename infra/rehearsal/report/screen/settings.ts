/** The part of a rehearsal's report that lists the connector's settings. */
import type { RehearsalResult } from "../result.ts";
import { cut } from "./text.ts";

type App = RehearsalResult["settings"][number];
type Value = App["values"][number];

/** The site's settings, and those of the slot that differ. */
export function settingsIn({ settings }: RehearsalResult): readonly string[] {
  const [first, ...others] = settings;
  if (first === undefined) return [];
  return [
    ...told(first.app + ":", first.values),
    ...others.flatMap((other) => told(`${other.app}, as ${first.app} except:`, differing(other, first))),
  ];
}

export function differing(app: App, other: App): readonly Value[] {
  const values = new Map(other.values.map(({ name, value }) => [name, value]));
  const own = new Set(app.values.map(({ name }) => name));
  return [
    ...app.values.filter(({ name, value }) => values.get(name) !== value),
    ...other.values.filter(({ name }) => !own.has(name)).map(({ name }) => ({ name, value: "(not set)" })),
  ];
}

/** Columns for a name; most names fit. */
const WIDTH = 30;

function told(heading: string, values: readonly Value[]): readonly string[] {
  return [
    "  " + heading,
    ...values.map(({ name, value }) => cut("    " + name.padEnd(WIDTH) + "  " + value)),
  ];
}
