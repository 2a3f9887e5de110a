/**
 * Preloaded into what `npm start` runs: when the process that started it is gone, however that came about, it stops as on
 * Ctrl-C. So nothing is left behind holding the ports.
 */
process.once("disconnect", () => process.kill(process.pid, "SIGTERM"));
process.channel?.unref();
