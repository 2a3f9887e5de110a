/** What of an answer is a fact: which fields it has, of what type, and the values that are the same every time. */

/** By path, such as `properties.locations[0].isZoneRedundant`; a value that differs each time stands as its kind in angles. */
export type Fields = Readonly<Record<string, string>>;

const GUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/gu;
const KEY_VERSION = /(?<=\/)[0-9a-f]{32}$/gu;
const MOMENT = /(?<=_)\d{14}(?=[0-9a-f-]{36})/gu;
const CAPITAL_GUID = /[0-9A-F]{8}-[0-9A-F]{4}-[0-9A-F]{4}-[0-9A-F]{4}-[0-9A-F]{12}/gu;
const TIME = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)?$/u;
const CHALLENGE = /^Bearer \w+="/u;
const DATE = /^\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT$/u;

/** Numbers above are moments or sizes; up to here they are somebody's default. */
const LARGEST_DEFAULT = 100_000;

export function shapeOfText(text: string): string {
  if (TIME.test(text)) return "<time>";
  if (DATE.test(text)) return "<date>";
  const known = text
    .replaceAll(MOMENT, "<moment>")
    .replaceAll(GUID, "<guid>")
    .replaceAll(CAPITAL_GUID, "<GUID>")
    .replaceAll(KEY_VERSION, "<version>");
  // What a client does next hangs on each parameter of a challenge, so it is no mere sentence.
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

/** Items of one list, as one: what differs between them is told as various. */
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
 * Azure Resource Manager's fields as the SDK has them: `properties` are laid flat, first letters and underscores differ, and
 * null is as good as nothing.
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
