/** The stylesheet, scripts and mark: read once at start, served from memory, and cached by browsers until they change. */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { extname, join } from "node:path";
import type { RequestHandler } from "express";

const TYPES: Readonly<Record<string, string>> = {
  ".css": "text/css; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".svg": "image/svg+xml",
};

export interface Assets {
  /** The address of a file, with its hash, so that it may be cached for a year. Throws when there is no such file. */
  url(name: string): string;
  /** Answers `/assets/*` and nothing else. */
  readonly serve: RequestHandler;
}

interface Asset {
  readonly content: Buffer;
  readonly type: string;
  readonly hash: string;
}

/** Reads the files of one folder. Only those exact names can be requested, so a path cannot lead elsewhere. */
export function readAssets(folder: string): Assets {
  const assets = new Map(
    readdirSync(folder).flatMap((name) => {
      const type = TYPES[extname(name)];
      return type === undefined ? [] : [["/assets/" + name, readAsset(join(folder, name), type)] as const];
    }),
  );
  return {
    url(name) {
      const path = "/assets/" + name;
      const asset = assets.get(path);
      if (asset === undefined) throw new Error("there is no asset " + name);
      return path + "?v=" + asset.hash;
    },
    serve(request, response, next) {
      const asset = assets.get(request.path);
      if (asset === undefined || (request.method !== "GET" && request.method !== "HEAD")) {
        next();
        return;
      }
      const current = request.query["v"] === asset.hash;
      response.set({
        "Content-Type": asset.type,
        "Cache-Control": current ? "public, max-age=31536000, immutable" : "no-cache",
        ETag: '"' + asset.hash + '"',
      });
      response.send(asset.content);
    },
  };
}

function readAsset(file: string, type: string): Asset {
  const content = readFileSync(file);
  const hash = createHash("sha256").update(content).digest("base64url").slice(0, 12);
  return { content, type, hash };
}
