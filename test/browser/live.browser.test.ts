import { hearsAt, onTheOpenPage, tellsOfAMove, tellsOfAnotherVisit } from "./live.ts";

onTheOpenPage(hearsAt(1280), tellsOfAMove, tellsOfAnotherVisit);
