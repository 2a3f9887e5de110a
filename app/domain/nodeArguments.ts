/**
 * Node's arguments for the connector, in Azure and on a laptop alike. What is measured and tested runs with them, too.
 *
 * `--max-semi-space-size`: V8 lets short-lived objects take three times this many megabytes before it clears them away.
 * Its default lets a busy connector hold some 50 MB of garbage more, at the same speed (`npm run bench -- work`).
 */
export const NODE_ARGUMENTS: readonly string[] = ["--enable-source-maps", "--max-semi-space-size=8"];
