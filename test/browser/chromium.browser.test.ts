import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, test } from "vitest";
import { describeInBrowser, launchChromium } from "./chromium.ts";

describeInBrowser("the browser of these tests", () => {
  test("opens a page of this machine and has a camera and a microphone", async () => {
    const server = createServer((_request, response) => {
      response.setHeader("content-type", "text/html").end("<title>Here</title>");
    });
    await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
    const browser = await launchChromium();
    try {
      const page = await browser.newPage();
      await page.goto("http://127.0.0.1:" + String((server.address() as AddressInfo).port));
      expect(await page.title()).toBe("Here");
      const kinds = await page.evaluate(async () => {
        const stream = await navigator.mediaDevices.getUserMedia({ audio: true, video: true });
        return stream
          .getTracks()
          .map((track) => track.kind)
          .sort();
      });
      expect(kinds).toEqual(["audio", "video"]);
    } finally {
      await browser.close();
      server.close();
    }
  });
});
