import { asks, asksMoreSeldom, hearsAt, manyCharts, onTheOpenPage } from "./live.ts";

onTheOpenPage(hearsAt(320), manyCharts, asks, asksMoreSeldom);
