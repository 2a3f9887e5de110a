import {
  asks,
  asksMoreSeldom,
  losesTheConnector,
  cannotNotify,
  cannotSound,
  hearsAt,
  manyCharts,
  onTheOpenPage,
} from "./live.ts";

onTheOpenPage(hearsAt(320), manyCharts, asks, asksMoreSeldom, losesTheConnector, cannotSound, cannotNotify);
