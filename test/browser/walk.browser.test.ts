import { walksAt } from "./walk.ts";

walksAt(1280);
