/**
 * Who approves a plan: the approvers in the stack file, who sign its digest with their SSH keys; if there are none, whoever
 * promotes, who is asked at the terminal.
 */
import { spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { approverNames } from "../../infra/stack/approvers.ts";
import { planned, takenAway } from "./plan.ts";
import type { Approval } from "../../app/domain/promotion.ts";
import type { Plan } from "./port.ts";

/** The purpose that each signature names, so that one over the same bytes for another purpose does not count. */
export const NAMESPACE = "teams-ehr-promotion";

export interface Approver {
  /** The person's name, which is the same for each of their keys. */
  readonly name: string;
  /** A public key as in an authorized_keys file: `ssh-ed25519 AAAA…`. */
  readonly key: string;
}

export interface Approving {
  readonly stack: string;
  readonly approvers: readonly Approver[];
  /** The number of approvers that is needed. */
  readonly needed: number;
  /** Paths of files with signatures. */
  readonly signatures: readonly string[];
  /** Names of resources that may be deleted, as they were typed on the command line. */
  readonly named: readonly string[];
  /** Asks whoever promotes; undefined where there is no terminal. */
  readonly ask: ((question: string) => Promise<string>) | undefined;
  readonly say: (line: string) => void;
  readonly now: () => Date;
  /** Name of whoever promotes. */
  readonly who: string;
}

/** @throws Error when it is not approved */
export async function approve(plan: Plan, approving: Approving): Promise<readonly Approval[]> {
  const { say, approvers, ask, stack, who } = approving;
  say(planned(plan));
  refuseUnattended(approving);
  for (const name of unnamed(plan, approving)) {
    const typed = await ask?.(`${name} is protected and would be taken away. Type that to allow it: `);
    if (typed?.trim() !== name) throw unallowed(name);
  }
  if (approvers.length > 0) return signed(plan, approving);
  const answer = await ask?.(`Type ${stack} to approve exactly this plan, anything else to go back: `);
  if (answer?.trim() !== stack) throw new Error("The plan was not approved.");
  return [{ by: who, how: "terminal", at: approving.now().toISOString() }];
}

/**
 * What a person has yet to do for the plan, in words. Signatures may still come where none is given.
 * @throws Error when {@link approve} would refuse the plan whatever is typed
 */
export async function approvable(plan: Plan, approving: Approving): Promise<string> {
  const { approvers, ask, stack, signatures } = approving;
  refuseUnattended(approving);
  const names = unnamed(plan, approving);
  const [first] = names;
  if (first !== undefined && ask === undefined) throw unallowed(first);
  const typed = names.map((name) => `It asks for the name of what is taken away: ${name}.`);
  if (approvers.length === 0) return [...typed, `It asks to type ${stack}.`].join("\n");
  if (signatures.length === 0) return [...typed, unsigned(plan, approving, 0)].join("\n");
  const by = await signed(plan, approving);
  return [...typed, `It is approved by ${by.map((one) => one.by).join(", ")}.`].join("\n");
}

function refuseUnattended({ approvers, ask }: Approving): void {
  if (approvers.length === 0 && ask === undefined)
    throw new Error(
      "Nobody is here to approve the plan. Run it at a terminal, or name signers under release.approvers in the stack file.",
    );
}

const unnamed = (plan: Plan, { named }: Approving): readonly string[] =>
  takenAway(plan).filter((name) => !named.includes(name));

const unallowed = (name: string) =>
  new Error(
    `${name} is protected, and nobody has typed its name (--takes-away "${name}"): it stays. Change the stack file or the program so that it is not taken away.`,
  );

async function signed(plan: Plan, approving: Approving): Promise<readonly Approval[]> {
  const { digest } = plan;
  const { approvers, needed, signatures, now } = approving;
  const signers: Approver[] = [];
  for (const signature of signatures)
    for (const approver of approvers)
      if (await isSignedBy(approver, digest, signature)) signers.push(approver);
  const by = approverNames(signers);
  if (by.length >= needed) return by.map((name) => ({ by: name, how: "signature", at: now().toISOString() }));
  throw new Error(unsigned(plan, approving, by.length));
}

const unsigned = ({ digest }: Plan, { approvers, needed }: Approving, count: number): string =>
  [
    `${String(count)} of ${String(needed)} approvals: this plan needs signatures of ${approverNames(approvers).join(", ")}. Each of them runs`,
    `    printf %s ${digest} > plan.txt && ssh-keygen -Y sign -n ${NAMESPACE} -f <their key> plan.txt`,
    "and whoever promotes says --approval plan.txt.sig for each. The digest stays the same as long as nothing else changes.",
  ].join("\n");

async function isSignedBy({ key }: Approver, digest: string, signature: string): Promise<boolean> {
  const folder = await mkdtemp(join(tmpdir(), "promotion-approval-"));
  try {
    const allowed = join(folder, "signers");
    await writeFile(allowed, `approver namespaces="${NAMESPACE}" ${key}\n`);
    return await verified(
      ["-Y", "verify", "-f", allowed, "-I", "approver", "-n", NAMESPACE, "-s", signature],
      digest,
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function verified(args: readonly string[], input: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const child = spawn("ssh-keygen", args, { stdio: ["pipe", "ignore", "ignore"] });
    child.once("error", (cause) => {
      reject(
        new Error("ssh-keygen, which checks approvals, cannot be run here: install OpenSSH.", { cause }),
      );
    });
    child.once("close", (code) => {
      resolve(code === 0);
    });
    child.stdin.once("error", () => undefined).end(input);
  });
}
