import js from "@eslint/js";
import { defineConfig, globalIgnores } from "eslint/config";
import ts from "typescript-eslint";

const NO_DEFAULT_EXPORT = {
  selector: "ExportDefaultDeclaration",
  message: "Export by name: a thing is called the same everywhere.",
};
/** What is used of zod alone is bundled then, without its words in forty languages. */
const ZOD_BY_NAME = {
  selector: "ImportDeclaration[source.value='zod'] > ImportSpecifier[imported.name='z']",
  message: 'Write `import * as z from "zod"`, so that only what is used of it is in the package.',
};
const ENVIRONMENT = {
  object: "process",
  property: "env",
  message: "app/main.ts hands the environment to readSettings; everybody else is given settings.",
};
const FORMATTERS =
  "app/domain/formatters.ts keeps one formatter of each kind: made anew, they fill the memory.";
/** The project's own rules. */
const HOUSE = {
  rules: {
    prologue: {
      create: ({ report, sourceCode }) => ({
        Program(node) {
          const [begins = Infinity] = node.body.map(({ range }) => range[0]);
          // A comment of several lines that begin with // is several comments.
          const said = sourceCode
            .getAllComments()
            .filter(({ type, range }) => type !== "Shebang" && range[0] < begins)
            .map(({ value }) => value);
          if (/\w{2}.*\.(\s|$)/s.test(said.join("\n"))) return;
          report({ node, message: "Begin the file with a comment in whole sentences: what it is for." });
        },
      }),
    },
  },
};
const COMBINES = "Settings are placed whole and never combined, so that each one stays known in a preview.";

export default defineConfig(
  globalIgnores(["**/node_modules", "dist", ".data", ".cache", "**/*.d.ts"]),
  { linterOptions: { noInlineConfig: true } },
  js.configs.recommended,
  {
    rules: {
      eqeqeq: "error",
      "no-console": "error",
      "no-restricted-properties": ["error", ENVIRONMENT],
      "no-restricted-imports": [
        "error",
        {
          paths: [{ name: "node:process", message: "`process` is there already; its env is app/main.ts's." }],
        },
      ],
      "no-restricted-syntax": ["error", NO_DEFAULT_EXPORT, ZOD_BY_NAME],
    },
  },
  {
    files: ["**/*.ts", "**/*.tsx"],
    extends: [ts.configs.strictTypeChecked, ts.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      "@typescript-eslint/consistent-type-imports": ["error", { fixStyle: "inline-type-imports" }],
      "@typescript-eslint/switch-exhaustiveness-check": [
        "error",
        { considerDefaultExhaustiveForUnions: true },
      ],
      "@typescript-eslint/no-unused-vars": [
        "error",
        { argsIgnorePattern: "^_", varsIgnorePattern: "^_", ignoreRestSiblings: true },
      ],
      // Marked deprecated by its makers only to stand out; plain http is for environment local alone.
      "@typescript-eslint/no-deprecated": [
        "error",
        { allow: [{ from: "package", package: "openid-client", name: "allowInsecureRequests" }] },
      ],
      // An arrow that hands on a call's nothing is a sentence; braces around it say no more.
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
    },
  },
  {
    files: ["app/**", "infra/**", "scripts/**"],
    plugins: { house: HOUSE },
    rules: {
      "house/prologue": "error",
      "max-lines": ["error", { max: 250, skipBlankLines: true, skipComments: true }],
    },
  },
  {
    // Plain JavaScript that any Node from 18 on reads; what lies in app runs in the browser.
    files: ["**/*.js", "**/*.cjs"],
    languageOptions: {
      globals: {
        process: "readonly",
        URL: "readonly",
        Buffer: "readonly",
        setInterval: "readonly",
        clearInterval: "readonly",
      },
    },
  },
  {
    files: ["app/**/*.js"],
    languageOptions: {
      globals: Object.fromEntries(
        [
          "AudioContext",
          "document",
          "EventSource",
          "fetch",
          "FormData",
          "history",
          "location",
          "navigator",
          "requestAnimationFrame",
          "setTimeout",
          "clearTimeout",
          "setInterval",
          "clearInterval",
          "URLSearchParams",
          "window",
        ].map((name) => [name, "readonly"]),
      ),
    },
  },
  {
    files: [
      "app/main.ts",
      "infra/dataplane/environment.ts",
      ".vitest.mutation.config.ts",
      "scripts/**",
      "test/**",
    ],
    rules: { "no-restricted-properties": "off" },
  },
  {
    files: [
      ".eslint.config.js",
      ".vitest.config.ts",
      ".vitest.mutation.config.ts",
      ".dependency-cruiser.cjs",
    ],
    rules: { "no-restricted-syntax": "off" },
  },
  {
    files: ["app/**"],
    ignores: ["app/domain/formatters.ts", "app/sandbox/oracle/clinic/clock.ts"],
    rules: {
      "no-restricted-syntax": [
        "error",
        NO_DEFAULT_EXPORT,
        ZOD_BY_NAME,
        {
          selector: ":matches(NewExpression, CallExpression) > MemberExpression[object.name='Intl']",
          message: FORMATTERS,
        },
        { selector: "MemberExpression[property.name=/^toLocale.*String$/]", message: FORMATTERS },
        {
          selector: ":matches(Literal[value=/\\blimit \\?/], TemplateElement[value.raw=/\\blimit \\?/])",
          message: "SQLite plans such a statement anew at each use: end it with AT_MOST.",
        },
      ],
    },
  },
  {
    files: ["infra/settings.ts"],
    rules: {
      "no-restricted-syntax": [
        "error",
        NO_DEFAULT_EXPORT,
        ZOD_BY_NAME,
        { selector: "TemplateLiteral", message: COMBINES },
        { selector: "BinaryExpression[operator='+']", message: COMBINES },
        { selector: "AssignmentExpression[operator='+=']", message: COMBINES },
        {
          selector: "CallExpression[callee.property.name=/^(concat|join|replace|replaceAll|apply)$/]",
          message: COMBINES,
        },
      ],
    },
  },
);
