/** Why the sandbox cannot start, for the person who started it. The message says what to do; no stack trace is needed. */
export class SandboxFault extends Error {
  override readonly name = "SandboxFault";
}
