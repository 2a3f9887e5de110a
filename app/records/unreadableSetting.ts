/** What is still known of a setting whose row cannot be read, so that people can be told which one it is. */
import type { Body, Stored } from "../ports/store.ts";
import { RecordOfAnotherRelease, type UnreadableRecord } from "./record.ts";

/** A setting whose row cannot be read: the list of its kind lacks it. */
export interface UnreadableSetting {
  /** The name of its kind, such as `connection`. */
  readonly kind: string;
  readonly id: string;
  /** The id of its row in the container `settings`. */
  readonly row: string;
  /** What administrators call it, as far as the row still says so. */
  readonly name?: string;
  readonly why: "damaged" | "another-release";
}

/** @param kind the name of its kind, with which the id of each of its rows begins */
export function unreadableSetting(kind: string, row: Stored, error: UnreadableRecord): UnreadableSetting {
  const name = nameIn(row.body);
  return {
    kind,
    id: row.id.slice(kind.length + 1),
    row: row.id,
    why: error instanceof RecordOfAnotherRelease ? "another-release" : "damaged",
    ...(name !== undefined && { name }),
  };
}

/** What a damaged row still calls itself. */
function nameIn({ value }: Body): string | undefined {
  const said = typeof value === "object" && value !== null && "name" in value ? value["name"] : undefined;
  return typeof said === "string" && said !== "" ? said : undefined;
}
