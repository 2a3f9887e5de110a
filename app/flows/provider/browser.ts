import type { Request } from "express";
import { fault } from "./problems.ts";

/**
 * The Internet Explorer control that some PowerChart installations still embed: Teams and these pages do not work in it.
 * @throws Fault browser-too-old
 */
export function refuseOldBrowser(request: Request): void {
  if (/\bMSIE \d|\bTrident\/\d/.test(request.get("user-agent") ?? ""))
    throw fault({ kind: "browser-too-old" });
}
