/** A deployed stack: its file, and what its state says about where it is. */
import * as z from "zod";
import type { Container } from "../../infra/dataplane/blobs.ts";
import type { StackSettings } from "../../infra/stack.ts";
import type { Engine } from "../engine/engine.ts";
import { openOwnStack, type OwnStack } from "../engine/ownStack.ts";
import { ExplainedError, readDeployedStackFile, stackNameOf } from "../local/stackFile.ts";

export interface Deployed {
  readonly name: string;
  readonly stackFile: string;
  readonly settings: StackSettings;
  readonly own: OwnStack;
  /** The site's resource id. */
  readonly siteId: string;
  readonly siteAddress: URL;
  readonly clientId: string;
  readonly container: Container;
  /** Digest of the package that its site runs, according to the last `up`. */
  readonly runs: string;
}

export interface Opening {
  readonly engine: Engine;
  readonly stackFile: string;
  readonly project?: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
}

const outputsSchema = z.object({
  siteAddress: z.url(),
  packagesUrl: z.url(),
  clientId: z.string(),
  release: z.object({ site: z.string() }),
});
const stateSchema = z.object({
  deployment: z.object({
    resources: z.array(z.object({ type: z.string(), id: z.string().default("") })).default([]),
  }),
});

/** @throws ExplainedError when it is not deployed, or nobody is signed in to its state */
export async function openDeployed({ stackFile, ...opening }: Opening): Promise<Deployed> {
  const name = stackNameOf(stackFile) ?? "";
  const settings = await readDeployedStackFile(stackFile, stackFile, "a promotion is of");
  const own = await openOwnStack({ ...opening, name, stackFile });
  try {
    const state = stateSchema.parse(await jsonOf(own, ["stack", "export"], name));
    const outputs = outputsSchema.safeParse(await jsonOf(own, ["stack", "output", "--json"], name));
    const siteId = state.deployment.resources.find(({ type }) => type === "azure-native:web:WebApp")?.id;
    if (siteId === undefined || !outputs.success)
      throw new ExplainedError(
        `${name} is not deployed yet: bring it up first (infra/README.md, A first deployment).`,
      );
    const { siteAddress, packagesUrl, clientId, release } = outputs.data;
    const packages = new URL(packagesUrl);
    return {
      name,
      stackFile,
      settings,
      own,
      siteId,
      siteAddress: new URL(siteAddress),
      clientId,
      container: { blobEndpoint: packages.origin, container: packages.pathname.slice(1) },
      runs: release.site,
    };
  } catch (fault) {
    await own.close();
    throw fault;
  }
}

async function jsonOf(own: OwnStack, args: readonly string[], name: string): Promise<unknown> {
  const outcome = await own.run(args);
  if (outcome.code === 0) return JSON.parse(outcome.stdout);
  throw new ExplainedError(
    `Pulumi does not open the stack ${name}. Sign in to its state (pulumi login), and see that the stack is there (pulumi stack ls).\n${outcome.stderr.trim().slice(0, 2000)}`,
  );
}
