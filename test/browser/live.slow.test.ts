import { asks, hearsAt, manyCharts } from "./live.ts";

hearsAt(320);
manyCharts();
asks();
