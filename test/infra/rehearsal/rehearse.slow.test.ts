/**
 * `npm run rehearse` from a stack file to a visit, with the real engine, and what it says about programs that lack
 * something.
 */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, test } from "vitest";
import { pack, type Artifact } from "../../../scripts/package/pack.ts";
import { zipped } from "../../../scripts/package/zip.ts";
import { partByCommit } from "../../engine/byCommit.ts";
import { processesWith } from "../../engine/processes.ts";
import type { ProgramCopy } from "../../engine/programCopy.ts";
import {
  engineOrLoudly,
  played,
  programWith,
  rehearse,
  resultIn,
  stackFileOf,
  temporaryFolder,
} from "./rehearsing.ts";

const engine = await engineOrLoudly();
const SECONDS = 1000;

describe.skipIf(engine.kind === "none")("npm run rehearse", () => {
  test.each([
    [
      "lamna-test",
      "The patient's link leads to Teams (second visit)",
      "The canary visits pass, as npm run smoke asks for them: lamna-test",
    ],
    ["sample", "Whoever launches is told what is missing", "Everybody who deploys may ask, too"],
  ])(
    "of %s passes, leaves nothing, and the stack file is what it was",
    async (name, last, operators) => {
      const [folder, results] = [await temporaryFolder(), await temporaryFolder()];
      const before = await readFile(stackFileOf(name));
      const file = join(results.path, "result.json");
      const run = rehearse(folder.path, name, "--json", file);
      expect(await run.ended, run.said()).toBe(0);
      const { passed, steps, refusedHosts } = await resultIn(file);
      expect({ passed, refusedHosts }).toEqual({ passed: true, refusedHosts: [] });
      expect(steps.filter(({ ok }) => !ok)).toEqual([]);
      expect(steps.map((step) => step.name)).toContain(last);
      expect(
        steps.map((step) => (step.told === undefined ? step.name : `${step.name}: ${step.told}`)),
      ).toContain(operators);
      expect(await folder.left()).toEqual([]);
      expect((await readFile(stackFileOf(name))).equals(before)).toBe(true);
    },
    240 * SECONDS,
  );

  test(
    "of a stack that cannot be deployed fails, says why with the key, and leaves nothing",
    async () => {
      const [folder, own] = [await temporaryFolder(), await temporaryFolder()];
      const file = join(own.path, "Pulumi.lamna-test.yaml");
      const text = await readFile(stackFileOf("lamna-test"), "utf8");
      await writeFile(file, text + "    events:\n      systemTopic: not-there\n");
      const result = join(own.path, "result.json");
      const run = rehearse(folder.path, file, "--json", result);
      expect(await run.ended, run.said()).toBe(1);
      expect(run.said()).toContain("events.systemTopic");
      expect((await resultIn(result)).fault?.stackKey).toBe("events.systemTopic");
      expect(await folder.left()).toEqual([]);
    },
    240 * SECONDS,
  );

  test("of a package that nobody has says what to do, before anything is started", async () => {
    const folder = await temporaryFolder();
    const run = rehearse(folder.path, "lamna-production");
    expect(await run.ended).toBe(1);
    expect(run.said()).toMatch(/^release\.site: dist\/packages has no package [0-9a-f]{64}/);
    expect(run.said()).toContain("npm run rehearse -- lamna-production --package built");
    expect(await folder.left()).toEqual([]);
  });

  test(
    "stopped by a Ctrl-C ends soon, leaves nothing, and says so by its exit code",
    async () => {
      const folder = await temporaryFolder();
      const run = rehearse(folder.path, "lamna-test");
      await run.until(/Rehearsing/u);
      // The processes are the engine, its language host, the program, the plugin and the policy pack.
      await expect
        .poll(async () => (await processesWith("TMPDIR=" + folder.path)).length, { timeout: 60 * SECONDS })
        .toBeGreaterThan(5);
      const asked = performance.now();
      run.child.kill("SIGINT");
      expect(await run.ended, run.said()).toBe(130);
      expect(performance.now() - asked).toBeLessThan(20 * SECONDS);
      expect(await folder.left()).toEqual([]);
    },
    240 * SECONDS,
  );

  test(
    "that stays up deploys what a person changes, and a Ctrl-C takes all of it away",
    async () => {
      const [folder, own] = [await temporaryFolder(), await temporaryFolder()];
      const file = join(own.path, "Pulumi.lamna-test.yaml");
      const text = withSecret(await readFile(stackFileOf("lamna-test"), "utf8"));
      await writeFile(file, text);
      const run = rehearse(folder.path, file, "--keep");
      await run.until(/Enter deploys/u);
      expect(run.said()).toContain("https://authorization.cerner.com/");
      expect(run.said()).toContain("The connector proves itself and gets a token (by-secret)");
      const changed = text.replace("Lamna Cardiology", "Lamna Heart Clinic");
      await writeFile(file, changed);
      run.child.stdin?.write("\n");
      await run.until(/\(second visit\) \(Lamna Heart Clinic\).*Enter deploys/su);
      run.child.kill("SIGTERM");
      expect(await run.ended, run.said()).toBe(0);
      expect(await folder.left()).toEqual([]);
      expect(await readFile(file, "utf8")).toBe(changed);
    },
    360 * SECONDS,
  );
});

/** A stack file with another chart system, whose client has a secret that a person puts into the vault after `up`. */
const withSecret = (text: string): string =>
  text.replace(/^ {4}departments:\n/mu, (key) => CONNECTION + key + DEPARTMENT);

const CONNECTION = `      - id: by-secret
        name: By a secret
        fhirBaseUrl: https://fhir-ehr-code.cerner.com/r4/8d2f3c1a-5b7e-4c09-9a61-2e4f6b8d0c12
        environment: test
        provider:
          clientId: 91c4d7e8-0000-4000-8000-0000000c0005
          authentication: { method: client_secret_basic, secret: by-secret }
`;
const DEPARTMENT = `      - id: neurology
        name: Lamna Neurology
        phone: (202) 555-0143
        timeZone: America/Chicago
        connection: by-secret
        locations: ["21000102"]
        organizer: 7d0c5a1e-0000-4000-8000-00000000a001
`;

/**
 * One passage of the program each, changed so that something is not there; and the words by which a rehearsal names it. A run
 * takes two of them, which the commit decides, since takeAway.slow.test.ts tries the same of a deployment that stands
 * (lacking.ts); REHEARSE=all takes all.
 */
const BROKEN: readonly (readonly [what: string, file: string, from: string, to: string, says: RegExp])[] = [
  [
    "a required setting",
    "infra/settings.ts",
    "    MICROSOFT_GRAPH: made.graph,\n",
    "",
    /does not start: .*MICROSOFT_GRAPH is missing/s,
  ],
  [
    "the startup command",
    "infra/components/siteArguments.ts",
    "      appCommandLine: START,\n",
    "",
    /does not start: There is no startup command/,
  ],
  [
    "what the startup command names",
    "infra/components/siteArguments.ts",
    `"connector.js"].join`,
    `"other.js"].join`,
    /does not start: .*other\.js/s,
  ],
  [
    "the site's role on the packages",
    "infra/components/storage.ts",
    `      grant(PACKAGES, { ...connector, role: "storageBlobDataReader", scope: packages.id }, { parent: this }),\n`,
    "",
    /does not start: .*lacks Storage Blob Data Reader/s,
  ],
  [
    "the site's role on the keys",
    "infra/components/secrets.ts",
    "const mayUse = keys.map(",
    "const mayUse = keys.slice(0, 0).map(",
    /is not ready: .*may not use the vault: a role assignment/s,
  ],
  [
    "the site's role on the key that Oracle knows it by",
    "infra/components/secrets.ts",
    "const mayUse = keys.map(",
    "const mayUse = keys.slice(0, 2).map(",
    /may not use the vault: a role assignment.*keys\/fhir-lamna-test/s,
  ],
  [
    "the site's role on the store",
    "infra/components/data.ts",
    "const role = this.#role(context, account, database, identity);",
    "const role = database;",
    /may not use the store: a role assignment/,
  ],
  [
    "a container",
    "infra/components/data.ts",
    "return containers.map(",
    `return containers.filter(({ name }) => name !== "visits").map(`,
    /has no container visits/,
  ],
  [
    "the queue of background work",
    "infra/components/storage.ts",
    "const QUEUES = Object.values(QUEUE_NAMES);",
    "const QUEUES = [QUEUE_NAMES.poison];",
    /no queue work, which|may not use the queue work: a role/,
  ],
  [
    "the queue of what no worker could read",
    "infra/components/storage.ts",
    "const QUEUES = Object.values(QUEUE_NAMES);",
    "const QUEUES = [QUEUE_NAMES.work];",
    /no queue work-poison, which|may not use the queue work-poison: a role/,
  ],
  [
    "the site's role on the queues",
    "infra/components/storage.ts",
    "      ...queues.map((queue, index) =>\n        grant(",
    "      ...queues.slice(0, 0).map((queue, index) =>\n        grant(",
    /may not use the queue work(-poison)?: a role assignment/,
  ],
  [
    "the federated credential",
    "infra/components/registration.ts",
    "new azuread.ApplicationFederatedIdentityCredential(",
    `new pulumi.ComponentResource("ehr:components:Nothing",`,
    /federated credential/,
  ],
];

describe.skipIf(engine.kind === "none")("a rehearsal of a program that lacks", () => {
  let artifact: Artifact;
  beforeAll(async () => {
    artifact = await pack(fileURLToPath(new URL("../../..", import.meta.url)));
  });
  /** Plays a rehearsal with a copy of the program, and with all temporary files in a folder of their own. */
  async function playedWith(
    change: (program: ProgramCopy) => Promise<unknown>,
    options: { readonly zip?: Artifact["zip"]; readonly policies?: "enforced" | "left out" } = {},
  ) {
    const { zip = artifact.zip, policies = "enforced" } = options;
    if (engine.kind === "none") throw new Error(engine.because);
    const own = await temporaryFolder();
    const program = await programWith(own.path, zip);
    await change(program);
    const folder = await temporaryFolder();
    const before = process.env["TMPDIR"];
    process.env["TMPDIR"] = folder.path;
    try {
      const result = await played(engine, "lamna-test", program, policies);
      return { ...result, left: await folder.left() };
    } finally {
      if (before === undefined) delete process.env["TMPDIR"];
      else process.env["TMPDIR"] = before;
    }
  }

  test.each(partByCommit(BROKEN, "REHEARSE", 6))(
    "%s fails and says so",
    async (_what, file, from, to, says) => {
      // The policies are left out, because they would refuse it before anything is made.
      const result = await playedWith((program) => program.change(file, from, to), { policies: "left out" });
      expect(result.fault?.told).toMatch(says);
      expect(result.passed).toBe(false);
      expect(result.steps.at(-1)).toMatchObject({ ok: false });
      expect(result.left).toEqual([]);
    },
    360 * SECONDS,
  );

  test(
    "nothing, but whose package calls somebody whom nobody knows, fails and names the host",
    async () => {
      const files = new Map(artifact.files);
      const call = `void fetch("https://telemetry.example/").catch(() => undefined);\n`;
      files.set("connector.js", Buffer.concat([Buffer.from(call), files.get("connector.js") ?? Buffer.of()]));
      const result = await playedWith(() => Promise.resolve(), {
        zip: await zipped(files),
        policies: "left out",
      });
      expect(result.passed).toBe(false);
      expect(result.refusedHosts).toEqual(["telemetry.example"]);
      expect(result.fault?.told).toContain("telemetry.example");
      expect(result.steps.filter(({ ok }) => !ok).map(({ name }) => name)).toEqual([
        "Nobody else was called",
      ]);
    },
    360 * SECONDS,
  );
});
