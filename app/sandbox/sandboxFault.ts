/**
 * Why the sandbox cannot start, for the person who started it. The message says what to do, and is all that the person
 * needs.
 */
export class SandboxFault extends Error {
  override readonly name = "SandboxFault";
}
