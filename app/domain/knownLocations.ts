/**
 * What has changed of the locations by which departments are set: in a chart a location is renamed, moved below another one
 * or taken away, and nobody tells the connector's administrator.
 */

/** A location as the chart gives it; a member is absent where the chart says nothing. */
export interface KnownLocation {
  readonly id: string;
  readonly name?: string;
  /** Id of the location of which this one is a part. */
  readonly partOf?: string;
}

/**
 * `renamed`, `moved`, `gone`: a location that a department names. `left`: one that was part of such a location, which `root`
 * is, and is no longer.
 */
export interface LocationChange {
  readonly id: string;
  readonly what: "renamed" | "moved" | "gone" | "left";
  readonly root?: string;
  /** The name before and after; for `moved` those of what it is part of; for `left` its own name is `from`. */
  readonly from?: string;
  readonly to?: string;
  readonly at: Date;
}

/** How long a change is told. What is gone is told for as long as it is gone. */
export const TOLD_DAYS = 30;
const DAY_MS = 86_400_000;

export interface KnownLocations {
  readonly known: readonly KnownLocation[];
  readonly changes: readonly LocationChange[];
  readonly below: readonly { readonly id: string; readonly root: string }[];
}

/** What the chart has just said. */
export interface LocationsRead {
  readonly roots: readonly string[];
  readonly all: readonly KnownLocation[];
  readonly below: KnownLocations["below"];
  /** Of the roots that are not among `all`: those that were asked for by their ids, with what came of that. */
  readonly asked: ReadonlyMap<string, KnownLocation | "gone">;
}

export function locationsNow(
  before: Partial<KnownLocations & Pick<LocationsRead, "roots">>,
  { roots, all, below, asked }: LocationsRead,
  now: Date,
): Pick<KnownLocations, "known" | "changes"> {
  const byId = new Map(all.map((location) => [location.id, location]));
  const had = new Map((before.known ?? []).map((location) => [location.id, location]));
  const nameOf = (id: string | undefined) =>
    id === undefined ? undefined : (byId.get(id)?.name ?? had.get(id)?.name ?? id);
  const known: KnownLocation[] = [];
  const changes: LocationChange[] = [];
  for (const id of roots) {
    const [then, said] = [had.get(id), byId.get(id) ?? asked.get(id)];
    if (said === "gone") changes.push({ id, what: "gone", ...nameIn(then, "from"), at: now });
    // What was read by its id does not say what it is part of; of the list, saying nothing is an answer.
    const { partOf: _, ...named } = then ?? {};
    const location =
      said === undefined || said === "gone" ? then : { ...(byId.has(id) ? named : then), ...said };
    if (location !== undefined) known.push(location);
    if (then === undefined || said === undefined || said === "gone") continue;
    if (then.name !== undefined && said.name !== undefined && then.name !== said.name)
      changes.push({ id, what: "renamed", from: then.name, to: said.name, at: now });
    if (byId.has(id) && then.partOf !== said.partOf)
      changes.push({
        id,
        what: "moved",
        ...text("from", nameOf(then.partOf)),
        ...text("to", nameOf(said.partOf)),
        at: now,
      });
  }
  const rootOf = new Map(below.map(({ id, root }) => [id, root]));
  // One that lies below a location by now that was added to a department is where an administrator wants it.
  const isWanted = (root: string | undefined) => root !== undefined && before.roots?.includes(root) === false;
  for (const { id, root } of before.below ?? [])
    if (roots.includes(root) && !roots.includes(id) && rootOf.get(id) !== root && !isWanted(rootOf.get(id)))
      changes.push({ id, what: "left", root, ...nameIn(byId.get(id), "from"), at: now });
  return {
    known,
    changes: [...stillTold(before.changes ?? [], changes, { roots, rootOf, now }), ...changes],
  };
}

const text = (member: "from" | "to", name: string | undefined) =>
  name === undefined ? {} : { [member]: name };
const nameIn = (location: KnownLocation | undefined, member: "from") => text(member, location?.name);

/** The earlier changes that are told on. What is still gone keeps the day on which that was noticed. */
function stillTold(
  earlier: readonly LocationChange[],
  now: LocationChange[],
  as: {
    readonly roots: readonly string[];
    readonly rootOf: ReadonlyMap<string, string>;
    readonly now: Date;
  },
): readonly LocationChange[] {
  const told: LocationChange[] = [];
  for (const change of earlier) {
    const { id, what, root = id } = change;
    if (!as.roots.includes(root)) continue;
    const again = now.findIndex((each) => each.id === id && each.what === what && what === "gone");
    if (what === "gone") {
      if (again < 0) continue;
      now.splice(again, 1);
      told.push(change);
      continue;
    }
    const isBack = what === "left" && as.rootOf.get(id) === root;
    if (!isBack && as.now.getTime() - change.at.getTime() < TOLD_DAYS * DAY_MS) told.push(change);
  }
  return told;
}

/** Whether visits may be missed because of it. Another name or another location above only wants to be known. */
export const losesVisits = ({ what }: LocationChange): boolean => what === "gone" || what === "left";

/** The change in words, for administrators. */
export function locationChangeWords({ id, what, from, to, at }: LocationChange): string {
  const since = `since ${at.toISOString().slice(0, 10)}`;
  switch (what) {
    case "renamed":
      return `Location ${id} is called “${to ?? ""}” ${since}; it was called “${from ?? ""}”.`;
    case "moved":
      return `Location ${id} is part of ${to === undefined ? "no other one" : `“${to}”`} ${since}; it was part of ${from === undefined ? "none" : `“${from}”`}.`;
    case "gone":
      return `The chart has not shown location ${id}${from === undefined ? "" : ` (“${from}”)`} ${since}, so no visits are found there. Ask the chart team which location took its place.`;
    case "left":
      return `Location ${id}${from === undefined ? "" : ` (“${from}”)`} is no part of the department’s locations any more ${since}, so visits there belong to no department, or to another one. Add it, if they should belong here.`;
  }
}
