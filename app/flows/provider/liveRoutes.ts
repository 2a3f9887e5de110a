/**
 * Tells an open page who waits: by a stream as it changes, and by single requests where the stream does not come through.
 */
import { Router, type Request } from "express";
import { PATHS } from "../../domain/addresses.ts";
import { SessionOver } from "../../records/sessions.ts";
import { openEventStream, READ_TO_THE_END_MS } from "../../web/eventStream.ts";
import { Fault } from "../../web/fault.ts";
import type { House } from "../../web/flow.ts";
import { following, shownNow } from "./followed.ts";
import { keptOf } from "./kept.ts";
import { LIVE_ROUTES } from "./liveAddresses.ts";
import type { ProviderParts } from "./parts.ts";
import { unusedSessionOf } from "./session.ts";
import { openStreams } from "./streams.ts";

/**
 * How many streams may be open. A page that is visible has one; a few tabs of one chart may be visible, and all the pages of
 * a large hospital at once. A page without a stream asks every few seconds.
 */
const MOST_STREAMS = { ofLaunch: 4, inAll: 6_000 };
/** How often a beat is sent: proxies in between break off connections on which nothing was sent for some minutes. */
const BEAT_MS = 15_000;
/**
 * How long a stream lasts. Together with the time for reading its end, it stays below the four minutes for which the front
 * ends of the service and of the edge wait.
 */
const LIFE_MS = 200_000 - READ_TO_THE_END_MS;

export function liveRoutes(parts: ProviderParts, { stopping }: Pick<House, "stopping">): Router {
  const router = Router();
  const follow = following(parts);
  const streams = openStreams(MOST_STREAMS);

  const visitOf = async (request: Request) => {
    const session = await unusedSessionOf(parts, request);
    return { session, visit: parts.callEvents && (await keptOf(parts, session)) };
  };

  router.get(LIVE_ROUTES.now, async (request, response) => {
    const { visit } = await visitOf(request);
    const shown = visit && (await shownNow(parts, visit.id));
    if (shown === undefined) {
      response.status(204).end();
      return;
    }
    const tag = `"${shown.tag}"`;
    response.set("ETag", tag);
    if (request.headers["if-none-match"] === tag) response.status(304).end();
    else response.status(200).type("html").end(shown.html);
  });

  router.get(LIVE_ROUTES.stream, async (request, response) => {
    const { session, visit } = await visitOf(request);
    if (visit === undefined || response.destroyed) {
      // For an EventSource, 204 means that it must not ask again.
      response.status(204).end();
      return;
    }
    /** Checks whether the page may still be shown, and still shows this visit; if not, the stream ends. */
    const check = () => {
      void visitOf(request).then(
        (now) => {
          if (now.visit?.id !== visit.id) end();
          else stream.send("beat", "");
        },
        (error: unknown) => {
          if (isOver(error)) stream.send("over", "");
          end();
        },
      );
    };
    const giveBack = stopping.aborted ? undefined : streams.add(session.launchId, check);
    if (giveBack === undefined) {
      response.status(stopping.aborted ? 503 : 429).end();
      return;
    }
    const stream = openEventStream(response);
    const unfollow = follow(visit.id, {
      tell: ({ html }) => {
        stream.send("waiting", html);
      },
      lost: () => {
        end();
      },
    });
    const beat = setInterval(check, BEAT_MS);
    const end = () => {
      clearInterval(beat);
      unfollow();
      stream.end();
    };
    const life = setTimeout(end, LIFE_MS);
    stopping.addEventListener("abort", end);
    response.once("close", () => {
      end();
      clearTimeout(life);
      stopping.removeEventListener("abort", end);
      giveBack();
    });
  });

  // A sign-out in this process is told at once; one in another process is found at the next beat.
  router.post(PATHS.visits + "/:launch/sign-out", (request: Request<{ launch: string }>, response, next) => {
    response.once("finish", () => {
      streams.check(request.params.launch);
    });
    next();
  });
  return router;
}

const isOver = (error: unknown) =>
  error instanceof SessionOver || (error instanceof Fault && error.kind === "session-idle");
