import { walksAt } from "./walk.ts";

walksAt(320);
