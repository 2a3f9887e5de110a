/** The few forms of SQL queries that the adapter uses. Each condition is evaluated; any other query is refused. */
import type { CosmosItem } from "./container.ts";
import { Unspoken } from "./refused.ts";

interface Query {
  readonly query: string;
  readonly parameters: ReadonlyMap<string, unknown>;
}
type Condition = (item: CosmosItem) => boolean;

const SHAPE = /^SELECT TOP (@\w+) \* FROM c WHERE (.+) ORDER BY c\.(\w+) (ASC|DESC)$/;

export interface Plan {
  readonly top: number;
  readonly orderBy: "Ascending" | "Descending";
  readonly property: string;
  select(items: readonly CosmosItem[]): CosmosItem[];
}

export function planned(body: unknown): Plan {
  const { query, parameters } = parsed(body);
  const [, limit, where, property, direction] = SHAPE.exec(query) ?? [];
  if (limit === undefined || where === undefined || property === undefined) throw new Unspoken(400, query);
  const unused = new Set(parameters.keys());
  const value = (name: string): unknown => {
    if (!parameters.has(name)) throw new Unspoken(400, `${query} without a value for ${name}`);
    unused.delete(name);
    return parameters.get(name);
  };
  const top = value(limit);
  if (typeof top !== "number" || !Number.isInteger(top) || top < 1)
    throw new Unspoken(400, `TOP ${String(top)}`);
  const conditions = where.split(" AND ").map((text) => condition(text, value));
  if (unused.size > 0) throw new Unspoken(400, `${query} with the unused ${[...unused].join(" ")}`);
  const sign = direction === "DESC" ? -1 : 1;
  return {
    top,
    property,
    orderBy: direction === "DESC" ? "Descending" : "Ascending",
    select: (items) =>
      items
        .filter((item) => conditions.every((holds) => holds(item)))
        .sort((a, b) => sign * (compared(a[property], b[property]) ?? 0))
        .slice(0, top),
  };
}

function condition(text: string, value: (name: string) => unknown): Condition {
  const defined = /^IS_DEFINED\(c\.(\w+)\)$/.exec(text)?.[1];
  if (defined !== undefined) return (item) => item[defined] !== undefined;
  const [, absent, same, least] = /^\(NOT IS_DEFINED\(c\.(\w+)\) OR c\.(\w+) > (@\w+)\)$/.exec(text) ?? [];
  if (absent !== undefined && same === absent && least !== undefined) {
    const bound = value(least);
    return (item) => item[absent] === undefined || (compared(item[absent], bound) ?? 0) > 0;
  }
  const [, property, operator, name] = /^c\.(\w+) (=|<|>|>=|<=) (@\w+)$/.exec(text) ?? [];
  if (property === undefined || operator === undefined || name === undefined) throw new Unspoken(400, text);
  const bound = value(name);
  return (item) => {
    const order = compared(item[property], bound);
    if (order === undefined) return false;
    if (order === 0) return operator.includes("=");
    return operator.startsWith(order < 0 ? "<" : ">");
  };
}

/** The order of two values; undefined, which means not comparable, when their types differ or one is absent. */
function compared(a: unknown, b: unknown): number | undefined {
  if (typeof a === "number" && typeof b === "number") return a - b;
  if (typeof a === "string" && typeof b === "string") return Buffer.compare(Buffer.from(a), Buffer.from(b));
  return undefined;
}

function parsed(body: unknown): Query {
  const { query, parameters } = body as { query?: unknown; parameters?: { name: string; value: unknown }[] };
  if (typeof query !== "string" || !Array.isArray(parameters))
    throw new Unspoken(400, "a query without parameters");
  return { query, parameters: new Map(parameters.map(({ name, value }) => [name, value])) };
}
