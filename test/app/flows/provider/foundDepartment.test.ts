/** The department in which finding visits has placed an appointment, where the chart does not show a clinician its location. */
import { expect, test } from "vitest";
import { foundDepartment } from "../../../../app/flows/provider/foundDepartment.ts";
import { StoreFault } from "../../../../app/ports/store.ts";
import { UnreadableRecord } from "../../../../app/records/record.ts";
import { departmentOf } from "../../../harness/findingDeployment.ts";

const [EAST, WEST] = ["east", "west"].map((id) => departmentOf("lamna", { id, locations: [id] })) as [
  ReturnType<typeof departmentOf>,
  ReturnType<typeof departmentOf>,
];
const FOUND = { standing: "on", connectionId: "lamna", departmentId: "west", location: "loc-1" };

function placed(found: object | Error | undefined) {
  const logged: unknown[][] = [];
  const asked: string[] = [];
  const parts = {
    foundVisits: {
      idOf: (base: string, id: string) => base + "/" + id,
      byId(id: string) {
        asked.push(id);
        return found instanceof Error ? Promise.reject(found) : Promise.resolve(found);
      },
    },
    log: { error: (...given: unknown[]) => void logged.push(given) },
  } as unknown as Parameters<typeof foundDepartment>[0];
  const connection = { id: "lamna", fhirBaseUrl: "https://fhir.example" } as Parameters<
    typeof foundDepartment
  >[1];
  const of = foundDepartment(parts, connection, [EAST, WEST]);
  return { asked, logged, come: of({ id: "a-1", locations: ["loc-0", "loc-1"] }) };
}

test.each<[what: string, found: object | undefined, id: string | undefined]>([
  ["was found there", FOUND, "west"],
  ["was never found", undefined, undefined],
  ["is canceled, as far as that is known", { ...FOUND, standing: "cancelled" }, undefined],
  ["is away", { ...FOUND, standing: "away" }, undefined],
  ["was found for another connection", { ...FOUND, connectionId: "lamna-2" }, undefined],
  ["is at that location no more", { ...FOUND, location: "loc-9" }, undefined],
  ["was found in a department that was removed", { ...FOUND, departmentId: "gone" }, undefined],
])("is known, or not, of a visit that %s", async (_what, found, id) => {
  const { asked, come } = placed(found);
  expect((await come)?.id).toBe(id);
  expect(asked).toEqual(["https://fhir.example/a-1"]);
});

test("is not known where the row cannot be had, which is logged; a bug is none of that", async () => {
  for (const error of [new StoreFault("it is away"), new UnreadableRecord("damaged")]) {
    const { logged, come } = placed(error);
    expect([await come, logged]).toEqual([
      undefined,
      [["record.unreadable", error, { connection: "lamna" }]],
    ]);
  }
  const bug = new TypeError("a bug");
  const { logged, come } = placed(bug);
  await expect(come).rejects.toBe(bug);
  expect(logged).toEqual([]);
});
