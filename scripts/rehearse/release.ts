/** Determines which package a rehearsal runs, and a stack file that names it. The person's own file is only read. */
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseDocument } from "yaml";
import { hasStaging } from "../../infra/stack/choices.ts";
import { STACK_KEY, type StackSettings } from "../../infra/stack.ts";
import { ExplainedError } from "../local/stackFile.ts";
import { pack } from "../package/pack.ts";
import { keepPackage } from "../package/keep.ts";
import type { Asked } from "./asked.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

export interface RehearsedPackage {
  /** The file that the engine is to copy: the person's, or a changed one in a folder that is removed with the rehearsal. */
  readonly stackFile: string;
  /** A message about the package. */
  readonly told: string;
  dismiss(): Promise<void>;
}

/**
 * A stack file that names no digest runs the package built now, as with `npm run package` and `pulumi up`; one that names a
 * digest runs that package or, if `built` is set, the one built now in its place.
 * @throws ExplainedError when the package is found nowhere
 */
export async function releaseFor(
  { file, built, said }: Pick<Asked, "file" | "built" | "said">,
  settings: StackSettings,
  folder = join(root, "dist", "packages"),
): Promise<RehearsedPackage> {
  const { site, staging } = settings.release;
  const nothing = () => Promise.resolve();
  if (site !== undefined && !built) {
    const named = { "release.site": site, ...(hasStaging(settings) && { "release.staging": staging }) };
    for (const [key, digest] of Object.entries(named)) refuseUnknown(key, digest, folder, said);
    return {
      stackFile: file,
      told: "the package that the stack says, " + site.slice(0, 12),
      dismiss: nothing,
    };
  }
  const artifact = await pack(root);
  await keepPackage(artifact, folder);
  const { digest } = artifact;
  const short = digest.slice(0, 12);
  if (site === undefined)
    return {
      stackFile: file,
      told: "the package built now, " + short + "; the stack says none",
      dismiss: nothing,
    };
  const own = await mkdtemp(join(tmpdir(), "rehearsal-stack-"));
  const dismiss = () => rm(own, { recursive: true, force: true });
  try {
    const stackFile = join(own, basename(file));
    await writeFile(stackFile, running(digest, await readFile(file, "utf8"), hasStaging(settings)));
    const told = `the package built now, ${short}, in place of the stack's ${site.slice(0, 12)}`;
    return { stackFile, told, dismiss };
  } catch (fault) {
    await dismiss();
    throw fault;
  }
}

function refuseUnknown(key: string, digest: string | undefined, folder: string, said: string): void {
  if (digest === undefined || existsSync(join(folder, digest + ".zip"))) return;
  throw new ExplainedError(
    [
      `${key}: dist/packages has no package ${digest}, and a rehearsal looks nowhere else.`,
      "  Build it from its commit (npm run package), or rehearse the package built now in its place:",
      `  npm run rehearse -- ${said} --package built`,
    ].join("\n"),
  );
}

function running(digest: string, text: string, isStaged: boolean): string {
  const document = parseDocument(text);
  const release = { site: digest, ...(isStaged && { staging: digest }) };
  document.setIn(["config", STACK_KEY, "release"], document.createNode(release));
  return document.toString();
}
