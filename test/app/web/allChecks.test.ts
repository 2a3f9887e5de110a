import { expect, test } from "vitest";
import { jsonLog } from "../../../app/log.ts";
import { allChecks } from "../../../app/web/allChecks.ts";

test("a flow that cannot look says so, and hides nothing of the others", async () => {
  const logged: string[] = [];
  const log = jsonLog(
    (line) => logged.push(line),
    () => new Date(),
  );
  const well = { checks: () => Promise.resolve([{ name: "canary" } as const]) };
  const ill = { checks: () => Promise.reject(new Error("the store is silent")) };
  expect(await allChecks([ill, well], log)()).toEqual([
    { name: "checks", fault: "a part of them failed" },
    { name: "canary" },
  ]);
  expect(logged.join()).toContain("checks.failed");
});
