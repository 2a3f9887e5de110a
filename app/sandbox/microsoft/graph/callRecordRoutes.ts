/**
 * Records of the tenant's calls: those of visits' meetings, once they are over, among others that are none of the
 * connector's business (https://learn.microsoft.com/graph/api/resources/callrecords-api-overview).
 */
import { Router, type Request } from "express";
import type { Tenant } from "../entra/tenant.ts";
import type { Rooms } from "../teams/rooms.ts";
import { role } from "./asked.ts";
import { calls, type Call } from "./calls.ts";
import { sessionsOf } from "./callSessions.ts";
import { badRequest, GraphError } from "./graphError.ts";
import type { Meetings } from "./meetings.ts";

export interface CallRecordRoutesDeps {
  readonly tenant: Tenant;
  readonly meetings: Meetings;
  readonly rooms: Pick<Rooms, "all">;
}

/** Entries on a page here; Graph's own pages have 60. */
const PAGE = 3;
const AT = "/v1.0/communications/callRecords";
const KEPT_MS = 30 * 86_400_000;

export function callRecordRoutes({ tenant, meetings, rooms }: CallRecordRoutesDeps): Router {
  const router = Router();
  const may = role("CallRecords.Read.All");
  const pageOf = (request: Request, all: readonly object[]) => {
    const skipped = Number(request.query["$skiptoken"] ?? 0);
    const next = new URL(tenant.origins().backChannel + request.originalUrl);
    next.searchParams.set("$skiptoken", String(skipped + PAGE));
    return {
      value: all.slice(skipped, skipped + PAGE),
      ...(skipped + PAGE < all.length && { "@odata.nextLink": next.href }),
    };
  };
  const known = (from: Date, before: Date): readonly Call[] => {
    const now = tenant.now();
    const oldest = new Date(Math.max(from.getTime(), now.getTime() - KEPT_MS));
    return tenant.faults.current().callRecords === "made"
      ? calls({ tenant, meetings, rooms }, oldest, before < now ? before : now)
      : [];
  };

  router.get(AT, may, (request, response) => {
    const { $filter, $select, $skiptoken: _page, ...others } = request.query;
    const [unknown] = Object.keys(others);
    if (unknown !== undefined) throw badRequest(`The query specified in the URI is not valid: '${unknown}'.`);
    const { from, before } = windowIn(typeof $filter === "string" ? $filter : "", tenant.now());
    const members = membersIn(typeof $select === "string" ? $select : undefined);
    response.json(
      pageOf(
        request,
        known(from, before).map((call) => shownOf(call, members)),
      ),
    );
  });

  router.get(AT + "/:id/sessions", may, (request, response) => {
    const { $expand, $skiptoken: _page, ...others } = request.query;
    if (Object.keys(others).length > 0 || ($expand !== undefined && $expand !== "segments"))
      throw badRequest("The query specified in the URI is not valid.");
    const found = known(new Date(0), tenant.now()).find(({ id }) => id === request.params["id"]);
    if (found === undefined) throw new GraphError(404, "NotFound", "");
    response.json(pageOf(request, sessionsOf(found, $expand === "segments")));
  });
  return router;
}

const CONDITION = /^startDateTime (lt|le|gt|ge) (\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z)$/;

/** The only filter besides the one by participant; its times are in UTC. @throws GraphError */
function windowIn(filter: string, now: Date): { readonly from: Date; readonly before: Date } {
  let [from, before] = [0, now.getTime() + 1];
  for (const condition of filter === "" ? [] : filter.split(" and ")) {
    const [, compared, at] = CONDITION.exec(condition) ?? [];
    if (compared === undefined || at === undefined) throw badRequest("Invalid filter clause.");
    const moment = Date.parse(at);
    if (compared === "ge" || compared === "gt") from = Math.max(from, moment + Number(compared === "gt"));
    else before = Math.min(before, moment + Number(compared === "le"));
  }
  return { from: new Date(from), before: new Date(before) };
}

const MEMBERS = [
  "id",
  "version",
  "type",
  "modalities",
  "lastModifiedDateTime",
  "startDateTime",
  "endDateTime",
  "joinWebUrl",
] as const;

function membersIn(select: string | undefined): readonly string[] {
  if (select === undefined) return [...MEMBERS, "organizer_v2"];
  const wanted = select.split(",");
  const unknown = wanted.find((one) => !MEMBERS.some((member) => member === one));
  if (unknown === undefined) return wanted;
  throw badRequest(
    `Could not find a property named '${unknown}' on type 'microsoft.graph.callRecords.callRecord'.`,
  );
}

const shownOf = (call: Call, members: readonly string[]): object =>
  Object.fromEntries(Object.entries(recordOf(call)).filter(([name]) => members.includes(name)));

const recordOf = ({ id, from, to, joinUrl, organizer }: Call) => ({
  id,
  version: 1,
  type: joinUrl === undefined ? "peerToPeer" : "groupCall",
  modalities: ["audio", "video"],
  lastModifiedDateTime: to.toISOString(),
  startDateTime: inTicks(from),
  endDateTime: inTicks(to),
  joinWebUrl: joinUrl ?? null,
  organizer_v2: {
    id: organizer,
    identity: { user: { id: organizer, displayName: "Somebody Else", tenantId: null } },
  },
});

/** Graph writes seven digits after the point. */
const inTicks = (at: Date) => at.toISOString().replace("Z", "0000Z");
