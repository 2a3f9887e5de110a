/**
 * Where Pulumi begins: plain JavaScript, so that a Node which cannot run the program can say so. What the program exports are
 * the stack's outputs.
 */
import { RunError } from "@pulumi/pulumi/errors.js";

/** Pulumi calls a default export that is a function; by then it shows a RunError in its own words, without a stack trace. */
export { program as default };

const NEEDED = 24;

async function program() {
  if (!runsTypeScript()) throw withoutStack(new RunError(whatToDo()));
  return import("./index.ts");
}

/** Pulumi also prints the error in colour for its traces, and Node 20 never comes to the end of a stack through node_modules. */
function withoutStack(error) {
  error.stack = error.message;
  return error;
}

/** Older ones can be told to strip types, too; nobody has tried the program on them. */
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
