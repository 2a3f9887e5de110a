/**
 * Pulumi's entry point. It is plain JavaScript, so that a version of Node that cannot run the program can say so. Whatever
 * the program exports becomes the stack's outputs.
 */
import { RunError } from "@pulumi/pulumi/errors.js";

/**
 * Pulumi calls a default export that is a function; by the time it does, it shows a RunError by its message, without a stack
 * trace.
 */
export { program as default };

const NEEDED = 24;

async function program() {
  if (!runsTypeScript()) throw withoutStack(new RunError(whatToDo()));
  return import("./index.ts");
}

/**
 * Pulumi also formats the error with its stack trace for its own traces, and Node 20 never finishes formatting a stack trace
 * that goes through node_modules.
 */
function withoutStack(error) {
  error.stack = error.message;
  return error;
}

/** Older versions can be told to strip types, too, but the program has not been tried on them. */
function runsTypeScript() {
  return Number(process.versions.node.split(".")[0]) >= NEEDED && Boolean(process.features.typescript);
}

function whatToDo() {
  return (
    "This is Node " +
    process.versions.node +
    ", and the program needs Node " +
    NEEDED +
    " with its type stripping: in the project's folder run `npm ci`, which brings that Node, and then" +
    ' `PATH="$PWD/node_modules/.bin:$PATH" pulumi preview`.'
  );
}
