/**
 * Tells an open page who waits: by a stream as it changes, and by single requests where the stream does not come through.
 */
import { Router, type Request, type Response } from "express";
import { PATHS } from "../../domain/addresses.ts";
import type { VisitId } from "../../domain/linkToken.ts";
import { SessionOver, type Session } from "../../records/sessions.ts";
import { EventStream, READ_TO_THE_END_MS } from "../../web/eventStream.ts";
import { Fault } from "../../web/fault.ts";
import type { House } from "../../web/flow.ts";
import { canBeTakenOver } from "../../web/takenOver.ts";
import { following, shownNow, type Follower, type Following } from "./followed.ts";
import { keptOf } from "./kept.ts";
import { LIVE_ROUTES } from "./liveAddresses.ts";
import type { ProviderParts } from "./parts.ts";
import { unusedSession, unusedSessionOf } from "./session.ts";
import { openStreams, type OpenStream, type StreamRules, type Streams } from "./streams.ts";
import type { Shown } from "./waitingCard.tsx";

/**
 * How many streams may be open. A page that is visible has one; a few tabs of one chart may be visible, and all the pages of
 * a large hospital at once. A page without a stream asks every few seconds.
 */
const MOST_STREAMS = { ofLaunch: 4, inAll: 6_000 };
/** How often a beat is sent: proxies in between break off connections on which nothing was sent for some minutes. */
const BEAT_SECONDS = 15;
/**
 * How long a stream lasts. Together with the time for reading its end, it stays below the four minutes for which the front
 * ends of the service and of the edge wait.
 */
const LIFE_SECONDS = 200 - READ_TO_THE_END_MS / 1000;
const STREAMS: StreamRules = {
  ...MOST_STREAMS,
  checkedEverySeconds: BEAT_SECONDS,
  lifeSeconds: LIFE_SECONDS,
};

export function liveRoutes(parts: ProviderParts, { stopping }: Pick<House, "stopping">): Router {
  const router = Router();
  const live: Live = { parts, follow: following(parts), streams: openStreams(STREAMS) };
  stopping.addEventListener("abort", () => {
    live.streams.endAll();
  });

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

  // Express would have the handler of GET answer, which goes on with events.
  router.head(LIVE_ROUTES.stream, (_request, response) => {
    response.set("Allow", "GET").status(405).end();
  });

  router.get(LIVE_ROUTES.stream, async (request, response) => {
    const { session, visit } = await visitOf(request);
    if (visit === undefined || response.destroyed) {
      // For an EventSource, 204 means that it must not ask again.
      response.status(204).end();
      return;
    }
    if (stopping.aborted) response.status(503).end();
    else if (!canBeTakenOver(response) || !open(live, { session, visit: visit.id }, response))
      response.status(429).end();
  });

  // A sign-out in this process is told at once; one in another process is found at the next beat.
  router.post(PATHS.visits + "/:launch/sign-out", (request: Request<{ launch: string }>, response, next) => {
    response.once("finish", () => {
      live.streams.check(request.params.launch);
    });
    next();
  });
  return router;
}

/** What all streams have in common. */
interface Live {
  readonly parts: ProviderParts;
  readonly follow: Following;
  readonly streams: Streams;
}

/** Which visit a page shows, and by which session. */
interface VisitOfPage {
  readonly session: Pick<Session, "id" | "launchId">;
  readonly visit: VisitId;
}

/** @returns false where there are as many streams as may be; then nothing was answered */
function open(live: Live, { session: { id, launchId }, visit }: VisitOfPage, response: Response): boolean {
  const page = new OpenPage(live, id, launchId, visit);
  if (!live.streams.add(page)) return false;
  page.begin(new EventStream(response));
  return true;
}

/**
 * A page that has a stream. Thousands are open, so it keeps ids, and nothing of the request by which it was opened.
 */
class OpenPage implements OpenStream, Follower {
  readonly launch: string;
  readonly #live: Live;
  readonly #session: string;
  readonly #visit: VisitId;
  #stream: EventStream | undefined;

  constructor(live: Live, session: string, launch: string, visit: VisitId) {
    this.launch = launch;
    this.#live = live;
    this.#session = session;
    this.#visit = visit;
  }

  begin(stream: EventStream): void {
    this.#stream = stream;
    stream.onClose(() => {
      this.#live.streams.remove(this);
      this.#live.follow.end(this.#visit, this);
    });
    this.#live.follow.begin(this.#visit, this);
  }

  tell({ html }: Shown): void {
    this.#stream?.send("waiting", html);
  }

  lost(): void {
    this.end();
  }

  /** The page may still be shown, and still shows this visit; if not, the stream ends. */
  check(): void {
    void this.#isShown().then(
      (isShown) => {
        if (isShown) this.#stream?.send("beat", "");
        else this.end();
      },
      (error: unknown) => {
        if (isOver(error)) this.#stream?.send("over", "");
        this.end();
      },
    );
  }

  async #isShown(): Promise<boolean> {
    const { parts } = this.#live;
    const session = await unusedSession(parts, { id: this.#session, launchId: this.launch });
    return (await keptOf(parts, session))?.id === this.#visit;
  }

  end(): void {
    this.#live.follow.end(this.#visit, this);
    this.#stream?.end();
  }
}

const isOver = (error: unknown) =>
  error instanceof SessionOver || (error instanceof Fault && error.kind === "session-idle");
