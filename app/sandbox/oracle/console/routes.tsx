/** Oracle's code console, where a hospital or a vendor registers an application and reads its client id. */
import express, { type Request, type Router } from "express";
import * as z from "zod";
import { refuseOtherSites } from "../board/otherSites.ts";
import { send } from "../board/frame.tsx";
import type { Domain } from "../domain.ts";
import type { Applications } from "./applications.ts";
import { ApplicationPage, ConsolePage, RegistrationPage } from "./pages.tsx";
import { judged, NEW, type Typed } from "./judge.ts";

export interface ConsoleDeps {
  readonly applications: Applications;
  readonly domains: readonly Domain[];
}

export function codeConsole({ applications, domains }: ConsoleDeps): Router {
  const router = express.Router();
  const form = express.urlencoded({ extended: false, limit: "16kb" });
  router.get("/console", (_request, response) => {
    send(response, 200, <ConsolePage domains={domains} applications={applications.list()} />);
  });
  router.get("/console/new", (_request, response) => {
    send(response, 200, <RegistrationPage domains={domains} typed={NEW} faults={{}} />);
  });
  router.post("/console/new", refuseOtherSites, form, async (request, response) => {
    const typed = typedIn(request);
    const verdict = judged(
      typed,
      domains.map(({ tenant }) => tenant.id),
    );
    if (!verdict.ok) {
      send(response, 422, <RegistrationPage domains={domains} typed={typed} faults={verdict.faults} />);
      return;
    }
    const { client } = await applications.register(verdict.application);
    response.redirect(303, "/console/" + client.clientId);
  });
  router.get("/console/:id", (request, response, next) => {
    const application = applications.list().find(({ client }) => client.clientId === request.params.id);
    if (application === undefined) next();
    else {
      const secret = applications.secretOnce(application.client.clientId);
      send(response, 200, <ApplicationPage {...{ application, domains, secret }} />);
    }
  });
  router.post("/console/:id/remove", refuseOtherSites, async (request, response) => {
    await applications.remove(String(request.params["id"]));
    response.redirect(303, "/console");
  });
  return router;
}

const texts = z.record(z.string(), z.union([z.string(), z.array(z.string())])).catch({});

function typedIn({ body }: Request): Typed {
  const sent = texts.parse(body);
  const field = (name: string) => [sent[name] ?? ""].flat()[0]?.trim() ?? "";
  const { domains: _list, ...names } = NEW;
  const typed = Object.fromEntries(Object.keys(names).map((name) => [name, field(name)]));
  return { ...NEW, ...typed, domains: [sent["domains"] ?? []].flat() };
}
