import { expect, test } from "vitest";
import { monthlyCost } from "../../../infra/rehearsal/costs.ts";
import { howTrue } from "../../../infra/rehearsal/known.ts";
import { json } from "../../../infra/rehearsal/report/json.ts";
import type { RehearsalResult } from "../../../infra/rehearsal/report/result.ts";
import { screen } from "../../../infra/rehearsal/report/screen.ts";
import { exitCode } from "../../../infra/rehearsal/report/verdict.ts";
import { page } from "../../../scripts/rehearse/page.tsx";
import { failedInUp, failedInVisit, passed, unconnected } from "./reportResults.ts";

/** The lines between a heading and the next blank line. */
function section(text: string, heading: string): string {
  const lines = text.split("\n");
  const start = lines.findIndex((line) => line.startsWith(heading));
  expect(start, heading).toBeGreaterThanOrEqual(0);
  const end = lines.indexOf("", start);
  return lines.slice(start + 1, end < 0 ? undefined : end).join("\n");
}

const unwrapped = (text: string) => text.replaceAll(/\s+/gu, " ");

test("the first two lines say that it passed and what to do next, and so do the last two", () => {
  const lines = screen(passed).trimEnd().split("\n");
  expect(lines[0]).toBe(
    "PASSED: lamna-production came up and was visited in 44 seconds: 9 resources, 1 policy kept.",
  );
  expect(lines[1]).toBe(
    "  Next: 2 things by hand, then pulumi up --stack lamna-production, then 5 things by hand.",
  );
  expect(lines.slice(-2)).toEqual(lines.slice(0, 2));
});

test("what to act on stands above what to look into, and the texts to paste come last", () => {
  const text = screen(passed);
  const headings = [
    "STEPS",
    "NOT EXERCISED",
    "ONLY A PERSON CAN DO THIS",
    "WOULD BE CREATED",
    "WOULD COST A MONTH",
    "POLICIES",
    "SETTINGS",
    "WHERE THE PRICES ARE FROM",
    "TO PASTE, 1: ",
  ];
  const positions = headings.map((heading) => text.indexOf("\n" + heading));
  expect(positions).toEqual(positions.toSorted((one, other) => one - other));
  expect(positions[0]).toBeGreaterThan(0);
});

test.each([
  ["passed", passed],
  ["failed in up", failedInUp],
  ["failed in the visit", failedInVisit],
  ["without connections", unconnected],
])("everything but what is pasted and logged fits in 100 columns: %s", (_name, result) => {
  const [overview = ""] = screen(result).split("\nTO PASTE, 1: ");
  expect(overview.split("\n").filter((line) => line.length > 100)).toEqual([]);
});

test("each step has its result and its time", () => {
  const steps = section(screen(failedInVisit), "STEPS");
  expect(steps).toContain("  ok       42.7 s  pulumi up, by the real engine and the policies: 9 resources");
  expect(steps).toContain("  ok        23 ms  A clinician opens the visit from the chart");
  expect(steps).toContain("  FAILED    90 ms  The chart is read, the Teams meeting is opened");
  expect(steps).toContain("Called, but nobody of this deployment: telemetry.lamna.example");
});

test("a failure names the step, the key to change and its file, and shows the end of the log", () => {
  const text = screen(failedInVisit);
  const [sentence, key, told] = text.split("\n");
  expect(sentence).toBe(
    'FAILED: lamna-production, at the step "The chart is read, the Teams meeting is opened".',
  );
  expect(key).toBe("  Change departments[].organizer in Pulumi.lamna-production.yaml.");
  expect(told).toMatch(/^ {2}Graph does not know the organizer/u);
  const log = section(text, "ITS LOG");
  expect(log).toContain("line 60 of the log");
  expect(log).not.toContain("line 20 of the log");
  expect(log).toContain("20 lines before these");
});

test("a refusal by a policy says which, on what, and the remedy", () => {
  const text = screen(failedInUp);
  expect(text).toContain("Change sizes.instances in Pulumi.lamna-production.yaml.");
  const policies = section(text, "POLICIES");
  expect(policies).toContain("EHR-WEB-23: Production runs on two instances at least");
  expect(policies).toContain("mandatory, plan: sku.capacity is 1");
  expect(policies).toContain("Remedy: Set sizes.instances to 2 or more.");
  expect(section(text, "WOULD BE CREATED")).toContain("Nothing was made.");
  expect(text).not.toContain("WOULD COST A MONTH");
});

test("a rehearsal that did not begin says why", () => {
  const { steps: _steps, ...others } = failedInUp;
  const lines = screen({ ...others, steps: [], fault: { told: "No engine is here." } }).split("\n");
  expect(lines.slice(0, 2)).toEqual([
    "FAILED: lamna-production could not be rehearsed.",
    "  No engine is here.",
  ]);
});

test("resources are counted by what they are for, and the counts add up", () => {
  const created = section(screen(passed), "WOULD BE CREATED");
  expect(unwrapped(created)).toContain("3 Network 2 PrivateEndpoint, VirtualNetwork");
  expect(unwrapped(created)).toContain("1 Registration in Entra Application");
  expect(unwrapped(created)).toContain("1 Release Ready");
  const counts = created.split("\n").flatMap((line) => /^ +(\d+) {2}\S/u.exec(line)?.[1] ?? []);
  expect(counts.slice(0, -1).reduce((sum, count) => sum + Number(count), 0)).toBe(Number(counts.at(-1)));
});

test("costs say at rest and at most, and whose prices they are", () => {
  const text = screen(passed);
  const costs = section(text, "WOULD COST A MONTH");
  const all = passed.costs;
  expect(costs).toContain(all.totalUsd.toFixed(2));
  expect(costs).toContain(all.totalUsdAtMost.toFixed(2));
  expect(unwrapped(costs)).toContain(all.note);
  for (const { source, asOf } of all.lines)
    expect(unwrapped(section(text, "WHERE THE PRICES ARE FROM"))).toContain(`${source} (${asOf})`);
});

test("what is paid for and has no price is said beside the numbers", () => {
  const costs = monthlyCost([
    { type: "azure-native:cache:Redis", inputs: {} },
    { type: "azure-native:keyvault:Vault", inputs: {} },
  ]);
  const words =
    "NOT ESTIMATED, because no price with a source and a date is at hand: Key Vault: operations, keys that renew themselves; azure-native:cache:Redis.";
  expect(unwrapped(screen({ ...passed, costs }))).toContain(words);
  expect(page({ ...passed, costs })).toContain(words);
});

test("what no step tried is said with its reason", () => {
  const list = unwrapped(section(screen(passed), "NOT EXERCISED"));
  expect(passed.notExercised.map(({ what }) => what)).toEqual([
    "the connection lamna-south",
    "Ready ready",
    "Budget budget",
    "managed rules of the firewall, except 941110, 942100, 942450, 931130",
  ]);
  for (const { what, why } of passed.notExercised) {
    expect(list).toContain(`${what}: ${why}.`);
    expect(page(passed)).toContain(why);
  }
});

test.each([
  ["text", screen],
  ["HTML", page],
])("how well the rules of this Azure are known is said after every rehearsal: %s", (_name, form) => {
  for (const result of [passed, failedInUp, failedInVisit])
    expect(unwrapped(form(result))).toContain(unwrapped(howTrue()));
});

test("settings are shown by app, the slot's by what differs", () => {
  const settings = section(screen(passed), "SETTINGS");
  expect(settings).toMatch(/VAULT_WRAPPING_KEY +connector-wrapping/u);
  const [, slot = ""] = settings.split("staging, as site except:");
  expect(slot.trim()).toMatch(/^CONNECTOR_WORKER +off$/u);
});

/** Secrets as a setting, inside a setting's value, as an input, and as Pulumi encrypts them. */
const MARKERS = [
  "Planted+Setting/902",
  "Inside*Connection/313",
  "Given-Input_774",
  "Pulumi=Encrypts.551",
] as const;

test.each([
  ["text", screen],
  ["JSON", json],
  ["HTML", page],
])("no secret is passed on, wherever it was put or repeated: %s", (_name, form) => {
  const [setting, inside, input, encrypted] = MARKERS;
  const planted: RehearsalResult = {
    ...failedInVisit,
    settings: [
      {
        app: "site",
        values: [
          { name: "PARTNER_API_KEY", value: setting },
          { name: "STORAGE", value: `AccountName=x;AccountKey=${inside}` },
          ...(passed.settings[0]?.values ?? []),
        ],
      },
    ],
    resources: [
      { type: "azure-native:web:WebApp", name: "site", inputs: { clientSecret: input } },
      {
        type: "azure-native:keyvault:Secret",
        name: "partner",
        inputs: {
          properties: {
            value: {
              "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
              value: encrypted,
            },
          },
        },
      },
    ],
    fault: {
      told: `It was refused with ${setting}.`,
      log: `key=${input} value=${encrypted} AccountName=x;AccountKey=${inside}`,
    },
  };
  const text = form(planted);
  for (const marker of MARKERS) expect(text).not.toContain(marker);
  expect(text).toContain("PARTNER_API_KEY");
  expect(text).toContain("(a secret, not shown)");
});

test("the JSON is the result, and the same whatever the order in which it was put together", () => {
  const read = JSON.parse(json(failedInVisit)) as RehearsalResult;
  expect(read).toEqual(failedInVisit);
  const reversed = Object.fromEntries(
    Object.entries(failedInVisit).toReversed(),
  ) as unknown as RehearsalResult;
  expect(json(reversed)).toBe(json(failedInVisit));
});

test("the exit code tells a pipeline", () => {
  expect([passed, failedInUp, failedInVisit, unconnected].map(exitCode)).toEqual([0, 1, 1, 0]);
});

test("the page loads nothing, runs nothing, and shows what a stranger wrote as text", () => {
  const html = page({ ...passed, stack: "<script>alert(1)</script>" });
  expect(html).not.toMatch(/<script|<link|<img|<iframe|javascript:|@import|url\(/u);
  expect(html).toContain("&lt;script>alert(1)&lt;/script>");
  expect(html).toMatch(/Content-Security-Policy" content="default-src 'none'; style-src 'sha256-/u);
});
