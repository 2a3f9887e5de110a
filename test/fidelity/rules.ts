/** All rules of the stand-ins, found in their sources: each refusal is named by its file and its code. */
import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** The functions that make refusals, each with the code that it uses if it is given none. */
const MAKERS: Readonly<Record<string, string>> = {
  AadError: "",
  BearerRefused: "unauthorized",
  CommunicationError: "",
  GraphError: "",
  OAuthRefusal: "",
  Refusal: "",
  Refused: "",
  VaultError: "",
  badRequest: "BadRequest",
  conflict: "Conflict",
  insufficientScopes: "insufficient-scopes",
  linkedNotFound: "LinkedResourceNotFound",
  noSearchParameters: "no-search-parameters",
  notFound: "NotFound",
  notSignedIn: "login",
  outcome: "",
  storageRefusal: "",
  tenantNotValid: "tenant-not-valid",
  throttled: "throttled",
};

/** Files in which a stand-in refuses without such a function. There the status alone names the rule. */
const PLAINLY =
  /^(?:front\/appService\/|planes\/vendors\/|azure\/reads|communication\/textRoutes$|oracle\/fhir\/)/u;

/** Files that define these functions. What they contain is no vendor's rule. */
const DEFINITIONS = /(?:[a-z]Error|refusal|refused|outcomes)\.ts$/u;

export function refusalsIn(folder: string): readonly string[] {
  const files = readdirSync(join(root, folder), { recursive: true, encoding: "utf8" });
  const found = files
    .filter((file) => /\.tsx?$/u.test(file) && !DEFINITIONS.test(file))
    .flatMap((file) => refusalsOf(join(root, folder, file), relative(root, join(root, folder, file))));
  return [...new Set(found)].toSorted();
}

function refusalsOf(path: string, name: string): readonly string[] {
  const source = ts.createSourceFile(path, readFileSync(path, "utf8"), ts.ScriptTarget.Latest, true);
  const found: string[] = [];
  const short = name.replace(/^(?:infra\/rehearsal|app\/sandbox|test)\//u, "").replace(/\.tsx?$/u, "");
  const visit = (node: ts.Node): void => {
    if ((ts.isCallExpression(node) || ts.isNewExpression(node)) && ts.isIdentifier(node.expression)) {
      const { text } = node.expression;
      const usual = Object.hasOwn(MAKERS, text) ? MAKERS[text] : undefined;
      if (usual !== undefined) found.push(`${short}: ${codeOf(node, usual)}`);
    }
    const status = PLAINLY.test(short) ? plainStatus(node) : undefined;
    if (status !== undefined) found.push(`${short}: ${status}`);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/** The status of a refusal that is answered as `status(403)` or `writeHead(403, …)`. */
function plainStatus(node: ts.Node): string | undefined {
  if (!ts.isCallExpression(node) || !ts.isPropertyAccessExpression(node.expression)) return undefined;
  const [status] = node.arguments;
  return ["status", "writeHead"].includes(node.expression.name.text) &&
    status !== undefined &&
    ts.isNumericLiteral(status) &&
    Number(status.text) >= 400
    ? status.text
    : undefined;
}

/** What is written before a number: Entra's numbers are codes, Cosmos DB's are substatuses. */
const NUMBERED: Readonly<Record<string, string>> = { AadError: "AADSTS", Refused: "substatus-" };

/** The first argument that looks like a code, or a vendor's number. */
function codeOf(call: ts.CallExpression | ts.NewExpression, usual: string): string {
  const texts = (call.arguments ?? []).flatMap((one) => {
    if (ts.isNumericLiteral(one) && one.text.length > 3)
      return [(NUMBERED[call.expression.getText()] ?? "") + one.text];
    return ts.isStringLiteral(one) && /^[\w-]+$/u.test(one.text) ? [one.text] : [];
  });
  return texts.at(0) ?? (usual === "" ? "refused" : usual);
}
