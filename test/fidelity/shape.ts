/** What is recorded of an answer: its fields, their types, and the values that are the same every time. */

/**
 * Values by path, such as `properties.locations[0].isZoneRedundant`. A value that differs each time is its kind, in angles.
 */
export type Fields = Readonly<Record<string, string>>;

const GUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/gu;
const KEY_VERSION = /(?<=\/)[0-9a-f]{32}$/gu;
const MOMENT = /(?<=_)\d{14}(?=[0-9a-f-]{36})/gu;
const CAPITAL_GUID = /[0-9A-F]{8}-[0-9A-F]{4}-[0-9A-F]{4}-[0-9A-F]{4}-[0-9A-F]{12}/gu;
const TIME = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)?$/u;
const CHALLENGE = /^Bearer \w+="/u;
const DATE = /^\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT$/u;

/** Larger numbers are times or sizes, which differ each time. Up to this one, a number is a default or a setting. */
const LARGEST_DEFAULT = 100_000;

export function shapeOfText(text: string): string {
  if (TIME.test(text)) return "<time>";
  if (DATE.test(text)) return "<date>";
  const known = text
    .replaceAll(MOMENT, "<moment>")
    .replaceAll(GUID, "<guid>")
    .replaceAll(CAPITAL_GUID, "<GUID>")
    .replaceAll(KEY_VERSION, "<version>");
  // A challenge is recorded as it is, because a client acts on each of its parameters.
  if (CHALLENGE.test(known)) return known;
  if (known.includes(" ") && known.length > 30) return "<sentence>";
  return /^["W/]*[\w+/=-]{22,}"?$/u.test(known) && !known.startsWith("/") ? "<text>" : known;
}

function shapeOfNumber(value: number): string {
  if (!Number.isInteger(value)) return "<fraction>";
  return value > LARGEST_DEFAULT ? "<number>" : String(value);
}

export function fieldsOf(body: unknown, path = ""): Fields {
  if (Array.isArray(body) && body.some(isGroup))
    return body.map((item) => fieldsOf(item, path + "[]")).reduce(eitherOf);
  if (isGroup(body) && Object.keys(body).length > 0)
    return Object.assign(
      {},
      ...Object.entries(body).map(([name, value]) => fieldsOf(value, path === "" ? name : `${path}.${name}`)),
    ) as Fields;
  return { [path]: shapeOfValue(body) };
}

const isGroup = (value: unknown): value is object =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The items of a list as one: where they differ, the value is `<various>`. */
function eitherOf(one: Fields, other: Fields): Fields {
  const both = Object.keys(other).map((path) => {
    const [first = other[path], second] = [one[path], other[path]];
    return [path, first === second ? (second ?? "") : "<various>"] as const;
  });
  return { ...one, ...Object.fromEntries(both) };
}

function shapeOfValue(value: unknown): string {
  if (typeof value === "string") return shapeOfText(value);
  if (typeof value === "number") return shapeOfNumber(value);
  if (Array.isArray(value)) return `[${value.map(shapeOfValue).join(", ")}]`;
  return JSON.stringify(value);
}

/**
 * The fields of Azure Resource Manager under the SDK's names: those below `properties` move up, some first letters and
 * underscores differ, and null counts as absent.
 */
export function inSdkWords(fields: Fields): Fields {
  return Object.fromEntries(
    Object.entries(fields)
      .filter(([, shape]) => shape !== "null")
      .map(([path, shape]) => [folded(path), shape]),
  );
}

const folded = (path: string): string =>
  path
    .split(".")
    .filter((name) => name !== "properties")
    .map((name) => name.replaceAll("_", "").toLowerCase())
    .join(".");
