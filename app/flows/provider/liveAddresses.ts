import { PATHS } from "../../domain/addresses.ts";

const PAGE = PATHS.visits + "/:launch";

/** The routes that the open page asks by itself. */
export const LIVE_ROUTES = { now: PAGE + PATHS.waiting, stream: PAGE + PATHS.waitingStream } as const;
