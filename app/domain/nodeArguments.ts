/**
 * Node's arguments for the connector, in Azure and on a laptop alike. What is measured and tested runs with them, too.
 *
 * `--max-semi-space-size`: V8 lets short-lived objects take three times this many megabytes before it clears them away.
 * Its default lets a busy connector hold some 50 MB of garbage more, at the same speed (`npm run bench -- work`).
 *
 * `--heap-growing-percent`: the old generation is cleared again once it has grown by this much. Its default waits for up to
 * four times as much, which is 110 MB more while clinicians' pages are asked for, at nearly the same speed. V8 has kept this
 * flag through all releases of Node 24, which the site pins; a newer major version of Node must be tried with it first.
 */
export const NODE_ARGUMENTS: readonly string[] = [
  "--enable-source-maps",
  "--max-semi-space-size=4",
  "--heap-growing-percent=20",
];
