/**
 * Whatever is said of a stack file says what to do: either it begins with "must", or what to do follows a semicolon. The
 * sentences are found in the sources of all checks of stack files.
 */
import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import ts from "typescript";

const root = new URL("../../../", import.meta.url);
const DOMAIN = [
  "approvals",
  "distinct",
  "evidenceKeys",
  "features",
  "fhirBaseUrl",
  "guid",
  "hospital",
  "hospitalFaults",
  "issueWords",
  "mailing",
  "messages",
  "phoneNumbers",
  "texting",
  "textWords",
  "unseen",
  "vaultKeyNames",
];
const FILES = [
  ...DOMAIN.map((name) => `app/domain/${name}.ts`),
  ...readdirSync(new URL("infra/stack", root)).map((name) => `infra/stack/${name}`),
  ...readdirSync(new URL("app/config", root)).map((name) => `app/config/${name}`),
];

/** How a sentence begins about what is wrong: with words that follow a key, which it may name itself. */
const WRONG =
  /^(?:\$|[\w.[\]$]+: )?\s*(?:\$ )?(?:is|has|lacks|needs|signs|asks|lists|buys|makes|contradicts|belongs|does not|no connection|a test deployment)\b/u;

function sentencesIn(file: string): readonly string[] {
  const source = ts.createSourceFile(
    file,
    readFileSync(new URL(file, root), "utf8"),
    ts.ScriptTarget.Latest,
    true,
  );
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    const isDescription = ts.isPropertyAssignment(node) && node.name.getText() === "description";
    const text = textOf(node);
    if (isDescription) return;
    if (text !== undefined) found.push(text);
    else ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/** A text, a template or a sum of both, with $ for each value in it. */
function textOf(node: ts.Node): string | undefined {
  if (ts.isStringLiteralLike(node)) return node.text;
  if (ts.isTemplateExpression(node))
    return node.head.text + node.templateSpans.map(({ literal }) => "$" + literal.text).join("");
  if (!ts.isBinaryExpression(node) || node.operatorToken.kind !== ts.SyntaxKind.PlusToken) return undefined;
  const [left, right] = [textOf(node.left), textOf(node.right)];
  return left === undefined && right === undefined ? undefined : (left ?? "$") + (right ?? "$");
}

test("each sentence about what is wrong in a stack file says what to do", () => {
  const said = FILES.flatMap((file) => sentencesIn(file).map((text) => [file, text] as const));
  const wrong = said.filter(([, text]) => WRONG.test(text));
  expect(wrong.length).toBeGreaterThan(40);
  expect(wrong.filter(([, text]) => !text.includes("; "))).toEqual([]);
});
