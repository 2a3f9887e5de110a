/** What the connector is compared with: an Express application with a single route, which redirects. */
import express from "express";
import { PATHS } from "../../app/domain/addresses.ts";
import { LOBBY } from "./lobby.ts";

const app = express();
app.get(PATHS.link + "/:token", (_request, response) => {
  response.redirect(302, LOBBY);
});
const server = app.listen(0, "127.0.0.1", () => {
  const address = server.address();
  process.stdout.write(String(typeof address === "object" && address !== null ? address.port : 0) + "\n");
});
