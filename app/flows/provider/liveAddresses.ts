/** The routes that the open page asks by itself. */
import { PATHS } from "../../domain/addresses.ts";

const PAGE = PATHS.visits + "/:launch";

export const LIVE_ROUTES = { now: PAGE + PATHS.waiting, stream: PAGE + PATHS.waitingStream } as const;
