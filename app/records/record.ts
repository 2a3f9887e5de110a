/**
 * A kind of thing that the connector keeps: where its rows lie, what they hold, how long, and in which version. Each kind is
 * one file of this folder; containers.ts lists them for whoever makes the containers, table.ts for people.
 *
 * Two releases share one store while one replaces the other. So every row has its version `v`, and a release reads its own
 * version and its neighbours'. Members that a release does not know are kept when it replaces a row. A new version takes two
 * releases: the first learns to read it, the second writes it. A row of a newer version than a release reads is never replaced
 * by it, whatever the kind (decision 127).
 */
import * as z from "zod";
import { SealBroken } from "../ports/keyring.ts";
import { StoreFault, type Body, type ContainerName, type Json, type Stored } from "../ports/store.ts";

export interface RecordKind<M extends z.ZodObject = z.ZodObject> {
  readonly container: ContainerName;
  /** How the ids of its rows begin, where the container holds several kinds. */
  readonly rows?: string;
  /** The member that tells its rows from another kind's, where both lie in the same partition. */
  readonly marked?: string;
  /** What one row is, in words that follow "The connector keeps": "a visit, under a keyed hash of its appointment". */
  readonly what: string;
  /** Members of a row's body beside `v`. Each has a description: the privacy table's words for it. */
  readonly members: M;
  /** What the member `sealed` can hold, each form under a name of its own. */
  readonly sealed?: Readonly<Record<string, z.ZodObject>>;
  /** How long a row stays, in words that follow "kept". */
  readonly kept: string;
  /** Whether rows expire; if not, they stay until somebody removes them. */
  readonly expires: boolean;
  /** The version that this release writes, and those that it reads. */
  readonly version: { readonly writes: number; readonly reads: readonly number[] };
}

/** The first version of a kind, and the only one so far. */
export const FIRST_VERSION = { writes: 1, reads: [1] } as const;

/**
 * A row that this release cannot read: it has another version, or does not match its kind. The message holds no value of the
 * row.
 */
export class UnreadableRecord extends Error {
  override readonly name = "UnreadableRecord";
  /** Where the row is, for whoever is to mend it. */
  readonly container: ContainerName | undefined;

  constructor(message: string, options: ErrorOptions & { readonly container?: ContainerName } = {}) {
    super(message, options);
    this.container = options.container;
  }
}

/**
 * A row of a newer version than this release reads. It is not damaged, so it is left to the release that wrote it, which may
 * come back. One that is too old counts as damaged: no release that wrote it comes back.
 */
export class RecordOfAnotherRelease extends UnreadableRecord {}

/** Why a row cannot be read; that says who mends it. */
export type WhyUnreadable = "damaged" | "another-release";

export const whyUnreadable = (error: UnreadableRecord): WhyUnreadable =>
  error instanceof RecordOfAnotherRelease ? "another-release" : "damaged";

/** Whether an error says that a row cannot be had: the store failed, or what is there cannot be read by this release. */
export const isNotToBeHad = (error: unknown): boolean =>
  error instanceof StoreFault || error instanceof UnreadableRecord;

/** The row, or what is sealed in one, because of which an error was thrown: the error may say so, or one that it was thrown for. */
export function unreadableIn(error: unknown): UnreadableRecord | SealBroken | undefined {
  try {
    let at = error;
    for (let depth = 0; depth < MOST_CAUSES && at instanceof Error; depth++, at = at.cause)
      if (at instanceof UnreadableRecord || at instanceof SealBroken) return at;
    return undefined;
  } catch {
    // It may be anything that was thrown, also something that cannot be looked at.
    return undefined;
  }
}

const MOST_CAUSES = 8;

/** What `read` gives, or that it is a row that cannot be read, for whoever goes on without it. */
export async function unlessUnreadable<T>(read: () => Promise<T>): Promise<T | "unreadable"> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof UnreadableRecord) return "unreadable";
    throw error;
  }
}

/** What a row of the kind holds. @throws UnreadableRecord */
export function membersOf<M extends z.ZodObject>(kind: RecordKind<M>, { body }: Stored): z.output<M> {
  refuseOtherVersion(kind, body);
  return readAs(kind, kind.members, body);
}

/**
 * The same, and undefined where the row cannot be read. It is for rows without which there is a safe answer, so that nobody is
 * kept waiting. `changeOrBeginAnew` changes them.
 */
export function membersIfReadable<M extends z.ZodObject>(
  kind: RecordKind<M>,
  stored: Stored,
): z.output<M> | undefined {
  try {
    return membersOf(kind, stored);
  } catch (error) {
    if (error instanceof UnreadableRecord) return undefined;
    throw error;
  }
}

/** Whether a row has a newer version than this release reads. One that is too old, or has no version, counts as damaged. */
export const isOfAnotherRelease = ({ version }: RecordKind, { v }: Body): boolean =>
  typeof v === "number" && v > Math.max(...version.reads);

function readAs<M extends z.ZodType>({ container }: RecordKind, schema: M, value: Json): z.output<M> {
  const read = schema.safeParse(value);
  if (read.success) return read.data;
  throw damaged(
    container,
    read.error.issues.map(({ path }) => path.join(".")),
  );
}

/** For rows that are read too often to be parsed. @param names the members that were found wrong @throws UnreadableRecord */
export function refuseDamage({ container }: RecordKind, names: readonly string[]): void {
  if (names.length > 0) throw damaged(container, names);
}

const damaged = (container: ContainerName, names: readonly string[]) =>
  new UnreadableRecord(
    `A row in ${container} is not as this release writes it (${names.join(", ")}). Restore the store, or remove that row.`,
    { container },
  );

/** @throws UnreadableRecord */
export function refuseOtherVersion(kind: RecordKind, body: Body): void {
  const { container, version } = kind;
  const { v } = body;
  if (typeof v === "number" && version.reads.includes(v)) return;
  const found = `A row in ${container} has version ${typeof v === "number" ? String(v) : "none"}, and this release reads ${version.reads.join(" and ")}.`;
  throw isOfAnotherRelease(kind, body)
    ? new RecordOfAnotherRelease(found + " Run the release that wrote it, or the one between.", { container })
    : new UnreadableRecord(found + " Restore the store, or remove that row.", { container });
}

/** For a row that is to be replaced or removed, which a damaged one may be. @throws RecordOfAnotherRelease */
export function refuseAnotherRelease(kind: RecordKind, { body }: Stored): void {
  if (isOfAnotherRelease(kind, body)) refuseOtherVersion(kind, body);
}

/** What was sealed in a row, read after it was opened. @throws UnreadableRecord */
export function contentIn<M extends z.ZodType>(kind: RecordKind, schema: M, text: string): z.output<M> {
  return readAs(kind, schema, JSON.parse(text) as Json);
}

/** The body of a new row. */
export function newBody<M extends z.ZodObject>(kind: RecordKind<M>, members: z.input<M>): Body {
  return { v: kind.version.writes, ...(members as Body) };
}

/**
 * The body that replaces a row's: its known members as given, and whatever else the row had. A damaged row is made anew.
 * @throws RecordOfAnotherRelease so that no release replaces what it does not understand
 */
export function nextBody<M extends z.ZodObject>(
  kind: RecordKind<M>,
  before: Stored,
  members: z.input<M>,
): Body {
  const { v } = before.body;
  const { reads, writes } = kind.version;
  refuseAnotherRelease(kind, before);
  const kept = keepUnknown(kind.members, before.body, members as Json) as Body;
  return { ...kept, v: typeof v === "number" && reads.includes(v) ? Math.max(v, writes) : writes };
}

/**
 * `now`, with those members of `raw` that the schema does not know, at every depth: a newer release may have written them,
 * and will need them again.
 */
export function keepUnknown(schema: z.core.$ZodType, raw: Json | undefined, now: Json): Json {
  const bare = unwrapped(schema);
  if (bare instanceof z.ZodObject && isGroup(raw) && isGroup(now)) {
    const shape = bare.shape as Readonly<Record<string, z.core.$ZodType | undefined>>;
    const unknown = Object.entries(raw).filter(([name]) => !Object.hasOwn(shape, name));
    const known = Object.entries(now).map(([name, value]): [string, Json | undefined] => {
      const member = shape[name];
      return [
        name,
        member === undefined || value === undefined ? value : keepUnknown(member, raw[name], value),
      ];
    });
    return Object.fromEntries([...unknown, ...known]);
  }
  if (bare instanceof z.ZodDiscriminatedUnion && isGroup(raw) && isGroup(now)) {
    const option = bare.options.find((one) => z.safeParse(one, raw).success && z.safeParse(one, now).success);
    return option === undefined ? now : keepUnknown(option, raw, now);
  }
  if (bare instanceof z.ZodArray && isList(raw) && isList(now))
    return now.map((value, index) => keepUnknown(bare.element, counterpart(raw, now, index), value));
  return now;
}

/**
 * The entry of the old list that an entry comes from: the one with its number, else the one at its index if no other entry
 * has that number.
 */
function counterpart(raw: readonly Json[], now: readonly Json[], index: number): Json | undefined {
  const number = numberOf(now[index]);
  const numbered = number === undefined ? undefined : raw.find((one) => numberOf(one) === number);
  if (numbered !== undefined) return numbered;
  const there = raw[index];
  const isTaken = numberOf(there) !== undefined && now.some((one) => numberOf(one) === numberOf(there));
  return isTaken ? undefined : there;
}

const numberOf = (value: Json | undefined): Json | undefined =>
  isGroup(value) && typeof value["number"] === "number" ? value["number"] : undefined;

/** The schema of the value itself, without the wrapper that says that it may be missing. */
export function unwrapped(schema: z.core.$ZodType): z.core.$ZodType {
  return schema instanceof z.ZodOptional || schema instanceof z.ZodExactOptional
    ? unwrapped(schema.unwrap())
    : schema;
}

function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}

function isGroup(value: Json | undefined): value is Readonly<Record<string, Json | undefined>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
