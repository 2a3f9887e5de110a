/** Who may approve a plan, and what is shown to them: real keys, real signatures. */
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  approvable,
  approve,
  NAMESPACE,
  type Approver,
  type Approving,
} from "../../../scripts/promote/approve.ts";
import { planned } from "../../../scripts/promote/plan.ts";
import type { Plan, PlannedChange } from "../../../scripts/promote/port.ts";

const run = promisify(execFile);
const DIGEST = "d".repeat(64);
const change = (
  resource: string,
  does: PlannedChange["does"],
  names: readonly string[] = [],
): PlannedChange => ({
  resource,
  does,
  names,
  isProtected: resource.startsWith("vault"),
});
const plan = (...changes: readonly PlannedChange[]): Plan => ({
  brings: "b",
  digest: DIGEST,
  file: "f",
  changes,
});
const STAGED = change("settings-staging (web:WebAppApplicationSettingsSlot)", "update", [
  "properties.PACKAGE_DIGEST",
]);

let folder: string;
const approvers: Approver[] = [];
const signatures: string[] = [];

async function sign(name: string, digest: string, namespace: string, key: string): Promise<string> {
  const file = join(folder, `${name}.txt`);
  await writeFile(file, digest);
  await run("ssh-keygen", ["-q", "-Y", "sign", "-n", namespace, "-f", join(folder, key), file]);
  return file + ".sig";
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "approve-"));
  for (const name of ["sam", "alex"]) {
    await run("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", name, "-f", join(folder, name)]);
    approvers.push({ name, key: (await readFile(join(folder, name + ".pub"), "utf8")).trim() });
    signatures.push(await sign(name, DIGEST, NAMESPACE, name));
  }
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const approving = (more: Partial<Approving> = {}): Approving => ({
  stack: "lamna-production",
  approvers: [],
  needed: 1,
  signatures: [],
  named: [],
  ask: undefined,
  say: () => undefined,
  now: () => new Date("2026-11-29T22:00:00Z"),
  who: "Sam Brenner",
  ...more,
});
const answering = (...answers: readonly string[]) => {
  const left = [...answers];
  return () => Promise.resolve(left.shift() ?? "");
};

test("whoever sits there types the stack's name, and nothing else will do", async () => {
  expect(await approve(plan(STAGED), approving({ ask: answering("lamna-production") }))).toEqual([
    { by: "Sam Brenner", how: "terminal", at: "2026-11-29T22:00:00.000Z" },
  ]);
  for (const answer of ["", "y", "lamna-test"])
    await expect(approve(plan(STAGED), approving({ ask: answering(answer) }))).rejects.toThrow(
      "not approved",
    );
  await expect(approve(plan(STAGED), approving())).rejects.toThrow("Nobody is here");
});

test("what is protected and would be taken away needs its name", async () => {
  const taking = plan(STAGED, change("vault (keyvault:Vault)", "replace"));
  await expect(approve(taking, approving({ ask: answering("yes", "lamna-production") }))).rejects.toThrow(
    'vault (keyvault:Vault) is protected, and nobody has typed its name (--takes-away "vault (keyvault:Vault)")',
  );
  expect(
    await approve(taking, approving({ ask: answering("vault (keyvault:Vault)", "lamna-production") })),
  ).toHaveLength(1);
  const bySignature = approving({ approvers, signatures });
  await expect(approve(taking, bySignature)).rejects.toThrow("is protected");
  // Another resource of the same name does not count.
  await expect(approve(taking, { ...bySignature, named: ["vault", "vault (keyvault:Key)"] })).rejects.toThrow(
    "is protected",
  );
  expect(await approve(taking, { ...bySignature, named: ["vault (keyvault:Vault)"] })).toHaveLength(2);
  // A change of a protected resource deletes nothing.
  expect(await approve(plan(change("vault (keyvault:Vault)", "update")), bySignature)).toHaveLength(2);
});

test("signers whom the stack names approve by their keys; two where it says two, and nobody twice", async () => {
  const [sam = ""] = signatures;
  expect(await approve(plan(STAGED), approving({ approvers, signatures: [sam] }))).toMatchObject([
    { by: "sam", how: "signature" },
  ]);
  const two = approving({ approvers, needed: 2, signatures });
  expect(await approve(plan(STAGED), two)).toHaveLength(2);
  await expect(approve(plan(STAGED), { ...two, signatures: [sam, sam] })).rejects.toThrow("1 of 2 approvals");
  // Signatures by two keys of one person count as one approval.
  const bothSams = approvers.map(({ key }, index) => ({ name: index === 0 ? "Sam" : "sam", key }));
  await expect(approve(plan(STAGED), { ...two, approvers: bothSams })).rejects.toThrow("1 of 2 approvals");
  // Typing at the terminal does not replace a signature.
  await expect(
    approve(plan(STAGED), { ...two, signatures: [], ask: answering("lamna-production") }),
  ).rejects.toThrow("0 of 2 approvals");
});

test("a signature over another plan, for another purpose or by a stranger is none", async () => {
  await run("ssh-keygen", [
    "-q",
    "-t",
    "ed25519",
    "-N",
    "",
    "-C",
    "stranger",
    "-f",
    join(folder, "stranger"),
  ]);
  const wrong = [
    await sign("another", "e".repeat(64), NAMESPACE, "sam"),
    await sign("purpose", DIGEST, "git", "sam"),
    await sign("strangers", DIGEST, NAMESPACE, "stranger"),
    join(folder, "sam.pub"),
    join(folder, "nothing"),
  ];
  for (const signature of wrong)
    await expect(
      approve(plan(STAGED), approving({ approvers, signatures: [signature] })),
      signature,
    ).rejects.toThrow("0 of 1 approvals");
});

test("a plan is shown with what hurts first, and a tag last", () => {
  expect(
    planned(
      plan(
        change("group (resources:ResourceGroup)", "update", ["tags.team"]),
        STAGED,
        change("package-b (ehr:Package)", "create"),
        change("alert (monitor:MetricAlert)", "update", ["criteria"]),
        change("vault (keyvault:Vault)", "delete"),
        change("queue (storage:Queue)", "replace"),
      ),
    ).split("\n"),
  ).toEqual([
    "  What is deleted:",
    "    vault (keyvault:Vault)  PROTECTED",
    "  What is replaced, so that what is there goes:",
    "    queue (storage:Queue)",
    "  What restarts:",
    "    settings-staging (web:WebAppApplicationSettingsSlot): properties.PACKAGE_DIGEST",
    "  What changes:",
    "    alert (monitor:MetricAlert): criteria",
    "  What is new:",
    "    package-b (ehr:Package)",
    "  What changes in a tag only:",
    "    group (resources:ResourceGroup)",
    "  Digest of this plan: " + DIGEST,
  ]);
  expect(planned(plan())).toContain("Nothing changes.");
});

test("a dry run tells what is still asked for, and refuses what could never be approved", async () => {
  const gone = change("vault (keyvault:Vault)", "delete");
  await expect(approvable(plan(STAGED), approving())).rejects.toThrow("Nobody is here to approve the plan.");
  expect(await approvable(plan(STAGED), approving({ ask: answering() }))).toBe(
    "It asks to type lamna-production.",
  );
  await expect(approvable(plan(gone), approving({ approvers }))).rejects.toThrow("nobody has typed its name");
  expect(await approvable(plan(gone), approving({ ask: answering() }))).toContain(
    "It asks for the name of what is taken away: vault (keyvault:Vault).",
  );
  // The missing signature is no mistake before the digest was told. A signature of another plan is reported at once.
  expect(await approvable(plan(STAGED), approving({ approvers }))).toContain("0 of 1 approvals");
  const other = await sign("other", "e".repeat(64), NAMESPACE, "sam");
  await expect(approvable(plan(STAGED), approving({ approvers, signatures: [other] }))).rejects.toThrow(
    "0 of 1 approvals",
  );
  expect(await approvable(plan(STAGED), approving({ approvers, signatures }))).toBe(
    "It is approved by sam, alex.",
  );
});
