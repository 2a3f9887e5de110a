/** What reads a chart is done anew where others have changed the visit meanwhile, and not for ever. */
import { expect, test } from "vitest";
import { unlessChanged, VisitChanged } from "../../../app/records/visitChanged.ts";

test.each([
  [0, 1],
  [2, 3],
])("where the visit was changed %i times meanwhile, the chart is read %i times", async (changed, reads) => {
  let read = 0;
  const act = () => (++read <= changed ? Promise.reject(new VisitChanged()) : Promise.resolve("opened"));
  expect([await unlessChanged(act), read]).toEqual(["opened", reads]);
});

test("it is given up after three times, and at once for another reason", async () => {
  let read = 0;
  const act = (error: Error) => () => {
    read += 1;
    return Promise.reject(error);
  };
  await expect(unlessChanged(act(new VisitChanged()))).rejects.toBeInstanceOf(VisitChanged);
  expect(read).toBe(3);
  await expect(unlessChanged(act(new TypeError("bug")))).rejects.toThrow("bug");
  expect(read).toBe(4);
});
