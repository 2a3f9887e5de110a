/** What is still known of a setting whose row cannot be read, so that people can be told which one it is. */
import type { Body, Stored } from "../ports/store.ts";
import { UnreadableRecord, whyUnreadable, type WhyUnreadable } from "./record.ts";

/** A setting whose row cannot be read: the list of its kind lacks it. */
export interface UnreadableSetting {
  /** The name of its kind, such as `connection`. */
  readonly kind: string;
  readonly id: string;
  /** The id of its row in the container `settings`. */
  readonly row: string;
  /** What administrators call it, as far as the row still says so. */
  readonly name?: string;
  readonly why: WhyUnreadable;
}

/** @param kind the name of its kind, with which the id of each of its rows begins */
export function unreadableSetting(kind: string, row: Stored, error: UnreadableRecord): UnreadableSetting {
  const name = nameIn(row.body);
  return {
    kind,
    id: row.id.slice(kind.length + 1),
    row: row.id,
    why: whyUnreadable(error),
    ...(name !== undefined && { name }),
  };
}

/**
 * What `read` gives of the one setting of a kind, or that its row cannot be read: for whoever goes on without it, and says so.
 * @param kind the name of the kind
 */
export async function orUnreadable<T>(
  kind: string,
  id: string,
  read: () => Promise<T>,
): Promise<T | UnreadableSetting> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof UnreadableRecord)) throw error;
    return { kind, id, row: [kind, id].join("-"), why: whyUnreadable(error) };
  }
}

export const isUnreadable = (read: object | undefined): read is UnreadableSetting =>
  read !== undefined && "why" in read;

/** What a damaged row still calls itself. */
function nameIn({ value }: Body): string | undefined {
  const said = typeof value === "object" && value !== null && "name" in value ? value["name"] : undefined;
  return typeof said === "string" && said !== "" ? said : undefined;
}
