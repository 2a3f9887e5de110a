/** What the connector answers, and in which order the addresses are tried. */
import type { RequestListener } from "node:http";
import express, { type RequestHandler } from "express";
import { PATHS } from "./domain/addresses.ts";
import type { Handlers, UndoneOf } from "./domain/job.ts";
import { VERSION } from "./domain/version.ts";
import { backgroundFlow } from "./flows/background/background.ts";
import { canaryFlow } from "./flows/canary/canary.ts";
import { findingFlow } from "./flows/finding/finding.ts";
import { messagesFlow } from "./flows/messages/messages.ts";
import { patientFlow } from "./flows/patient/patient.ts";
import type { PatientDoor } from "./flows/patient/door.ts";
import { portalFlow } from "./flows/portal/portal.ts";
import { presenceFlow } from "./flows/presence/presence.ts";
import { providerFlow } from "./flows/provider/provider.ts";
import { reportsFlow } from "./flows/reports/reports.ts";
import { staffFlow } from "./flows/staff/staff.ts";
import { webhooksFlow } from "./flows/webhooks/webhooks.ts";
import type { Log } from "./log.ts";
import type { Parts } from "./parts.ts";
import { notMade, readiness, readinessCheck, type Readiness } from "./web/readiness.ts";
import { adminConsent } from "./web/adminConsent.ts";
import { allChecks } from "./web/allChecks.ts";
import { readAssets, type Assets } from "./web/assets.ts";
import { callerAddress } from "./web/callerAddress.ts";
import { elsewhere, frontDoor, signInNotBegun } from "./web/elsewhere.tsx";
import { faultPages, nothingHere } from "./web/faults.ts";
import type { Flow, House, Tick } from "./web/flow.ts";
import { everyAnswers, standardHeaders, strictTransport } from "./web/headers.ts";
import { limitByAddress } from "./web/limits.ts";
import { microsoftSignIn } from "./web/microsoftSignIn.ts";
import { pageRenderer, type RenderPage } from "./web/page.tsx";

export interface ServerOptions {
  readonly publicUrl: string;
  readonly packageDigest: string;
  readonly revision: string;
  /** The folder that holds the stylesheet and scripts. */
  readonly publicFolder: string;
  /** Whether the connector runs behind a front end that says who called, and that the call came by https. */
  readonly behindFrontEnd: boolean;
  readonly log: Log;
  /** Aborted when the process is about to stop. */
  readonly stopping: AbortSignal;
}

export interface Server {
  /** The listener for Node's HTTP server. */
  readonly app: RequestListener;
  /** Tells /readyz what prevents the parts from being made. */
  readonly notYet: (cause: unknown) => void;
  /** Opens all addresses. Until it is called, only the health pages answer, and every other request is told to come back. */
  readonly open: (parts: Parts) => Opened;
}

/** What the worker needs of the flows. */
export interface Opened {
  /** Has a handler for every kind of job. */
  readonly handlers: Handlers;
  readonly undone: UndoneOf;
  readonly ticks: readonly Tick[];
}

export function buildServer(options: ServerOptions): Server {
  const app = express();
  app.disable("x-powered-by");
  app.disable("etag");
  if (options.behindFrontEnd) app.set("trust proxy", 1);
  const assets = readAssets(options.publicFolder);
  let parts: Parts | undefined;
  let door: PatientDoor | undefined;

  const headerRules = { publicUrl: options.publicUrl, formTargets: [] };

  app.use(standardHeaders(headerRules));
  app.get("/healthz", (_request, response) => {
    const { packageDigest, revision } = options;
    response.json({ status: "up", version: VERSION, package: packageDigest, revision });
  });
  let ready = (): Promise<Readiness> => Promise.resolve(notMade(undefined));
  app.get("/readyz", async (_request, response) => {
    const { store, keys } = await ready();
    // Background work does not change the status, because pages are served without it. The portal and operators' programs
    // report what else is wrong.
    const jobs = (await parts?.workStanding.says())?.jobs;
    const worked = jobs?.canarySeconds !== undefined;
    response.status(store && keys ? 200 : 503).json({ store, keys, worked });
  });
  app.use((_request, response, next) => {
    if (parts === undefined)
      response.status(503).set("retry-after", "5").type("text").send("Starting; try again in a moment.\n");
    else next();
  });

  return {
    app(request, response) {
      request.url = originForm(request.url ?? "/");
      const others = () => void app(request, response);
      if (door === undefined) others();
      else door(request, response, others);
    },
    notYet(cause) {
      ready = () => Promise.resolve(notMade(cause));
    },
    open(opened) {
      ready = readiness(opened);
      const renderPage = pageRenderer(assets, opened.environment);
      app.use((_request, _response, next) => {
        opened.traces.during(next);
      });
      const { handlers, undone, ticks, mounted, patientDoor } = contents(
        opened,
        ready,
        renderPage,
        assets,
        options,
      );
      // What patients wait for must be the quickest, so it is answered before anything else.
      door = patientDoor({
        ofPages: everyAnswers(headerRules),
        ofRedirects: strictTransport(options.publicUrl),
      });
      for (const { at, answered } of mounted) app.use(under(at, answered));
      app.use(PATHS.signInCallback, limitByAddress(callerAddress(options.behindFrontEnd)), signInNotBegun);
      app.use(frontDoor(renderPage, opened.hospital.organization));
      app.use(nothingHere);
      const caller = callerAddress(options.behindFrontEnd);
      app.use(faultPages(elsewhere(renderPage, opened.hospital.organization), { ...opened, caller }));
      parts = opened;
      return { handlers, undone, ticks };
    },
  };
}

/** What is mounted. An address that nothing answers below a flow's addresses is reported by that flow. */
function contents(
  parts: Parts,
  ready: () => Promise<Readiness>,
  renderPage: RenderPage,
  assets: Assets,
  options: ServerOptions,
) {
  const caller = callerAddress(options.behindFrontEnd);
  const { stopping } = options;
  const house: House = {
    renderPage,
    caller,
    microsoftSignIn: microsoftSignIn({ ...parts, caller }),
    adminConsent: adminConsent({ ...parts, caller }),
    stopping,
  };
  const patient = patientFlow(parts, house);
  const staff = staffFlow(parts, house);
  const webhooks = webhooksFlow(parts);
  const provider = providerFlow(parts, house);
  const background = backgroundFlow(parts);
  const finding = findingFlow(parts);
  const messages = messagesFlow(parts);
  const presence = presenceFlow(parts);
  const reports = reportsFlow(parts);
  const canary = canaryFlow(parts);
  const others: readonly Pick<Flow, "ticks" | "checks">[] = [
    patient,
    staff,
    webhooks,
    provider,
    finding,
    messages,
    presence,
    reports,
    canary,
    background,
  ];
  const looks = (): readonly Pick<Flow, "checks">[] => [...others, portal, { checks: storeChecks }];
  const storeChecks = async () => [readinessCheck(await ready())];
  const checks = () => allChecks(looks(), parts.log)();
  const portal: Flow<"number"> = portalFlow(
    {
      ...parts,
      checks,
      packageDigest: options.packageDigest,
      visitAll: canary.visitAll,
      storeTakesWrites: async () => (await ready()).store,
    },
    house,
  );
  const flows = [...others, portal];
  const handlers: Handlers = {
    canary: background.jobs.canary,
    meeting: provider.jobs.meeting,
    prepare: finding.jobs.prepare,
    arrive: finding.jobs.arrive,
    fulfil: finding.jobs.fulfil,
    "opt-out": webhooks.jobs["opt-out"],
    room: provider.jobs.room,
    message: messages.jobs.message,
    watch: presence.jobs.watch,
    notification: presence.jobs.notification,
    usage: reports.jobs.usage,
    calls: reports.jobs.calls,
    forget: reports.jobs.forget,
    number: portal.jobs.number,
  };
  const mounted: readonly Mounted[] = [
    { at: [PATHS.link, PATHS.linkPage], answered: patient.routes },
    { at: [PATHS.staffLink, PATHS.signInCallback], answered: staff.routes },
    { at: [PATHS.portal, PATHS.signInCallback], answered: portal.routes },
    { at: ["/assets"], answered: assets.serve },
    { at: [PATHS.callEvents], answered: presence.routes },
    { at: [PATHS.webhooks], answered: webhooks.routes },
    {
      at: [PATHS.launches, PATHS.visits, PATHS.keySet, PATHS.evidenceKeys, PATHS.signInCallback],
      answered: provider.routes,
    },
  ];
  return {
    handlers,
    undone: { ...presence.undone, ...messages.undone },
    ticks: flows.flatMap(({ ticks }) => ticks),
    mounted,
    patientDoor: patient.door,
  };
}

interface Mounted {
  /** Paths, including everything below them. */
  readonly at: readonly string[];
  readonly answered: RequestHandler;
}

/** Passes a request to what is mounted at its address. Upper and lower case count alike, as in Express. */
function under(paths: readonly string[], answered: RequestHandler): RequestHandler {
  return (request, response, next) => {
    const path = request.path.toLowerCase();
    const isUnder = (each: string) => path === each || path.startsWith(each + "/");
    if (paths.some(isUnder)) void answered(request, response, next);
    else next();
  };
}

/**
 * The request's path and query. A client may send our origin along with them (RFC 9112, 3.2.2). A target that is no address
 * at all must not reach Express, which would answer with a page of its own.
 */
function originForm(target: string): string {
  if (target.startsWith("/")) return target;
  const path = /^https?:\/\/[^/?#]*(?<path>[/?].*)?$/is.exec(target)?.groups?.["path"];
  if (path === undefined) return URL.canParse(target) ? "/" : NOWHERE;
  return path.startsWith("?") ? "/" + path : path;
}

/** A path that nothing answers. */
const NOWHERE = "/no-address";
