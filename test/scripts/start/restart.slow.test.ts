/** `npm start`, a visit, Ctrl-C, and `npm start` again on the data of the first run. */
import { once } from "node:events";
import { readdir, readFile, rm, stat } from "node:fs/promises";
import { createServer } from "node:http";
import { basename, join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, expect, test } from "vitest";
import { processesIn } from "../../../scripts/processes.ts";
import { patientLink, signInToMicrosoft } from "../../harness/clinician.ts";
import { Person, type Page } from "../../harness/person.ts";
import { copyProject, freePorts, npmStart } from "./projectCopy.ts";

/** Values of stacks/Pulumi.local.yaml and of the sandbox's clinic. */
const ORACLE_TENANT = "8d2f3c1a-5b7e-4c09-9a61-2e4f6b8d0c11";
const CARDIOLOGIST = "31000002";
const ACCOUNT = "7d0c5a1e-0000-4000-8000-00000000b001";

let copy: string;
let port: number;
beforeAll(async () => {
  [copy, port] = await Promise.all([copyProject(), freePorts()]);
});
afterAll(async () => {
  for (const pid of await processesIn(copy)) process.kill(pid, "SIGKILL");
  await rm(copy, { recursive: true });
});

/** Starts everything. @returns a function that ends it by Ctrl-C */
async function started(): Promise<() => Promise<void>> {
  const child = npmStart(copy, String(port));
  const ended = once(child, "close");
  let told = "";
  await new Promise<void>((resolve, reject) => {
    for (const output of [child.stdout, child.stderr])
      output.setEncoding("utf8").on("data", (text: string) => {
        told += text;
        if (/^ready http:/m.test(told)) resolve();
      });
    child.once("close", () => {
      reject(new Error("npm start ended without getting ready:\n" + told));
    });
  });
  return async () => {
    child.kill("SIGINT");
    await ended;
    expect([child.exitCode, await processesIn(copy)]).toEqual([0, []]);
  };
}

const board = () => "http://localhost:" + String(port + 2);

/** Opens the chart of the visit that is under way from the schedule, and by its Teams tile the visit's page. */
async function launch(person: Person): Promise<Page> {
  const schedule = await person.send(board() + "/sign-in", {
    tenant: ORACLE_TENANT,
    practitioner: CARDIOLOGIST,
  });
  const chart = await person.open(new URL(linkOf("Moreno, Luis", schedule), board()));
  const tile = /<form method="post" action="([^"]*\/launch)">(.*?)<\/form>/s.exec(chart.html);
  if (tile === null) throw new Error("the chart has no Teams tile:\n" + chart.html);
  const fields = [...(tile[2] ?? "").matchAll(/name="([^"]+)" value="([^"]*)"/g)];
  return person.send(
    new URL(tile[1] ?? "", board()),
    Object.fromEntries(fields.map(([, name = "", value = ""]) => [name, value])),
  );
}

function linkOf(name: string, { html }: Page): string {
  const link = new RegExp('<a href="([^"]+)">' + name + "</a>").exec(html)?.[1];
  if (link === undefined) throw new Error("the schedule has no " + name + ":\n" + html);
  return link.replaceAll("&amp;", "&");
}

/** The links on a page, each once, because the patient's link is also in the message to copy. */
const linksOf = ({ html }: Page) => [...new Set(html.match(/\/j\/[\w-]{38}/g))];

test("keeps every link, the clinician's account, and the page that was open", async () => {
  const person = new Person();
  let stop = await started();
  const visit = await launch(person);
  const question = await signInToMicrosoft(person, visit, ACCOUNT);
  await person.send(question.url, { answer: "yes", account: ACCOUNT });
  await person.send(visit.url.href + "/invitations", { role: "interpreter" });
  const before = await person.open(visit.url);
  const links = linksOf(before);
  expect(links).toHaveLength(2);
  await stop();

  stop = await started();
  try {
    const open = await person.open(visit.url);
    expect([open.status, linksOf(open)]).toEqual([200, links]);
    const isTeams = (url: URL) => url.pathname.startsWith("/l/meetup-join/");
    for (const link of links) {
      const tap = await new Person().open(new URL(link, visit.url), isTeams);
      expect([tap.status, tap.url.origin]).toEqual([302, "http://localhost:" + String(port + 4)]);
    }
    const again = await launch(new Person());
    expect(patientLink(again)).toBe(patientLink(before));
    expect(linksOf(again)).toEqual(links);
    expect(again.html).toContain("You join as");
  } finally {
    await stop();
  }
});

test("a start that is killed takes the connector along, and the next one has the ports", async () => {
  await started();
  const [starter] = await startersIn(copy);
  process.kill(starter ?? 0, "SIGKILL");
  await expect.poll(() => processesIn(copy), { timeout: 20_000, interval: 100 }).toEqual([]);
  const stop = await started();
  await stop();
});

test("a connector that was left behind on the port is named, with its process", async () => {
  const left = createServer((_request, response) =>
    response.end(JSON.stringify({ status: "up", package: "0", revision: "0" })),
  ).listen(port, "127.0.0.1");
  await once(left, "listening");
  const child = npmStart(copy, String(port));
  const [stderr] = await Promise.all([text(child.stderr), once(child, "close")]);
  left.close();
  expect(stderr).toBe(
    `Port ${String(port)} is in use by a connector that an earlier npm start left behind (process ${String(process.pid)}). ` +
      `Stop it (kill ${String(process.pid)}), or choose other ports with PORT.\n`,
  );
});

test("what is kept is its owner's alone", async () => {
  const modeOf = async (name: string) => (await stat(join(copy, ".data", name))).mode & 0o777;
  expect(await modeOf("")).toBe(0o700);
  const names = await readdir(join(copy, ".data"), { recursive: true, withFileTypes: true });
  const files = names.filter((each) => each.isFile()).map((each) => join(each.parentPath, each.name));
  expect(files.map((name) => basename(name))).toEqual(
    expect.arrayContaining(["connector.sqlite", "oracle-tokens.json"]),
  );
  for (const name of files.filter((each) => !each.endsWith("trusted.pem")))
    expect((await stat(name)).mode & 0o077, name).toBe(0);
});

/** The ids of the processes that started the connector and the sandbox. */
async function startersIn(folder: string): Promise<number[]> {
  const pids = await processesIn(folder);
  const lines = await Promise.all(pids.map((pid) => readFile("/proc/" + String(pid) + "/cmdline", "utf8")));
  return pids.filter((_, index) => lines[index]?.includes(join("scripts", "start.ts")));
}
