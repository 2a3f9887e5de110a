/** What the other stack files beside a stack's own say of themselves. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import * as z from "zod";
import { STACK_KEY } from "../stack.ts";
import type { Sibling } from "./deploymentFaults.ts";

const sibling = z.looseObject({ environment: z.string(), tenant: z.string() });
const content = z.looseObject({ config: z.looseObject({ [STACK_KEY]: sibling }) });

/**
 * Tells of a stack by its own file; undefined where the folder has no such file, as with a test deployment of
 * another repository, or where the file cannot be read as one: its own commands say so.
 * @param folder in which all stack files are
 */
export const siblingsIn =
  (folder: string) =>
  (stack: string): Sibling | undefined => {
    try {
      const file: unknown = parse(readFileSync(join(folder, `Pulumi.${stack}.yaml`), "utf8"), {
        logLevel: "error",
      });
      return content.parse(file).config[STACK_KEY];
    } catch {
      return undefined;
    }
  };
