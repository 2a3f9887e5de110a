import { asks, hearsAt, manyCharts, onTheOpenPage } from "./live.ts";

onTheOpenPage(hearsAt(320), manyCharts, asks);
