import { hearsAt, onTheOpenPage, tellsOfAMove } from "./live.ts";

onTheOpenPage(hearsAt(1280), tellsOfAMove);
