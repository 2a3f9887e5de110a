/**
 * Tells the participant's page that something changed; the page then fetches it. If the browser is closed, its participant
 * leaves the meeting after a moment; one whose page never listened stays until leaving.
 */
import type { Request, Response } from "express";
import type { Participant, Rooms } from "./rooms.ts";

const BEAT_MILLISECONDS = 20_000;
const GONE_MILLISECONDS = 15_000;

export function live(
  rooms: Rooms,
): (thread: string, participant: Participant, request: Request, response: Response) => void {
  const listening = new Map<Participant, number>();
  return (thread, participant, request, response) => {
    response.writeHead(200, { "Content-Type": "text/event-stream", "Cache-Control": "no-store" });
    response.write("retry: 1000\ndata: changed\n\n");
    listening.set(participant, (listening.get(participant) ?? 0) + 1);
    const unwatch = rooms.watch(thread, () => {
      response.write("data: changed\n\n");
    });
    const beat = setInterval(() => {
      response.write(": still here\n\n");
    }, BEAT_MILLISECONDS).unref();
    request.once("close", () => {
      clearInterval(beat);
      unwatch();
      listening.set(participant, (listening.get(participant) ?? 1) - 1);
      setTimeout(() => {
        const present = participant.state === "in" || participant.state === "lobby";
        if (listening.get(participant) === 0 && present) rooms.leave(thread, participant);
      }, GONE_MILLISECONDS).unref();
    });
  };
}
