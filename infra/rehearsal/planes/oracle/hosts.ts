/**
 * Which of Oracle's hosts serves what. Base URLs are the hospital's choice, which may put hosts of its own in front of
 * Oracle's.
 */
import type { RequestHandler } from "express";
import { bugs, type OracleApplication } from "../../../../app/sandbox/oracle/application.ts";
import { application } from "../vendors/entra.ts";
import type { Backend } from "../../front/hosts/front.ts";
import { AUTHORIZATION, type ChartSystem } from "./chartSystems.ts";

export function hostsOf(systems: readonly ChartSystem[]): readonly string[] {
  const said = systems.flatMap(({ at, moved }) => [
    new URL(at.fhirBase).host,
    ...moved.map(({ address }) => address.host),
  ]);
  return [...new Set([AUTHORIZATION, ...said])];
}

/** Oracle Health as it answers at one of its hosts. */
export function served(
  { pages, programs }: OracleApplication,
  systems: readonly ChartSystem[],
  host: string,
): Backend {
  const nothing: RequestHandler = (_request, response) => {
    response.status(404).type("text/plain").send("Nothing is here\n");
  };
  const app = application(pages, programs, nothing, bugs);
  return (request, response) => {
    const path = pathOf(systems, host, request.url ?? "/");
    if (path === undefined && host !== AUTHORIZATION) {
      response.writeHead(404, { "content-type": "text/plain" }).end("Nothing is here\n");
      return;
    }
    if (path !== undefined) request.url = path;
    app(request, response);
  };
}

/** The path at which the stand-in serves what is asked for, where that differs from the requested path. */
function pathOf(systems: readonly ChartSystem[], host: string, asked: string): string | undefined {
  const [, path = "", rest = ""] = /^([^?#]*)(.*)$/su.exec(asked) ?? [];
  for (const { at, oracleTenant, moved } of systems) {
    const base = new URL(at.fhirBase);
    if (base.host === host && (path + "/").startsWith(base.pathname + "/"))
      return "/r4/" + oracleTenant + path.slice(base.pathname.length) + rest;
    const found = moved.find(({ address }) => address.host === host && address.pathname === path);
    if (found !== undefined) return found.path + rest;
  }
  return undefined;
}
