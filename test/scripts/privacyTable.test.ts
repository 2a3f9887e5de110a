import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { privacyTables } from "../../scripts/privacyTable.ts";

test("README and the list of fields say what the schemas say (npm run privacy-table writes them)", async () => {
  for (const [path, text] of await privacyTables())
    expect(await readFile(new URL("../../" + path, import.meta.url), "utf8"), path).toBe(text);
});
