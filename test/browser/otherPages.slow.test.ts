import { otherPages } from "./walk.ts";

otherPages();
