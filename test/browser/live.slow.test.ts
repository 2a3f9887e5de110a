import {
  asks,
  asksMoreSeldom,
  cannotNotify,
  cannotSound,
  hearsAt,
  manyCharts,
  onTheOpenPage,
} from "./live.ts";

onTheOpenPage(hearsAt(320), manyCharts, asks, asksMoreSeldom, cannotSound, cannotNotify);
