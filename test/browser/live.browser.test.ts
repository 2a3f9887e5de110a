import { hearsAt } from "./live.ts";

hearsAt(1280);
