/** What `npm run promote` and `npm run rollback` have in common: the sign-in, opening the stacks, and what is shown. */
import { copyFile, mkdtemp, realpath, rm } from "node:fs/promises";
import { hostname, tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";
import { createInterface } from "node:readline/promises";
import { setTimeout as passed } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { TokenCredential } from "@azure/identity";
import { decodeJwt } from "jose";
import { AZURE_CONSTANTS } from "../../infra/components/azureConstants.ts";
import { deployer, withDeadline } from "../../infra/dataplane/credential.ts";
import { deployerEnvironment } from "../../infra/dataplane/environment.ts";
import { findEngine, type Engine } from "../engine/engine.ts";
import type { StepDone } from "../../app/domain/promotion.ts";
import { ExplainedError } from "../local/stackFile.ts";
import { signedIn } from "../preflight/signedIn.ts";
import { openDeployed, type Deployed } from "./deployed.ts";
import { dryRun } from "./dryRun.ts";
import { Taken, TurnLost } from "./port.ts";
import { production, type RealProduction } from "./production.ts";
import { promote, type Wanted } from "./promote.ts";
import { done, ended, exitCodeOf, table } from "./screen.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

export interface Said {
  readonly signatures: readonly string[];
  readonly named: readonly string[];
  readonly isDry: boolean;
}

export const OPTIONS = {
  approval: { type: "string", multiple: true },
  "takes-away": { type: "string", multiple: true },
  "dry-run": { type: "boolean" },
} as const;

export const OPTIONS_USAGE = `  --dry-run            look, plan and show the plan, and refuse what would be refused; change nothing
  --approval <file>    a signature over the plan's digest, where release.approvers names signers; may be said twice
  --takes-away <name>  what is protected and may be replaced or deleted, as the plan names it: "vault (keyvault:Vault)"; may be
                       said several times`;

export interface Here {
  readonly engine: Engine;
  readonly credential: TokenCredential;
  readonly signal: AbortSignal;
}

/** @throws ExplainedError when there is no engine, or nobody is signed in */
export async function here(signal: AbortSignal): Promise<Here> {
  const engine = await findEngine();
  if (engine.kind === "none")
    throw new ExplainedError(
      `A promotion is done by the Pulumi engine, and there is none here, because ${engine.because}. Install Pulumi (https://www.pulumi.com/docs/install/).`,
    );
  const credential = withDeadline(deployer(deployerEnvironment()));
  await signedIn(credential);
  return { engine, credential, signal };
}

export const stackFileOf = (said: string): string =>
  /[\\/]|\.ya?ml$/.test(said) ? resolve(said) : join(root, "stacks", "Pulumi." + said + ".yaml");

export const open = ({ engine, signal }: Here, stackFile: string): Promise<Deployed> =>
  openDeployed({ engine, stackFile, environment: process.env, signal });

export interface Bringing {
  readonly here: Here;
  readonly stackFile: string;
  readonly test?: Deployed;
  readonly said: Said;
  /** Determines what is wanted, once the production stack is open. */
  readonly wanted: (production: RealProduction, who: string) => Promise<Wanted>;
  readonly isStopped: () => boolean;
  readonly say: (line: string) => void;
}

/** @returns the exit code */
export async function bring(bringing: Bringing): Promise<0 | 1 | 2 | 3> {
  const { said, say, isStopped } = bringing;
  const lost = new AbortController();
  const here = { ...bringing.here, signal: AbortSignal.any([bringing.here.signal, lost.signal]) };
  const stackFile = said.isDry
    ? await copyOf(bringing.stackFile)
    : { file: bringing.stackFile, dismiss: () => Promise.resolve() };
  try {
    const deployed = await open(here, stackFile.file);
    try {
      const who = await whoIs(here.credential);
      const real = realProduction({ ...bringing, here }, deployed, who, () => lost.abort());
      const wanted = await bringing.wanted(real, who);
      if (said.isDry) return await dryRun(real, wanted, say);
      const steps: StepDone[] = [];
      const ending = await promote(real, wanted, {
        now: () => new Date(),
        done: (step) => {
          steps.push(step);
          say(done(step));
        },
        say,
        isStopped,
      });
      // The plan stands between the lines that were told as the steps ended.
      if (steps.length > 0) say("\n" + table(steps));
      say(ended(ending, bringing.stackFile));
      return exitCodeOf(ending);
    } catch (fault) {
      if (!(fault instanceof Taken || fault instanceof TurnLost)) throw fault;
      say(fault.message);
      return fault instanceof Taken ? 1 : 2;
    } finally {
      await deployed.own.close();
    }
  } finally {
    await stackFile.dismiss();
  }
}

export function realProduction(
  { here, test, said, say }: Pick<Bringing, "here" | "test" | "said" | "say">,
  deployed: Deployed,
  who: string,
  onLost: () => void,
): RealProduction {
  const { approvers = [], approvals = 1 } = deployed.settings.release;
  const { credential, signal } = here;
  const isThere = process.stdin.isTTY;
  return production({
    deployed,
    test,
    containers: [...(test ? [test.container] : []), deployed.container],
    credential,
    signal,
    onLost,
    call: {
      credential,
      signal,
      now: () => new Date(),
      readyWithinSeconds: undefined,
      wait: (milliseconds) => passed(milliseconds, undefined, { signal }),
      say: () => undefined,
      warn: () => undefined,
    },
    approving: {
      stack: deployed.name,
      approvers,
      needed: approvals,
      signatures: said.signatures,
      named: said.named,
      ask: isThere ? asked : undefined,
      say,
      now: () => new Date(),
      who,
    },
  });
}

async function copyOf(file: string) {
  const folder = await realpath(await mkdtemp(join(tmpdir(), "promotion-dry-")));
  const copy = join(folder, basename(file));
  await copyFile(file, copy);
  return { file: copy, dismiss: () => rm(folder, { recursive: true, force: true }) };
}

/** The answer to a question; empty when the terminal is closed or somebody presses Ctrl-C. */
async function asked(question: string): Promise<string> {
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  const left = Promise.withResolvers<string>();
  terminal.once("SIGINT", () => left.resolve("")).once("close", () => left.resolve(""));
  try {
    return await Promise.race([terminal.question(question), left.promise]);
  } finally {
    terminal.close();
  }
}

/** The person's name in the directory, and the machine that they use. */
export async function whoIs(credential: TokenCredential): Promise<string> {
  const token = await credential.getToken(AZURE_CONSTANTS.management + "/.default");
  const claims = decodeJwt(token?.token ?? "");
  const name = [claims["upn"], claims["unique_name"], claims["appid"], claims["oid"]].find(
    (claim) => typeof claim === "string",
  );
  return `${typeof name === "string" ? name : "somebody"} from ${hostname()}`;
}
