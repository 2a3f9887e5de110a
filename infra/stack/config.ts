/** Checks the keys under `config:` of a stack file that stand beside our one key. */
import { STACK_KEY } from "../stack.ts";

/** Keys of the providers that the program uses, and of the engine: these are their own settings. */
const OTHERS = /^(azure-native|azuread|pulumi):/;

/** Each fault is a sentence that starts with the key to change. */
export const configFaults = (keys: readonly string[]): string[] =>
  keys
    .filter((key) => key !== STACK_KEY && !OTHERS.test(key))
    .map(
      (key) => `config.${key}: is not a setting; everything stands under ${STACK_KEY}, see stacks/README.md`,
    );
