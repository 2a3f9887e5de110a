/** Who waits, for the page that is open: told as it changes, and asked for where that does not come through. */
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
 * A page that is shown has one; a few tabs of one chart may be, and all the pages of a large hospital at once. Whoever has none
 * asks every few seconds.
 */
const MOST_STREAMS = { ofLaunch: 4, inAll: 6_000 };
/** What stands between breaks off what says nothing for some minutes. */
const BEAT_MS = 15_000;
/** With what is left for reading its end, below the four minutes for which the service's and the edge's front ends wait. */
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
      // The browser takes this as: ask no more.
      response.status(204).end();
      return;
    }
    /** Whether the page may still be shown, and still shows this visit. */
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

  // Signed out in this process: told at once. Elsewhere it is found at the next beat.
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
