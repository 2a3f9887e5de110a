/**
 * Checks whether packages start with the planned settings, and whether they can use one store at the same time. The packages
 * are only asked. They run on the machine and as the user of whoever promotes, so that happens only once the plan is
 * approved, and Node confines them: they read their own folder and nothing else, write nothing, and start no process, thread
 * or native addon. They are given the planned settings, which hold no secret, and none of the promoter's variables, so no
 * credentials are found through those. Node 24 does not bar them from the network.
 */
import { execFile } from "node:child_process";
import { realpath } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import * as z from "zod";
import { CHECK_SETTINGS, type SettingsChecked } from "../../app/checkSettings.ts";
import { discard, unpack } from "../../infra/rehearsal/front/appService/package.ts";
import { short, NotForTheRecord } from "./run.ts";

const DEADLINE_MS = 60_000;
const NO_REVISION = "0".repeat(64);

const version = z.object({ writes: z.number(), reads: z.array(z.number()) });
const checkedSchema: z.ZodType<SettingsChecked> = z.object({ records: z.record(z.string(), version) });

export interface Package {
  readonly digest: string;
  readonly zip: Buffer;
}

export type Settings = Readonly<Record<string, string>>;

/**
 * What the package reports about itself.
 * @throws Error with the package's message when it would not start
 */
export async function started({ digest, zip }: Package, settings: Settings): Promise<SettingsChecked> {
  // The folder's own path, because Node compares paths without links.
  const folder = await realpath(await unpack(zip));
  try {
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ["--permission", "--allow-fs-read=" + folder, join(folder, "connector.js"), CHECK_SETTINGS],
      {
        cwd: folder,
        env: {
          ...settings,
          PACKAGE_DIGEST: digest,
          CONNECTOR_REVISION: NO_REVISION,
          PORT: "8080",
          // Without it, a program finds the home of the user that it runs as.
          HOME: folder,
          USERPROFILE: folder,
        },
        timeout: DEADLINE_MS,
      },
    );
    return checkedSchema.parse(JSON.parse(stdout));
  } catch (cause) {
    const said = z.object({ stderr: z.string() }).safeParse(cause).data?.stderr.trim() ?? "";
    throw new NotForTheRecord(
      `the package ${short(digest)} does not start`,
      `The package ${short(digest)} does not start with the settings that are planned. ${said === "" ? "It did not say which rows it reads: is it older than the check of settings?" : said.slice(0, 2000)}`,
      { cause },
    );
  } finally {
    await discard(folder);
  }
}

/** What one of the two packages cannot read in the other's rows, a sentence for each. */
export function misread(
  now: SettingsChecked & Pick<Package, "digest">,
  next: SettingsChecked & Pick<Package, "digest">,
): readonly string[] {
  return [
    [now, next],
    [next, now],
  ].flatMap(([writer = now, reader = next]) =>
    Object.entries(writer.records).flatMap(([kind, { writes }]) => {
      const reads = reader.records[kind]?.reads;
      return reads === undefined || reads.includes(writes)
        ? []
        : [
            `${short(writer.digest)} writes version ${String(writes)} of ${kind}, and ${short(reader.digest)} reads ${reads.join(" and ")}.`,
          ];
    }),
  );
}
