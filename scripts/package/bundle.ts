/** Bundles the connector into one file that contains everything it needs but Node. */
import { join } from "node:path";
import { build, type Metafile } from "esbuild";

export interface Bundle {
  readonly code: Uint8Array;
  /** The inputs and outputs of the bundle, by path below the root. */
  readonly meta: Metafile;
}

/**
 * Packages that a dependency uses if they happen to be installed and otherwise does without. They are installed for
 * development; if they were bundled, the package of npm start would differ from that of npm run package.
 */
const ASKED_IN_VAIN = ["supports-color"];

/** @param root the folder that `app/main.ts` is in */
export async function bundle(root: string): Promise<Bundle> {
  const { metafile, outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: [join("app", "main.ts")],
    outfile: "connector.js",
    write: false,
    bundle: true,
    platform: "node",
    target: "node24",
    external: ASKED_IN_VAIN,
    format: "esm",
    // Dependencies in CommonJS load Node's own modules by `require`, which an ES module lacks.
    banner: {
      js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);',
    },
    jsx: "automatic",
    jsxImportSource: "preact",
    minifyWhitespace: true,
    minifySyntax: true,
    legalComments: "eof",
    charset: "ascii",
    metafile: true,
    logLevel: "warning",
  });
  refuseStrangers(metafile);
  const [output] = outputFiles;
  if (output === undefined) throw new Error("esbuild wrote nothing");
  return { code: Buffer.from(inAscii(output.text)), meta: metafile };
}

/**
 * V8 keeps a source that has any other character in two bytes for each: that would be 4 MB more in every process. The bundler
 * escapes them where it can, and leaves regular expressions, in which the same escapes hold.
 */
const inAscii = (code: string): string =>
  code.replace(/[^\p{ASCII}]/gu, (character) =>
    character
      .split("")
      .map((unit) => "\\u" + unit.charCodeAt(0).toString(16).padStart(4, "0"))
      .join(""),
  );

/** Throws if the sandbox or anything that is only for tests is in the bundle. */
function refuseStrangers({ inputs }: Metafile): void {
  const strangers = Object.keys(inputs).filter((path) => /^(app\/sandbox|test|infra|scripts)\//.test(path));
  if (strangers.length > 0) throw new Error("the package must not contain " + strangers.join(", "));
}
