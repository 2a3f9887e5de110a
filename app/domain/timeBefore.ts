/** How long before a visit something is, in words as administrators type and read them: "1 day", "2 hours", "15 minutes". */

const UNITS = [
  [1440, "day"],
  [60, "hour"],
  [1, "minute"],
] as const;

/** Minutes in the largest unit of which they are a whole number, such as "1 day". */
export function timeBeforeWords(minutes: number): string {
  const [size, unit] = UNITS.find(([each]) => minutes % each === 0) ?? UNITS[2];
  const count = minutes / size;
  return `${String(count)} ${unit}${count === 1 ? "" : "s"}`;
}

/** The minutes of such words; undefined for anything else. */
export function minutesBefore(text: string): number | undefined {
  const found = /^(?<count>\d{1,5}) ?(?<unit>day|hour|minute)s?$/i.exec(text.trim())?.groups;
  const unit = UNITS.find(([, name]) => name === found?.["unit"]?.toLowerCase());
  return unit && Number(found?.["count"]) * unit[0];
}
