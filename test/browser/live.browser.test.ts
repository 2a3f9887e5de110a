import { hearsAt, onTheOpenPage } from "./live.ts";

onTheOpenPage(hearsAt(1280));
