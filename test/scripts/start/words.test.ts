/** What `npm start` says if a person has to correct something first: what to do, and never a stack trace. */
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { once } from "node:events";
import { createServer, type AddressInfo, type Server } from "node:net";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { spawnSync } from "node:child_process";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { ANY_PORTS, startSandbox } from "../../../app/sandbox/sandbox.ts";
import { startConnector } from "../../../scripts/local/connector.ts";
import { portsFrom } from "../../../scripts/local/sandboxStack.ts";
import { ExplainedError, readDeployedStackFile, readStackFile } from "../../../scripts/local/stackFile.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "start-words-"));
});
afterAll(() => rm(folder, { recursive: true }));

const SHOWN = "stacks/Pulumi.local.yaml";

async function said(attempt: Promise<unknown>): Promise<string> {
  const error: unknown = await attempt.then(
    () => new Error("nothing was wrong"),
    (cause: unknown) => cause,
  );
  if (!(error instanceof ExplainedError)) throw error;
  return error.message;
}

async function saidOf(text: string): Promise<string> {
  const file = join(folder, "stack.yaml");
  await writeFile(file, text);
  return said(readStackFile(file, SHOWN));
}

describe("a stack file", () => {
  test.each([
    ["a: b: c", "Nested mappings are not allowed in compact mappings at line 1, column 4."],
    ["config:\n\ttenant: lamna\n", "Tabs are not allowed as indentation at line 2, column 1."],
    [
      "a: Lamna: Cardiology",
      ' A text with a colon and a blank in it stands in quotes, such as "Lamna: Cardiology".',
    ],
    ["email: @klinik", " A text that begins with @, ` or % stands in quotes."],
    ['config:\n  a: ["1]\n  b: "2"\n', " The one in line 2 is not closed."],
    ['config:\n  a: "#3"\n  b: 6" # "\n  c: "2\n', " The one in line 4 is not closed."],
    ['config:\n  a: "3 \\" #"\n  b: \'"#\'\n  c: {"d":"2}\n', " The one in line 4 is not closed."],
    [
      "config:\n  a: Children's # 'x\n  b: 'it''s #1'\n  c: \"'\"\n  d: '2\n",
      " The one in line 5 is not closed.",
    ],
    ["config: {", "at line 1, column 10."],
    ["config:\n  a: 1\n  a: 2\n", "a stands twice in one group, the second time in line 3; take one out."],
    ["config: *nothing", "Unresolved alias (the anchor must be set before the alias): nothing."],
  ])("that is not YAML is told in one line, with its line and column: %j", async (text, words) => {
    const line = await saidOf(text);
    expect(line).toMatch(/^stacks\/Pulumi\.local\.yaml is not valid YAML: [^\n]+\.$/);
    expect(line).toContain(words);
  });

  test.each([
    ["", / has no config section; stacks\/README\.md shows one\.$/],
    ["just words", / has no config section; /],
    ["config: []", / has no config section; /],
    [
      "config:\n  aws:region: x\n",
      / has no teams-ehr-connector:connector under config, but aws:region; stacks\/README\.md shows it\.$/,
    ],
  ])("without our settings says where they belong: %j", async (text, words) => {
    expect(await saidOf(text)).toMatch(words);
  });

  test("with wrong settings names each key", async () => {
    const words = await saidOf(
      "config:\n  teams-ehr-connector:connector:\n    tenant: Lamna!\n    environment: laptop\n    nonsense: 1\n",
    );
    expect(words).toMatch(/^stacks\/Pulumi\.local\.yaml cannot be used:\n/);
    for (const key of ["tenant", "environment", "nonsense", "organization"]) expect(words).toContain(key);
  });

  test("with a second key under config says that it is none, besides what else is wrong", async () => {
    const words = await saidOf(
      "config:\n  teams-ehr-connector:conector: {}\n  teams-ehr-connector:connector:\n    tenant: lamna\n",
    );
    expect(words).toContain(
      "\n  config.teams-ehr-connector:conector: is not a setting; everything stands under",
    );
    expect(words).toContain("\n  environment: is missing");
  });

  test("with a merge is told of it alone, and not of all that it would have brought", async () => {
    const words = await saidOf(
      "config:\n  teams-ehr-connector:connector:\n    organization: &o {name: Lamna}\n    owners:\n      <<: *o\n",
    );
    expect(words).toBe(
      SHOWN +
        " cannot be used:\n  config.teams-ehr-connector:connector.owners: << merges are not read; write out here what is to stand here",
    );
  });

  test("with points between thousands says what it is read as", async () => {
    const words = await saidOf(
      "config:\n  teams-ehr-connector:connector:\n    budget:\n      monthlyAmount: 2.000\n",
    );
    expect(words).toBe(
      SHOWN + " cannot be used:\n  budget.monthlyAmount: 2.000 is read as 2; write 2000 without a point",
    );
  });

  test("with such numbers and merges among another program's keys is told of our own faults alone", async () => {
    const words = await saidOf(
      "config:\n  other:x: &o {rate: 0.125}\n  other:rate: 0.125\n  other:y:\n    <<: *o\n  teams-ehr-connector:connector:\n    tenant: lamna\n",
    );
    expect(words).toContain("\n  environment: is missing");
    expect(words).not.toMatch(/is read as|merges/);
    expect(await saidOf("config:\n  <<: &o {a: 1}\n  teams-ehr-connector:connector: {}\n")).toContain(
      "config: << merges are not read",
    );
  });

  test("of a laptop is nothing to deploy", async () => {
    const local = join(import.meta.dirname, "../../../stacks/Pulumi.local.yaml");
    expect(await said(readDeployedStackFile(local, "local", "a rehearsal deploys"))).toBe(
      "local is environment: local, a laptop's own, which npm start runs; a rehearsal deploys a stack whose environment is test or production.",
    );
  });

  test("of production that names itself as its test stack is refused by the file's name", async () => {
    const text = await readFile(
      join(import.meta.dirname, "../../../stacks/Pulumi.lamna-production.yaml"),
      "utf8",
    );
    const file = join(folder, "Pulumi.lamna-test.yaml");
    await writeFile(file, text);
    expect(await said(readStackFile(file, SHOWN))).toContain(
      "testStack.stack: lamna-test is this production stack itself",
    );
  });

  test("of production that follows another production is refused by what that one's own file says", async () => {
    const stacks = await mkdtemp(join(folder, "stacks-"));
    const text = await readFile(
      join(import.meta.dirname, "../../../stacks/Pulumi.lamna-production.yaml"),
      "utf8",
    );
    const follower = join(stacks, "Pulumi.lamna-live.yaml");
    await writeFile(follower, text);
    expect((await readStackFile(follower, SHOWN)).testStack?.stack).toBe("lamna-test");
    await writeFile(join(stacks, "Pulumi.lamna-test.yaml"), text);
    expect(await said(readStackFile(follower, SHOWN))).toContain(
      "testStack.stack: lamna-test is a production stack, as its own file says",
    );
    for (const own of [
      "config: {",
      "",
      "config:\n  teams-ehr-connector:connector:\n    environment: test\n",
    ]) {
      await writeFile(join(stacks, "Pulumi.lamna-test.yaml"), own);
      expect((await readStackFile(follower, SHOWN)).environment).toBe("production");
    }
  });

  test("that is not there says where it was looked for, and which there are", async () => {
    for (const name of ["Pulumi.north-test.yaml", "Pulumi.north-production.yaml", "README.md"])
      await writeFile(join(folder, name), "");
    const file = "Pulumi.north-tset.yaml";
    expect(await said(readStackFile(join(folder, file), "stacks/" + file))).toMatch(
      /^stacks\/Pulumi\.north-tset\.yaml is not there\. stacks has the stacks (?:\S+, )*north-production, north-test(?:, \S+)*: name one of these, /,
    );
    // A name alone is shown as it was asked for.
    expect(await said(readStackFile(join(folder, file), "north-tset"))).toContain(
      `north-tset is not there. ${basename(folder)}/ has the stacks `,
    );
  });

  test.each(["nowhere/missing.yaml", "."])("that cannot be read says where to get one: %s", async (name) => {
    expect(await said(readStackFile(join(folder, name), SHOWN))).toBe(
      SHOWN + " cannot be read. Restore it from the repository, or write it anew by stacks/README.md.",
    );
  });
});

test.each(["abc", "80", "65501", "3000.5", "-3000", "0x1000", "3e3", " 3000"])(
  "PORT=%s is refused with what it may be",
  (text) => {
    expect(() => portsFrom(text)).toThrow("PORT must be a number from 1024 to 65500");
  },
);

test.each([
  [undefined, 3000],
  ["", 3000],
  ["4400", 4400],
])("PORT=%s is %i", (text, port) => {
  expect(portsFrom(text).connector).toBe(port);
});

describe("a port that somebody else holds is named", () => {
  async function hold(port: number): Promise<Server> {
    const holder = createServer().listen(port, "127.0.0.1");
    await once(holder, "listening");
    onTestFinished(() => void holder.close());
    return holder;
  }
  const portOf = (server: Server) => (server.address() as AddressInfo).port;

  function serversOpenedFromNowOn(): () => readonly Server[] {
    const opened: Server[] = [];
    const channel = "tracing:net.server.listen:asyncEnd";
    const hear = (message: unknown) => void opened.push((message as { server: Server }).server);
    subscribe(channel, hear);
    onTestFinished(() => void unsubscribe(channel, hear));
    return () => opened;
  }

  test("when it is the connector's, before anything is started", async () => {
    const port = portOf(await hold(0));
    const never = { bundle: "/nowhere", environment: {}, logFile: join(folder, "log") };
    const words = await said(startConnector({ ...never, url: "http://127.0.0.1:" + String(port) }));
    // The process is named only on systems that tell it.
    const holder = `(?: \\(process ${String(process.pid)}\\))?`;
    expect(words).toMatch(
      new RegExp(
        `^Port ${String(port)} is in use${holder}. Stop the program that holds it, or choose other ports with PORT.$`,
      ),
    );
  });

  test("when it is the sandbox's, and what was started before it is stopped again", async () => {
    const held = portOf(await hold(0));
    const opened = serversOpenedFromNowOn();
    const start = startSandbox({
      tenantId: "aaaaaaaa-0000-4000-8000-000000000001",
      signInRedirectUrl: "http://127.0.0.1:1/signin/callback",
      charts: [],
      vault: { keys: [] },
      ports: { ...ANY_PORTS, oracle: { pages: held, backChannel: 0 } },
      now: () => new Date(),
    });
    await expect(start).rejects.toThrow(new RegExp("^Port " + String(held) + " on .* is in use"));
    expect(opened().length).toBeGreaterThan(0);
    expect(opened().filter(({ listening }) => listening)).toEqual([]);
  });
});

describe("a Node that is too old", () => {
  /** Begins a command on a machine that pretends to be another one. Nothing is installed or started. */
  const onAnother = (machine: string) => {
    const script = (name: string) =>
      JSON.stringify(new URL("../../../scripts/" + name, import.meta.url).href);
    const beginning = [
      "import { exitWith } from " + script("child.js"),
      "import { ensure } from " + script("install.js"),
      'await exitWith(() => ensure("run"))',
    ].join(";");
    const preload = "data:text/javascript," + encodeURIComponent(machine);
    const { stderr, status } = spawnSync(
      process.execPath,
      ["--import", preload, "--input-type=module", "--eval", beginning],
      { encoding: "utf8" },
    );
    return { stderr, status };
  };
  const version = (number: string) =>
    "Object.defineProperty(process.versions, 'node', { value: '" + number + "' });";

  test("to begin with is told the version it needs", () => {
    const { stderr, status } = onAnother(version("16.20.2"));
    expect([status, stderr]).toEqual([
      1,
      "This needs Node 18 or newer to begin with; this is Node 16.20.2.\n",
    ]);
  });

  test("and for which npm has no Node 24 is told where to get one", () => {
    const { stderr, status } = onAnother(
      version("20.19.0") + "Object.defineProperty(process, 'arch', { value: 'riscv64' });",
    );
    expect([status, stderr]).toEqual([
      1,
      "There is no packaged Node 24 for this machine (linux riscv64). Install Node 24 or newer from https://nodejs.org, then run the command again.\n",
    ]);
  });
});
