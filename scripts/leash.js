/**
 * Preloaded into what `npm start` runs: when the process that started it is gone for whatever reason, this process stops as
 * on Ctrl-C. So nothing is left behind that holds the ports.
 */
process.once("disconnect", () => process.kill(process.pid, "SIGTERM"));
process.channel?.unref();
