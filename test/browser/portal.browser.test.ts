import { newcomersAt } from "./portal.ts";

newcomersAt({ width: 1280 });
