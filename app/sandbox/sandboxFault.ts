/** Why the sandbox cannot start, for the person who started it: the message says what to do, and is all they need. */
export class SandboxFault extends Error {
  override readonly name = "SandboxFault";
}
