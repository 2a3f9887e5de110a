/**
 * Who may import whom. Each layer names what it may reach; everything else is refused, so a new folder has to be placed.
 *   main -> compose -> adapters -> ports -> domain;  server -> flows -> ports, web, domain
 */
const FLOWS = "^app/(provider|patient|visits|connections|events|messages|portal|reports)/";
const PLACES = [
  "^app/(domain|ports|adapters|web|sandbox|public)/",
  FLOWS,
  "^app/(main|compose|server|worker|config|log)\\.ts$",
];
const npm = "node_modules";

/** Of `app`, modules at `from` reach only what matches one of `to`. Packages and Node's own modules are not meant. */
const only = (name, from, to, comment) => ({
  name,
  comment,
  severity: "error",
  from: { path: from },
  to: { path: "^(app|infra|scripts|test)/", pathNot: to },
});
const never = (name, from, to, comment) => ({ name, comment, severity: "error", from, to });

module.exports = {
  forbidden: [
    only("domain-is-pure", "^app/domain/", ["^app/domain/"], "The domain knows nothing but itself."),
    never(
      "domain-packages",
      { path: "^app/domain/" },
      {
        dependencyTypes: ["core", "npm", "npm-dev", "npm-optional", "npm-no-pkg"],
        pathNot: ["^(node:)?crypto$", npm + "/zod/"],
      },
      "The domain does no I/O: node:crypto and zod are all it takes.",
    ),
    only(
      "ports-are-our-words",
      "^app/ports/",
      ["^app/ports/", "^app/domain/"],
      "A port speaks of the domain only.",
    ),
    never(
      "ports-packages",
      { path: "^app/ports/" },
      { dependencyTypes: ["core", "npm", "npm-dev", "npm-optional", "npm-no-pkg"] },
      "A port has no vendor's type in it.",
    ),
    only(
      "adapters-stand-alone",
      "^app/adapters/([^/]+)/",
      ["^app/adapters/$1/", "^app/ports/", "^app/domain/", "^app/(config|log)\\.ts$"],
      "An adapter imports no flow and no other adapter.",
    ),
    only(
      "flows-stand-alone",
      FLOWS,
      ["^app/$1/", "^app/(ports|domain|web)/", "^app/log\\.ts$"],
      "A flow imports no adapter and no other flow.",
    ),
    only(
      "web-knows-no-flow",
      "^app/web/",
      ["^app/(web|ports|domain)/", "^app/log\\.ts$"],
      "Pages' frame and words serve every flow.",
    ),
    only(
      "config-reads-words",
      "^app/(config|log)\\.ts$",
      ["^app/domain/"],
      "Settings are made of the domain's words.",
    ),
    only(
      "server-serves-flows",
      "^app/(server|worker)\\.ts$",
      [FLOWS, "^app/(ports|domain|web)/", "^app/(config|log)\\.ts$"],
      "The server is given what the flows need.",
    ),
    only(
      "compose-composes",
      "^app/compose\\.ts$",
      ["^app/adapters/", FLOWS, "^app/(ports|domain|web)/", "^app/(config|log|server|worker)\\.ts$"],
      "Settings become adapters, adapters are given to flows.",
    ),
    only(
      "main-starts",
      "^app/main\\.ts$",
      ["^app/(compose|config|log|server|worker)\\.ts$"],
      "Start: read settings, compose, listen.",
    ),
    never(
      "only-compose-imports-adapters",
      { path: "^app/", pathNot: ["^app/compose\\.ts$", "^app/adapters/", "^app/sandbox/"] },
      { path: "^app/adapters/" },
      "One composition root.",
    ),
    only(
      "sandbox-is-outside",
      "^app/sandbox/",
      ["^app/sandbox/"],
      "A stand-in that shares code with what it judges proves nothing.",
    ),
    never(
      "nothing-knows-the-sandbox",
      { path: "^(app|infra)/", pathNot: ["^app/sandbox/", "^infra/rehearsal/"] },
      { path: "^app/sandbox/" },
      "The sandbox never ships.",
    ),
    never(
      "app-knows-no-infra",
      { path: "^app/" },
      { path: "^(infra|scripts|test)/" },
      "The connector is deployed; it does not deploy.",
    ),
    only(
      "infra-takes-little-of-app",
      "^infra/(?!rehearsal/)",
      [
        "^infra/",
        "^app/config\\.ts$",
        "^app/adapters/cosmos/containers\\.ts$",
        "^app/adapters/acs/numbers\\.ts$",
      ],
      "The settings, the containers, the purchase of numbers, and nothing else.",
    ),
    only(
      "rehearsal-takes-the-sandbox",
      "^infra/rehearsal/",
      ["^infra/", "^app/sandbox/", "^app/config\\.ts$", "^app/adapters/cosmos/containers\\.ts$"],
      "The rehearsal's vendors are the sandbox's.",
    ),
    never(
      "stack-needs-no-pulumi",
      { path: "^infra/(stack/.*|stack|settings|words|revision)\\.ts$" },
      { path: npm + "/@pulumi/" },
      "npm start reads a stack without Pulumi installed.",
    ),
    never(
      "everything-has-a-place",
      { path: "^app/", pathNot: PLACES },
      {},
      "A new folder of app gets a line in the rules above before it imports anything.",
    ),
    never("no-cycles", {}, { circular: true }, "A cycle has no top to start reading at."),
    never(
      "no-orphans",
      {
        orphan: true,
        path: "^(app|infra|scripts)/",
        pathNot: ["\\.d\\.ts$", "^app/.*\\.js$", "^scripts/leash\\.js$"],
      },
      {},
      "A module that nobody uses and that uses nobody.",
    ),
    never("resolvable", {}, { couldNotResolve: true }, "The import leads nowhere."),
    never(
      "declared-packages",
      { path: "^(app|infra|scripts)/" },
      { dependencyTypes: ["npm-no-pkg", "npm-unknown"] },
      "A package that is there by chance, as another one's dependency.",
    ),
    never(
      "start-needs-no-tools",
      {
        path: "^(app/|scripts/(start|build)\\.ts$|scripts/local/|scripts/package/|infra/(stack/.*|stack|settings|words|revision)\\.ts$)",
      },
      { dependencyTypes: ["npm-dev"] },
      "npm start installs no development dependency.",
    ),
  ],
  options: {
    doNotFollow: { path: npm },
    exclude: { path: "^(dist|\\.data|\\.cache|test/emulators/node_modules)/" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "node", "types", "default"],
      mainFields: ["module", "main", "types"],
    },
    combinedDependencies: false,
  },
};
