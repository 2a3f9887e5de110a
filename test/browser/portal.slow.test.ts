import { newcomersAt } from "./portal.ts";

newcomersAt({ width: 320 }, { width: 768 }, { width: 1280, forcedColors: "active" });
