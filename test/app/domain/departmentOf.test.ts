/** A launch and the finding of visits choose the same department for the same locations. */
import { expect, test } from "vitest";
import { innermost, ownerOf } from "../../../app/domain/departmentOf.ts";
import { departmentsAt } from "../../../app/flows/finding/locations.ts";
import { departmentLookup } from "../../../app/flows/provider/departments.ts";
import type { ChartAppointment, ParentLocation } from "../../../app/ports/ehr.ts";
import { departmentOf } from "../../harness/findingDeployment.ts";

/** bed-1 < room-1 < unit-1 < building-1; room-2 < unit-2 < building-2; clinic < campus; elsewhere is nowhere. */
const PARENTS: ReadonlyMap<string, string> = new Map([
  ["bed-1", "room-1"],
  ["room-1", "unit-1"],
  ["unit-1", "building-1"],
  ["room-2", "unit-2"],
  ["unit-2", "building-2"],
  ["clinic", "campus"],
]);
const of = (id: string, ...locations: readonly string[]) =>
  departmentOf("lamna", { id, locations: [...locations] });
const start = new Date("2027-01-01T15:00:00Z");

async function bothWays(departments: readonly ReturnType<typeof of>[], locations: readonly string[]) {
  const chart = {
    parentLocation: (id: string): Promise<ParentLocation> => {
      const parent = PARENTS.get(id);
      return Promise.resolve(parent === undefined ? { kind: "top" } : { kind: "part-of", id: parent });
    },
  };
  const appointment: ChartAppointment = {
    id: "a",
    status: "booked",
    start,
    end: new Date("2027-01-01T15:30:00Z"),
    clock: "instant",
    patients: ["p"],
    patientElsewhere: false,
    locations,
    clinicians: [],
    isVideo: true,
    type: "Video Visit",
    hints: [],
  };
  const launched = await departmentLookup(chart, departments, () => Promise.resolve(undefined))(appointment);
  const roots = departments.flatMap((one) => one.locations);
  const below = [...PARENTS.keys()].flatMap((id) => {
    let root = PARENTS.get(id);
    while (root !== undefined && !roots.includes(root)) root = PARENTS.get(root);
    return root === undefined ? [] : [{ id, root }];
  });
  const parts = {
    hospital: {
      departments: () => Promise.resolve(departments),
      connection: () => Promise.resolve({ fhirBaseUrl: "https://fhir.example/r4" }),
    },
    locations: { of: () => Promise.resolve({ below, roots }) },
  } as unknown as Parameters<typeof departmentsAt>[0];
  const found = await departmentsAt(parts, "lamna");
  const location = innermost(locations, found);
  return [launched.department?.id, location === undefined ? undefined : found.get(location)?.department.id];
}

test.each<[string, readonly ReturnType<typeof of>[], readonly string[], string | undefined]>([
  [
    "of two that are below, the hospital's first, however deep",
    [of("one", "building-1"), of("two", "unit-2")],
    ["bed-1", "room-2"],
    "one",
  ],
  ["the same in the other order", [of("one", "building-1"), of("two", "unit-2")], ["room-2", "bed-1"], "one"],
  [
    "of two that are named, the hospital's first",
    [of("one", "unit-2"), of("two", "clinic")],
    ["clinic", "unit-2"],
    "one",
  ],
  [
    "one that is named before one that is below",
    [of("one", "building-1"), of("two", "unit-2")],
    ["bed-1", "unit-2"],
    "two",
  ],
  [
    "the inner of two that are named",
    [of("one", "building-1"), of("two", "unit-1")],
    ["building-1", "unit-1"],
    "two",
  ],
  [
    "the inner of two that are below",
    [of("one", "building-1"), of("two", "room-1")],
    ["unit-1", "bed-1"],
    "two",
  ],
  ["the only one", [of("one", "building-1")], ["elsewhere", "bed-1"], "one"],
  ["the nearest above", [of("one", "building-1"), of("two", "unit-1")], ["bed-1"], "two"],
  ["the first that names it", [of("one", "clinic"), of("two", "clinic")], ["clinic"], "one"],
  [
    "the first of two locations of one department",
    [of("one", "clinic", "unit-1"), of("two", "campus")],
    ["bed-1", "clinic"],
    "one",
  ],
  ["none", [of("one", "clinic")], ["elsewhere", "bed-1"], undefined],
  ["none without locations", [of("one", "clinic")], [], undefined],
])("a launch and the finding of visits choose %s", async (_which, departments, locations, chosen) => {
  expect(await bothWays(departments, locations)).toEqual([chosen, chosen]);
});

test("a location is of the first department that names it", () => {
  expect(ownerOf([of("one", "a"), of("two", "b", "a")], "a")?.id).toBe("one");
  expect(ownerOf([of("one", "a")], "b")).toBeUndefined();
});
