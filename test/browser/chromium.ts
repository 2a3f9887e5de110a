import { existsSync } from "node:fs";
import { chromium, type Browser } from "playwright-core";
import { describe } from "vitest";

/** The browser that `npm test` found or installed, or else Debian's; undefined if there is none. */
export function chromiumPath(): string | undefined {
  const path = process.env["CHROMIUM_PATH"] ?? "/usr/bin/chromium";
  return existsSync(path) ? path : undefined;
}

/** `describe` for tests that need a browser. Without one they are skipped, which `npm test` says conspicuously. */
export const describeInBrowser = describe.skipIf(chromiumPath() === undefined);

/** A headless Chromium with an invented camera and microphone, which calls no server by itself. The caller closes it. */
export async function launchChromium(): Promise<Browser> {
  const executablePath = chromiumPath();
  if (executablePath === undefined)
    throw new Error(
      "no Chromium is installed, and CHROMIUM_PATH names none; npm test installs one on Debian",
    );
  return chromium.launch({ executablePath, headless: true, args: flags() });
}

function flags(): string[] {
  return [
    ...(process.getuid?.() === 0 ? ["--no-sandbox"] : []),
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-fake-ui-for-media-stream",
    "--use-fake-device-for-media-stream",
  ];
}
