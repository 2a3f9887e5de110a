/** The parts of Microsoft Graph that the connector uses: v1.0, and what only the beta version has. */
import { randomUUID } from "node:crypto";
import { json, Router, type NextFunction, type Request, type Response } from "express";
import { bearer, trouble } from "./access.ts";
import { attendanceRoutes, type AttendanceRoutesDeps } from "./attendanceRoutes.ts";
import { callRecordRoutes } from "./callRecordRoutes.ts";
import { answerGraphError, GraphError } from "./graphError.ts";
import { meetingRoutes, type MeetingRoutesDeps } from "./meetingRoutes.ts";
import { subscriptionRoutes, type SubscriptionRoutesDeps } from "./subscriptionRoutes.ts";
import { userRoutes } from "./userRoutes.ts";

const VERSIONS = ["/v1.0", "/beta"];

export function graphRoutes(deps: AttendanceRoutesDeps & MeetingRoutesDeps & SubscriptionRoutesDeps): Router {
  const router = Router();
  const { tenant } = deps;
  // Every answer, a refusal too, has an id of its own.
  router.use(VERSIONS, (_request, response, next) => {
    response.set("request-id", randomUUID());
    next();
  });
  router.use(VERSIONS, trouble(tenant), bearer(tenant), json());
  router.use(userRoutes(tenant), meetingRoutes(deps), attendanceRoutes(deps));
  router.use(callRecordRoutes(deps), subscriptionRoutes(deps));
  router.use(VERSIONS, (request) => {
    throw new GraphError(
      400,
      "BadRequest",
      `Resource not found for the segment '${request.path.split("/")[1] ?? ""}'.`,
    );
  });
  router.use((error: unknown, _request: Request, response: Response, next: NextFunction) => {
    if (error instanceof GraphError) answerGraphError(response, error, tenant.now());
    else if (error instanceof SyntaxError)
      answerGraphError(
        response,
        new GraphError(400, "BadRequest", "Unable to read JSON request payload."),
        tenant.now(),
      );
    else next(error);
  });
  return router;
}
