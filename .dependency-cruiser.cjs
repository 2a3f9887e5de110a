/**
 * Who may import whom. Each layer names what it may reach; everything else is refused, so a new folder has to be placed.
 *   main -> compose -> adapters -> ports -> domain;  server -> flows -> records -> ports -> domain; flows also web
 */
const FLOWS = "^app/flows/([^/]+)/";
const PLACES = [
  "^app/(config|charts|domain|messages|ports|records|adapters|web|worker|sandbox|public)/",
  FLOWS,
  "^app/(main|checkSettings|compose|parts|server|worker|log)\\.ts$",
];
/** What infra may take of the connector: rules and words, the settings' names, the containers, the purchase of numbers. */
const OF_APP = [
  "^app/domain/",
  "^app/config/names\\.ts$",
  "^app/records/containers\\.ts$",
  "^app/adapters/acs/numbers\\.ts$",
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
        pathNot: ["^(node:)?crypto$", npm + "/(zod|libphonenumber-js|ical-generator)/"],
      },
      "The domain does no I/O: node:crypto, zod, the world's numbering plans and calendar files are all it takes.",
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
      "records-are-ours",
      "^app/records/",
      ["^app/(records|ports|domain)/", "^app/log\\.ts$"],
      "What we keep knows the outside by its ports, and no page.",
    ),
    only(
      "adapters-stand-alone",
      "^app/adapters/([^/]+)/",
      ["^app/adapters/($1|wire)/", "^app/ports/", "^app/domain/", "^app/log\\.ts$"],
      "An adapter imports no flow, no record and no other adapter; how answers are read is one for all.",
    ),
    only(
      "wire-knows-no-vendor",
      "^app/adapters/wire/",
      ["^app/adapters/wire/", "^app/domain/"],
      "What every adapter reads answers with belongs to none of them.",
    ),
    only(
      "flows-stand-alone",
      FLOWS,
      ["^app/flows/$1/", "^app/(charts|messages|records|ports|domain|web)/", "^app/(parts|log)\\.ts$"],
      "A flow imports no adapter and no other flow.",
    ),
    only(
      "shared-by-flows",
      "^app/(charts|messages)/",
      ["^app/(charts|messages|records|ports|domain)/", "^app/(parts|log)\\.ts$"],
      "How a chart is asked, and how one message is sent once, serves every flow that does so.",
    ),
    only(
      "web-knows-no-flow",
      "^app/web/",
      ["^app/(web|records|ports|domain)/", "^app/log\\.ts$"],
      "Pages' frame and mechanisms serve every flow; the words are a flow's.",
    ),
    only(
      "config-reads-words",
      "^app/config/",
      ["^app/(config|domain)/"],
      "Settings are made of the domain's words.",
    ),
    only("log-stands-alone", "^app/log\\.ts$", ["^$"], "Everybody logs."),
    only(
      "parts-are-named",
      "^app/parts\\.ts$",
      ["^app/(records|ports|domain)/", "^app/log\\.ts$"],
      "The list of what flows pick from: types only.",
    ),
    only(
      "worker-works",
      "^app/worker(\\.ts$|/)",
      ["^app/(worker|records|ports|domain)/", "^app/web/flow\\.ts$", "^app/log\\.ts$"],
      "The worker is given the flows' jobs and what comes round.",
    ),
    only(
      "server-serves-flows",
      "^app/server\\.ts$",
      [FLOWS, "^app/(ports|domain|web)/", "^app/(parts|log)\\.ts$"],
      "The server is given what the flows need.",
    ),
    only(
      "compose-composes",
      "^app/compose\\.ts$",
      ["^app/(adapters|records|ports|domain|config)/", "^app/(parts|log)\\.ts$"],
      "Settings become adapters, adapters become records; the server gives both to the flows.",
    ),
    only(
      "check-settings-names-records",
      "^app/checkSettings\\.ts$",
      ["^app/records/containers\\.ts$"],
      "It says which rows a package reads and writes, and reaches nothing.",
    ),
    only(
      "main-starts",
      "^app/main\\.ts$",
      [
        "^app/config/",
        "^app/(checkSettings|compose|log|parts|server|worker)\\.ts$",
        "^app/worker/pace\\.ts$",
      ],
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
      ["^infra/", ...OF_APP],
      "Rules, names, containers, the purchase of numbers, and nothing else.",
    ),
    only(
      "rehearsal-takes-the-sandbox",
      "^infra/rehearsal/",
      ["^infra/", "^app/sandbox/", ...OF_APP],
      "The rehearsal's vendors are the sandbox's.",
    ),
    never(
      "stack-needs-no-pulumi",
      { path: "^infra/(stack/.*|stack|settings|revision)\\.ts$" },
      { path: npm + "/@pulumi/" },
      "npm start reads a stack without Pulumi installed.",
    ),
    never(
      "everything-has-a-folder",
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
        path: "^(app/|scripts/(start|build)\\.ts$|scripts/local/|scripts/package/|infra/(stack/.*|stack|settings|revision)\\.ts$)",
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
